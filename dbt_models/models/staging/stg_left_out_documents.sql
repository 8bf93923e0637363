with documents as (
    select * from {{ source('raw', 'documents') }}
),

forgotten as (
    select * from {{ source('raw', 'forgotten') }}
),

mirrors as (
    select * from {{ source('raw', 'mirrors') }}
)

select documents.document_id
from documents
inner join forgotten
    on
        documents.kind = forgotten.kind
        and (documents.key = forgotten.key or list_contains(documents.aliases, forgotten.key))

union

select mirrors.document_id
from mirrors
