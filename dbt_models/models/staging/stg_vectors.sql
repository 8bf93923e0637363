-- Written by tables/generate.py from the descriptions in tables/; change those, then: make tables
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
