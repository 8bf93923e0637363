-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with captures as (
    select * from {{ ref('stg_captures') }}
)

select
    capture_id,
    url,
    kind,
    key,
    page,
    origin,
    warc,
    "offset",
    digest,
    captured_at,
    status,
    mime,
    bytes,
    memento_url
from captures
order by capture_id
