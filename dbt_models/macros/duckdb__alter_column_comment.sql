{#- Comments on the columns of a mart. Its contract says which it has; dbt-duckdb asks the relation first. -#}
{% macro duckdb__alter_column_comment(relation, column_dict) %}
    {% for column in column_dict.values() %}
        comment on column {{ relation }}.{{ adapter.quote(column['name']) }}
        is {{ duckdb_escape_comment(column['description']) }};
    {% endfor %}
{% endmacro %}
