-- Written by dbt_models/table_definitions/generate.py from the descriptions beside it; change those, then: make tables
with source as (
    select * from {{ source('raw', 'vectors') }}
),

renamed as (
    select
        text_hash,
        model,
        vector
    from source
)

select * from renamed
