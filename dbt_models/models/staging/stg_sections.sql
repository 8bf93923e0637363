-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with source as (
    select * from {{ source('raw', 'sections') }}
),

forgotten as (
    select * from {{ ref('stg_left_out_documents') }}
),

renamed as (
    select
        section_id,
        document_id,
        position,
        heading,
        role,
        text,
        char_start,
        char_end
    from source
)

select * from renamed
where document_id not in (select forgotten.document_id from forgotten)
