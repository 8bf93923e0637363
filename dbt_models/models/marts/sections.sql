-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with sections as (
    select * from {{ ref('stg_sections') }}
)

select
    section_id,
    document_id,
    position,
    heading,
    role,
    text,
    char_start,
    char_end
from sections
order by document_id, position
