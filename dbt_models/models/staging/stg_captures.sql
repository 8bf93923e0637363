with source as (
    select * from {{ source('raw', 'captures') }}
),

forgotten as (
    select * from {{ source('raw', 'forgotten') }}
),

renamed as (
    select
        capture_id,
        url,
        kind,
        key,
        page,
        origin,
        memento_url,
        warc,
        "offset",
        digest,
        captured_at,
        status,
        mime,
        bytes
    from source
)

select * from renamed
where (kind, key) not in (select (forgotten.kind, forgotten.key) from forgotten)
