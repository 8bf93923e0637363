-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with source as (
    select * from {{ source('raw', 'documents') }}
),

forgotten as (
    select * from {{ ref('stg_left_out_documents') }}
),

renamed as (
    select
        document_id,
        kind,
        key,
        url,
        memento_url,
        site,
        title,
        author,
        published_at,
        utc_offset_min,
        published_precision,
        captured_at,
        language,
        words,
        text,
        parser_version,
        published_from,
        facts
    from source
)

select * from renamed
where document_id not in (select forgotten.document_id from forgotten)
