-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with source as (
    select * from {{ source('raw', 'passages') }}
),

forgotten as (
    select * from {{ ref('stg_left_out_documents') }}
),

renamed as (
    select
        passage_id,
        document_id,
        section_id,
        position,
        char_start,
        char_end,
        text,
        context,
        words,
        text_hash
    from source
)

select * from renamed
where document_id not in (select forgotten.document_id from forgotten)
