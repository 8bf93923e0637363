with seed as (
    select * from {{ ref('seed_kernel_releases') }}
),

mentions as (
    select * from {{ ref('stg_mentions') }}
),

events as (
    select * from {{ ref('stg_events') }}
),

issues as (
    select * from {{ ref('stg_issues') }}
),

named as (
    select entity_id as version from mentions
    where entity_type = 'kernel_release'
    union
    select kernel_release as version from events
    where kernel_release is not null
    union
    select kernel_version as version from issues
    where kernel_version is not null
),

undated as (
    select
        version,
        null::date as released_on,
        {{ is_mainline('version') }} as mainline,
        null::varchar as source
    from named
    where version not in (select seed.version from seed)
)

select
    version,
    released_on,
    mainline,
    source
from seed
union all
select
    version,
    released_on,
    mainline,
    source
from undated
order by version
