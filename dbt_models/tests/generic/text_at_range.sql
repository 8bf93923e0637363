{#- Rows whose text is not their document's at char_start to char_end (code points, end exclusive); those of
    documents that passed before and have not been loaded since are not looked at again. Both sides leave these
    out before they are joined: DuckDB would not, and give every row the text of its document. -#}
{% test text_at_range(model, column_name) %}
    with passed as (
        select document_id from {{ ref('stg_checked') }}
    ),

    checked as (
        select * from {{ model }}
        where document_id not in (select passed.document_id from passed)
    ),

    documents as (
        select
            document_id,
            text
        from {{ ref('documents') }}
        where document_id not in (select passed.document_id from passed)
    )

    select checked.*
    from checked
    left join documents on checked.document_id = documents.document_id
    where
        checked.{{ column_name }} is distinct from
        substring(documents.text, checked.char_start + 1, checked.char_end - checked.char_start)
{% endtest %}
