with source as (
    select * from {{ source('raw', 'fetches') }}
),

forgotten as (
    select * from {{ source('raw', 'forgotten') }}
),

renamed as (
    select
        url,
        kind,
        key,
        page,
        found_how,
        found_in,
        wanted_at,
        state,
        attempts,
        last_error,
        retry_at,
        reason,
        capture_id,
        updated_at
    from source
)

select * from renamed
where (kind, key) not in (select (forgotten.kind, forgotten.key) from forgotten)
