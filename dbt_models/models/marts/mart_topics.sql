-- Named after the seed's table, which dbt does not let two nodes share: hence the alias.
{{ config(alias='topics') }}

with seed as (
    select * from {{ ref('topics') }}
)

select
    topic_id,
    name,
    parent_id,
    string_split(coalesce(aliases, ''), '|').list_filter(lambda alias: alias <> '') as aliases
from seed
order by topic_id
