with releases as (
    select * from {{ ref('mart_kernel_releases') }}
),

-- Candidates come before what they are candidates of, so they are looked at by themselves.
dated as (
    select
        *,
        contains(version, '-') as is_candidate,
        string_split(replace(version, '-rc', '.'), '.')::integer[] as numbers
    from releases
    where mainline and released_on is not null
)

select
    version,
    released_on
from dated
qualify released_on < lag(released_on) over (partition by is_candidate order by numbers)
