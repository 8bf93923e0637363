with set_aside as (
    select * from {{ ref('stg_set_aside') }}
)

select
    step,
    reason,
    count(*) as pages
from set_aside
group by step, reason
order by step, reason
