-- A passage's words split evenly over the leaf topics it mentions, so that the shares of a month sum to 1.
with passages as (
    select * from {{ ref('stg_passages') }}
),

mentions as (
    select * from {{ ref('stg_mentions') }}
),

topics as (
    select * from {{ ref('topics') }}
),

named as (
    select distinct
        mentions.passage_id,
        mentions.entity_id as topic_id
    from mentions
    inner join topics on mentions.entity_id = topics.topic_id
    where mentions.entity_type = 'topic' and topics.parent_id is not null
)

select
    passages.passage_id,
    passages.document_id,
    coalesce(named.topic_id, 'untagged') as topic_id,
    passages.words / count(*) over (partition by passages.passage_id) as words
from passages
left join named on passages.passage_id = named.passage_id
