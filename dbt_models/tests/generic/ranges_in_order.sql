{#- Rows that begin before the row in front of them in their document has ended. -#}
{% test ranges_in_order(model) %}
    select *
    from {{ model }}
    qualify char_start < lag(char_end, 1, 0) over (partition by document_id order by position)
{% endtest %}
