with topics as (
    select * from {{ ref('mart_topics') }}
)

select children.topic_id
from topics as children
inner join topics as parents on children.parent_id = parents.topic_id
where parents.parent_id is not null
