{% macro protect_rows() -%}
{%- if model.config.materialized == 'view' -%}
{#- it asks its tables as who reads it, so what protects their rows protects its own -#}
alter view {{ this }} set (security_invoker = true)
{%- elif not is_incremental() and model.config.meta.get('readers') != 'everyone' -%}
{#- where rows were replaced the table has its policy already -#}
select monitoring.protect_rows('{{ this }}')
{%- endif -%}
{%- endmacro %}
