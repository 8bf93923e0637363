{#- The rules of warehouse/kernel_versions.py in SQL; a test asks both about the same versions. -#}

{#- Since 3.0 a third number, until 2.6 a fourth one counts the updates of a stable series. -#}
{% macro is_mainline(version) -%}
    len(string_split(split_part({{ version }}, '-', 1), '.'))
<= case when split_part({{ version }}, '.', 1)::integer >= 3 then 2 else 3 end
{%- endmacro %}

{#- Sorts candidates before their release, trees based on it behind, stable updates next. -#}
{% macro version_order(version) -%}
row(
    string_split(split_part({{ version }}, '-', 1), '.')::integer[],
    case
        when not contains({{ version }}, '-') then 0
        when regexp_matches({{ version }}, '^[^-]*-(rc|pre|test)') then -1
        else 1
    end,
    coalesce(try_cast(regexp_extract({{ version }}, '-[a-z]*-?(\d+)', 1) as integer), 0)
)
{%- endmacro %}
