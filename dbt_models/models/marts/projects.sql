with seed as (
    select * from {{ ref('seed_projects') }}
)

select
    project_id,
    name,
    case when aliases is null then [] else string_split(aliases, '|') end as aliases
from seed
order by project_id
