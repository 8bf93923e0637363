with topic_months as (
    select * from {{ ref('topic_months') }}
)

select
    month,
    sum(share) as share
from topic_months
where level = 'leaf'
group by month
having abs(sum(share) - 1) > 1e-9
