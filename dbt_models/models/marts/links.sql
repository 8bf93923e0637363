-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with links as (
    select * from {{ ref('stg_links') }}
)

select
    link_id,
    document_id,
    section_id,
    position,
    anchor,
    clause,
    sentence,
    href,
    kind,
    key,
    status,
    target_document_id
from links
order by document_id, position
