-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with mentions as (
    select * from {{ ref('stg_mentions') }}
)

select
    mention_id,
    passage_id,
    document_id,
    entity_type,
    entity_id,
    surface,
    char_start,
    char_end
from mentions
order by passage_id, char_start, mention_id
