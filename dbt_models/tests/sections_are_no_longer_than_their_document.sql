with checked as (
    select * from {{ ref('stg_checked') }}
),

documents as (
    select
        document_id,
        length(text) as characters
    from {{ ref('documents') }}
    where document_id not in (select checked.document_id from checked)
),

sections as (
    select
        document_id,
        sum(length(text)) as characters
    from {{ ref('sections') }}
    where document_id not in (select checked.document_id from checked)
    group by document_id
)

select documents.document_id
from documents
inner join sections on documents.document_id = sections.document_id
where sections.characters > documents.characters
