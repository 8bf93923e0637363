{#- Schemas are named as written (`staging`, `seeds`), not prefixed; marts go to the target's own, `main`. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
