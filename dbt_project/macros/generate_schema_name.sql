{#- The target live names what is published, and builds nothing. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
{%- if custom_schema_name == 'marts_candidate' and target.name == 'live' -%}
    marts
{%- else -%}
    {{ custom_schema_name or target.schema }}
{%- endif -%}
{%- endmacro %}
