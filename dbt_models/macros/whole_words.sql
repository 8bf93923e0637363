{#- Whether a text has a spelling as a whole word where it first stands: not 2.6.33 in 2.6.33.1 or 2.6.33-rc1.
    Short spellings keep their case: ARM is no arm. Patterns are constants, because DuckDB compiles others for each row. -#}
{% macro has_whole_word(text, spelling, entity_type) -%}
    {%- set long = "length(" ~ spelling ~ ") > 4" -%}
    {%- set hay = "case when " ~ long ~ " then lower(" ~ text ~ ") else " ~ text ~ " end" -%}
    {%- set needle = "case when " ~ long ~ " then lower(" ~ spelling ~ ") else " ~ spelling ~ " end" -%}
    {%- set place = "strpos(" ~ hay ~ ", " ~ needle ~ ")" -%}
    {%- set behind = "substring(" ~ text ~ ", " ~ place ~ " + length(" ~ spelling ~ "), 2)" -%}
    contains({{ hay }}, {{ needle }})
    and not ({{ place }} > 1 and regexp_matches(substring({{ text }}, {{ place }} - 1, 1), '[\pL\pN_.]'))
    and not case {{ entity_type }}
        when 'kernel_release' then regexp_matches({{ behind }}, '^([\pL\pN_-]|[.][\pL\pN])')
        else regexp_matches({{ behind }}, '^[\pL\pN_]')
    end
{%- endmacro %}
