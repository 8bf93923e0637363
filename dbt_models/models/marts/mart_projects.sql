-- Named after the seed's table, which dbt does not let two nodes share: hence the alias.
{{ config(alias='projects') }}

with seed as (
    select * from {{ ref('projects') }}
)

select
    project_id,
    name,
    case when aliases is null then [] else string_split(aliases, '|') end as aliases
from seed
order by project_id
