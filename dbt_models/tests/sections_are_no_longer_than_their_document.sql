with documents as (
    select * from {{ ref('documents') }}
),

sections as (
    select * from {{ ref('sections') }}
)

select documents.document_id
from documents
inner join sections on documents.document_id = sections.document_id
group by documents.document_id, documents.text
having sum(length(sections.text)) > length(documents.text)
