with seed as (
    select * from {{ ref('seed_topics') }}
)

select
    topic_id,
    name,
    parent_id,
    case when aliases is null then [] else string_split(aliases, '|') end as aliases
from seed
order by topic_id
