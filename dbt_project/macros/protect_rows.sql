{% macro protect_rows() -%}
{#- where rows were replaced the table has its policy already -#}
{%- if not is_incremental() -%}
select monitoring.protect_rows('{{ this }}')
{%- endif -%}
{%- endmacro %}
