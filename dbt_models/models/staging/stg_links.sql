with source as (
    select * from {{ source('raw', 'links') }}
),

forgotten as (
    select * from {{ ref('stg_left_out_documents') }}
),

renamed as (
    select
        link_id,
        document_id,
        section_id,
        position,
        anchor,
        clause,
        sentence,
        href,
        kind,
        key,
        status,
        target_document_id,
        target_document_id in (select forgotten.document_id from forgotten) as is_to_forgotten
    from source
)

-- A link to a forgotten document stays as its own document's text; it only leads nowhere any more.
select
    * exclude (is_to_forgotten)
    replace (
        case when is_to_forgotten then 'not_tried' else status end as status,
        case when not is_to_forgotten then target_document_id end as target_document_id
    )
from renamed
where document_id not in (select forgotten.document_id from forgotten)
