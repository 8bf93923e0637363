-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with source as (
    select * from {{ source('raw', 'events') }}
),

forgotten as (
    select * from {{ ref('stg_left_out_documents') }}
),

renamed as (
    select
        event_id,
        passage_id,
        document_id,
        date,
        date_end,
        precision,
        tense,
        sentence,
        char_start,
        char_end,
        kernel_release,
        explicit,
        far
    from source
)

select * from renamed
where document_id not in (select forgotten.document_id from forgotten)
