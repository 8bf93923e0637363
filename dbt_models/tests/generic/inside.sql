{#- Rows whose range does not lie inside that of the row of `to` with the same key, or that have none. -#}
{% test inside(model, column_name, to) %}
    select checked.*
    from {{ model }} as checked
    left join {{ to }} as holders on checked.{{ column_name }} = holders.{{ column_name }}
    where
        holders.{{ column_name }} is null
        or checked.document_id <> holders.document_id
        or checked.char_start < holders.char_start
        or checked.char_end > holders.char_end
{% endtest %}
