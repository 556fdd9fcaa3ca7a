{% macro analyze_table() -%}
{%- set is_whole = not is_incremental() or not model.config.unique_key -%}
{%- if model.config.materialized != 'view' and is_whole -%}
analyze {{ this }}
{%- endif -%}
{%- endmacro %}
