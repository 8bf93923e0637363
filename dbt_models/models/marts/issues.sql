-- Written by dbt_models/table_definitions/generate.py from the descriptions beside it; change those, then: make tables
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
