-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with documents as (
    select * from {{ ref('stg_documents') }}
)

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
from documents
order by document_id
