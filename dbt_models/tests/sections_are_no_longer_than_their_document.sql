with documents as (
    select * from {{ ref('documents') }}
),

checked as (
    select * from {{ ref('stg_checked') }}
),

sections as (
    select * from {{ ref('sections') }}
)

select documents.document_id
from documents
inner join sections on documents.document_id = sections.document_id
where documents.document_id not in (select checked.document_id from checked)
group by documents.document_id, documents.text
having sum(length(sections.text)) > length(documents.text)
