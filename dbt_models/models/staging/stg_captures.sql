-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
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
        warc,
        "offset",
        digest,
        captured_at,
        status,
        mime,
        bytes,
        memento_url
    from source
)

select * from renamed
where (kind, key) not in (select (forgotten.kind, forgotten.key) from forgotten)
