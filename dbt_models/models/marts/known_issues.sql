with seed as (
    select * from {{ ref('seed_known_issues') }}
),

fetches as (
    select * from {{ ref('stg_fetches') }}
    where kind = 'issue'
),

set_aside as (
    select * from {{ ref('stg_set_aside') }}
    where step = 'parse'
),

asked as (
    select
        fetches.key,
        case
            when fetches.state = 'done' and set_aside.capture_id is null then 'found'
            when fetches.state in ('due', 'paused') then 'due'
            else 'gone'
        end as state
    from fetches
    left join set_aside on fetches.capture_id = set_aside.capture_id
)

select
    seed.issue_key,
    max(seed.title) as title,
    max(seed.published_at) as published_at,
    max(seed.cited_on) as cited_on,
    max(seed.language) as language,
    list(distinct seed.url order by seed.url) as urls,
    case
        when bool_or(asked.state = 'found') then 'found'
        when bool_or(asked.state = 'due') then 'due'
        when bool_or(asked.state = 'gone') then 'gone'
        else 'not_asked'
    end as state
from seed
left join asked on seed.key = asked.key
group by seed.issue_key
order by seed.issue_key
