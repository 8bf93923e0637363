with issues as (
    select * from {{ ref('issues') }}
),

sections as (
    select * from {{ ref('sections') }}
)

select sections.section_id
from issues
inner join sections on issues.document_id = sections.document_id
qualify
    row_number() over (partition by sections.document_id order by sections.position) = 1
    and sections.role <> 'lead'
