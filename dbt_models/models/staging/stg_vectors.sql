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
