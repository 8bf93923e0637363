{#- Rows for which a rule does not hold: one query where several column tests would each be one. -#}
{% test rows_satisfy(model, rule) %}
    select *
    from {{ model }}
    where not coalesce({{ rule }}, false)
{% endtest %}
