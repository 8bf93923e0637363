{#- The rule of warehouse/topic_tree.py: a topic stands for itself and all topics below it.
    Behind `with recursive`, and a CTE `topics`. -#}
{% macro topic_members() -%}
members(topic_id, member_id) as (
    select
        topic_id,
        topic_id
    from topics
    union
    select
        members.topic_id,
        topics.topic_id
    from members
    inner join topics on members.member_id = topics.parent_id
)
{%- endmacro %}
