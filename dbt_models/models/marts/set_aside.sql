-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with set_aside as (
    select * from {{ ref('stg_set_aside') }}
)

select
    url,
    step,
    reason,
    detail,
    capture_id,
    parser_version
from set_aside
order by url, step
