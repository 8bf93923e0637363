-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with issues as (
    select * from {{ ref('stg_issues') }}
)

select
    document_id,
    series,
    kernel_version,
    part,
    area,
    lead,
    pages
from issues
order by document_id
