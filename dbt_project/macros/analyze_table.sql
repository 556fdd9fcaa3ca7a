{#- A table of which everything is made, or replaced, has other statistics now; where some
    rows are replaced or added the old ones do, and autovacuum looks after them. -#}
{% macro analyze_table() -%}
{%- set config = model.config -%}
{%- set is_replaced = not config.unique_key and config.incremental_strategy != 'append' -%}
{%- if config.materialized != 'view' and (is_replaced or not is_incremental()) -%}
analyze {{ this }}
{%- endif -%}
{%- endmacro %}
