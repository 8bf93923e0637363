with topic_months as (
    select * from {{ ref('topic_months') }}
),

topics as (
    select * from {{ ref('topics') }}
),

children as (
    select
        topics.parent_id,
        topic_months.month,
        sum(topic_months.share) as share
    from topic_months
    inner join topics on topic_months.topic_id = topics.topic_id
    where topic_months.level = 'leaf'
    group by topics.parent_id, topic_months.month
),

parents as (
    select * from topic_months
    where level = 'parent'
)

select
    coalesce(parents.topic_id, children.parent_id) as topic_id,
    coalesce(parents.month, children.month) as month,
    parents.share,
    children.share as share_of_children
from parents
full join children on parents.topic_id = children.parent_id and parents.month = children.month
where parents.share is null or children.share is null or abs(parents.share - children.share) > 1e-9
