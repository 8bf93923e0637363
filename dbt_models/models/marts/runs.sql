-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with runs as (
    select * from {{ ref('stg_runs') }}
)

select
    run_id,
    started_at,
    finished_at,
    outcome,
    message,
    release_id,
    counts,
    seconds,
    steps
from runs
order by started_at
