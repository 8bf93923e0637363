-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with source as (
    select * from {{ source('raw', 'items') }}
),

forgotten as (
    select * from {{ ref('stg_left_out_documents') }}
),

renamed as (
    select
        item_id,
        section_id,
        group_position,
        position,
        text,
        document_id,
        char_start,
        char_end
    from source
)

select * from renamed
where document_id not in (select forgotten.document_id from forgotten)
