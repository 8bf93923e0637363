-- A link to a forgotten document is kept, because it is part of its document's text, but it has no target.
with source as (
    select * from {{ source('raw', 'links') }}
),

forgotten as (
    select * from {{ ref('stg_left_out_documents') }}
),

marked as (
    select
        *,
        target_document_id in (select forgotten.document_id from forgotten) as is_to_forgotten
    from source
)

select
    * exclude (is_to_forgotten)
    replace (
        case when is_to_forgotten then 'not_tried' else status end as status,
        case when not is_to_forgotten then target_document_id end as target_document_id
    )
from marked
where document_id not in (select forgotten.document_id from forgotten)
