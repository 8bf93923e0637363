-- Captures at the same offset of a file have the same digest.
select
    captures.warc,
    captures."offset"
from {{ ref('captures') }} as captures
group by captures.warc, captures."offset"
having count(distinct captures.digest) > 1
