-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with source as (
    select * from {{ source('raw', 'set_aside') }}
),

forgotten as (
    select * from {{ source('raw', 'forgotten') }}
),

renamed as (
    select
        url,
        step,
        reason,
        detail,
        capture_id,
        parser_version
    from source
)

select * from renamed
where url not in (select forgotten.url from forgotten)
