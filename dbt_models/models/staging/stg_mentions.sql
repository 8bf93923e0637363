-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with source as (
    select * from {{ source('raw', 'mentions') }}
),

forgotten as (
    select * from {{ ref('stg_left_out_documents') }}
),

renamed as (
    select
        mention_id,
        passage_id,
        document_id,
        entity_type,
        entity_id,
        surface,
        char_start,
        char_end
    from source
)

select * from renamed
where document_id not in (select forgotten.document_id from forgotten)
