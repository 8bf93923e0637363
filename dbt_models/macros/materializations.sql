{# Nobody reads the warehouse while dbt runs, and a build that is stopped runs dbt again. So a table or view
   replaces the old one in place; dbt-duckdb makes it under another name, renames both and drops the old one,
   which takes half of its time. #}

{% materialization table, adapter='duckdb', supported_languages=['sql'] %}
    {{ return(replace_in_place('table')) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb', supported_languages=['sql'] %}
    {{ return(replace_in_place('view')) }}
{% endmaterialization %}

{% macro replace_in_place(type) %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type=type) -%}
    {% call statement('main') -%}
        {% if existing %}drop {{ existing.type }} if exists {{ existing }};{% endif %}
        {% if type == 'table' %}
            {{ create_table_as(False, target, compiled_code) }}
        {% else %}
            {{ create_view_as(target, compiled_code) }}
        {% endif %}
        {{ comments_of(target) }}
    {%- endcall %}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmacro %}

{# The comments of a mart, in the statement that makes it: dbt asks which columns it has, which the
   contract says, and runs two more statements. #}
{% macro comments_of(relation) %}
    {% if config.persist_relation_docs() %}
        {{ alter_relation_comment(relation, model.description) }}
        {{ alter_column_comment(relation, model.columns) }}
    {% endif %}
{% endmacro %}
