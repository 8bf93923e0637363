-- Named after the seed's table, which dbt does not let two nodes share: hence the alias.
{{ config(alias='projects') }}

with seed as (
    select * from {{ ref('projects') }}
)

select
    project_id,
    name,
    string_split(coalesce(aliases, ''), '|').list_filter(lambda alias: alias <> '') as aliases
from seed
order by project_id
