{% macro local_date(moment) -%}
({{ moment }} at time zone '{{ env_var("BLOC_TIMEZONE", var("timezone")) }}')::date
{%- endmacro %}
