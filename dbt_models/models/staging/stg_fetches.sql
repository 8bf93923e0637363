-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
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
        state,
        attempts,
        last_error,
        retry_at,
        reason,
        found_how,
        found_in,
        target_at,
        capture_id,
        updated_at
    from source
)

select * from renamed
where (kind, key) not in (select (forgotten.kind, forgotten.key) from forgotten)
