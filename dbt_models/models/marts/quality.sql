with quality as (
    select * from {{ ref('stg_quality') }}
)

select
    *,
    -- A page that is boilerplate only has no words to keep.
    least(1.0, coalesce(words_kept / nullif(words_visible - words_boilerplate, 0), 1.0)) as kept_share
from quality
order by document_id
