-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with source as (
    select * from {{ source('raw', 'link_checks') }}
),

forgotten as (
    select * from {{ source('raw', 'forgotten') }}
),

renamed as (
    select
        url,
        checked_at,
        state,
        reason,
        moved_to
    from source
)

select * from renamed
where url not in (select forgotten.url from forgotten)
