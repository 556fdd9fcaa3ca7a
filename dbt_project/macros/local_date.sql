{% macro local_date(moment) -%}
({{ moment }} at time zone '{{ var("timezone") }}')::date
{%- endmacro %}
