with seed as (
    select * from {{ ref('seed_kernel_releases') }}
),

tags as (
    select * from {{ ref('stg_release_tags') }}
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

newest as (
    select
        max(released_on) as released_on,
        max({{ version_order('version') }}) as place
    from seed
    where mainline
),

-- Of tags whose days are not in the order of their numbers, the first ones count.
tagged as (
    select
        tags.version,
        tags.released_on,
        true as mainline,
        tags.source
    from tags
    cross join newest
    where
        {{ is_mainline('tags.version') }}
        and tags.released_on > newest.released_on
        and {{ version_order('tags.version') }} > newest.place
    qualify
        tags.released_on >= max(tags.released_on) over (
            order by {{ version_order('tags.version') }}
            rows between unbounded preceding and current row
        )
),

undated as (
    select
        version,
        null::date as released_on,
        {{ is_mainline('version') }} as mainline,
        null::varchar as source
    from named
    where
        version not in (select seed.version from seed)
        and version not in (select tagged.version from tagged)
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
from tagged
union all
select
    version,
    released_on,
    mainline,
    source
from undated
order by version
