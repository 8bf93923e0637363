-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with fetches as (
    select * from {{ ref('stg_fetches') }}
)

select
    url,
    kind,
    key,
    page,
    state,
    attempts,
    last_error,
    retry_at,
    reason,
    found_how,
    found_in,
    target_at,
    capture_id,
    updated_at
from fetches
order by url
