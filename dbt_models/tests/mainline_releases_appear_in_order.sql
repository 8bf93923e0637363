with releases as (
    select * from {{ ref('kernel_releases') }}
)

select
    version,
    released_on
from releases
where mainline and released_on is not null
qualify released_on < lag(released_on) over (order by {{ version_order('version') }})
