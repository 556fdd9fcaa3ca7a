{% macro analyze_table() -%}
{%- set is_whole = model.config.materialized == 'table' or not is_incremental() -%}
{%- if model.config.materialized != 'view' and is_whole -%}
analyze {{ this }}
{%- endif -%}
{%- endmacro %}
