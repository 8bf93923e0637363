with issues as (
    select * from {{ ref('issues') }}
),

documents as (
    select * from {{ ref('documents') }}
    where kind = 'issue'
)

select
    issues.document_id as issue_id,
    documents.document_id
from issues
full join documents on issues.document_id = documents.document_id
where issues.document_id is null or documents.document_id is null
