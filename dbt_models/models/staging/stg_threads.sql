-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with source as (
    select * from {{ source('raw', 'threads') }}
),

forgotten as (
    select * from {{ ref('stg_left_out_documents') }}
),

renamed as (
    select
        document_id,
        thread_id,
        parent_document_id,
        depth
    from source
)

select * from renamed
where document_id not in (select forgotten.document_id from forgotten)
