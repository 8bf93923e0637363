with threads as (
    select * from {{ ref('stg_threads') }}
),

documents as (
    select * from {{ ref('documents') }}
)

select
    threads.document_id,
    threads.thread_id,
    parents.document_id as parent_document_id,
    threads.depth,
    (
        row_number() over (
            partition by threads.thread_id
            order by
                documents.published_at - to_minutes(coalesce(documents.utc_offset_min, 0)) nulls last,
                threads.depth,
                threads.document_id
        ) - 1
    )::integer as position,
    (count(*) over (partition by threads.thread_id))::integer as mails
from threads
inner join documents on threads.document_id = documents.document_id
left join documents as parents on threads.parent_document_id = parents.document_id
order by threads.thread_id, position
