-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with items as (
    select * from {{ ref('stg_items') }}
)

select
    item_id,
    section_id,
    group_position,
    position,
    text,
    document_id,
    char_start,
    char_end
from items
order by section_id, group_position, position
