{% macro is_partial(total) -%}
{{ total }} is not null
and (units_reported < units_expected or blank_count > 0)
{%- endmacro %}
