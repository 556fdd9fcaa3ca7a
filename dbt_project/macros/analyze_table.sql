{% macro analyze_table() -%}
{%- if model.config.materialized == 'table' -%}
analyze {{ this }}
{%- endif -%}
{%- endmacro %}
