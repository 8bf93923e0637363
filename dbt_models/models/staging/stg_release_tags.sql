-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with source as (
    select * from {{ source('raw', 'release_tags') }}
),

renamed as (
    select
        version,
        released_on,
        source
    from source
)

select * from renamed
