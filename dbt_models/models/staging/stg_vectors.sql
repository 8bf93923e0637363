-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
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
