-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with link_checks as (
    select * from {{ ref('stg_link_checks') }}
)

select
    url,
    checked_at,
    state,
    reason,
    moved_to
from link_checks
order by url, checked_at
