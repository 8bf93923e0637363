with passages as (
    select * from {{ ref('stg_passages') }}
),

vectors as (
    select * from {{ ref('stg_vectors') }}
)

select
    passages.*,
    vectors.vector::float[{{ var('embedding_dimension') }}] as embedding
from passages
left join vectors
    on
        passages.text_hash = vectors.text_hash
        and vectors.model = '{{ var("embedding_model") }}'
order by passages.document_id, passages.position
