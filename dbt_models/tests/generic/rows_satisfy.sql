{#- Each rule that a row breaks, once per row: one query where several column tests would each be
    one. The message of a failed build counts the rows of each rule. -#}
{% test rows_satisfy(model, rules) %}
    with suspects as (
        select
            unnest([$${{ rules | join('$$, $$') }}$$]) as rule,
            unnest([{{ rules | join(', ') }}]) as is_kept
        from {{ model }}
        where not coalesce(({{ rules | join(') and (') }}), false)
    )

    select rule from suspects
    where not coalesce(is_kept, false)
{% endtest %}
