with seed as (
    select * from {{ ref('seed_people') }}
)

select
    person_id,
    name,
    case when aliases is null then [] else string_split(aliases, '|') end as aliases
from seed
order by person_id
