{#- Rows whose text is not their document's at char_start to char_end (code points, end exclusive); those of
    documents that passed before and have not been loaded since are not looked at again. -#}
{% test text_at_range(model, column_name) %}
    select checked.*
    from {{ model }} as checked
    left join {{ ref('documents') }} as documents on checked.document_id = documents.document_id
    where
        checked.document_id not in (select document_id from {{ ref('stg_checked') }})
        and checked.{{ column_name }} is distinct from
        substring(documents.text, checked.char_start + 1, checked.char_end - checked.char_start)
{% endtest %}
