{% macro is_last_day_of(unit, day) -%}
date_trunc('{{ unit }}', {{ day }} + 1) = {{ day }} + 1
{%- endmacro %}
