{{ config(materialized='view') }}

with passages as (
    select * from {{ ref('stg_passages') }}
),

vectors as (
    select * from {{ ref('stg_vectors') }}
)

select
    passages.passage_id,
    passages.document_id,
    passages.section_id,
    passages.position,
    passages.char_start,
    passages.char_end,
    passages.text,
    vectors.vector::float[{{ var('embedding_dimension') }}] as embedding,
    passages.context,
    passages.words,
    passages.text_hash
from passages
left join vectors
    on
        passages.text_hash = vectors.text_hash
        and vectors.model = '{{ var("embedding_model") }}'
order by passages.document_id, passages.position
