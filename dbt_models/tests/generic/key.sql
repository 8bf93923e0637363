{#- Rows without a key, and keys of more than one row: one query where unique and not_null would be two. -#}
{% test key(model, column_name) %}
    select {{ column_name }}
    from {{ model }}
    group by {{ column_name }}
    having count(*) > 1 or {{ column_name }} is null
{% endtest %}
