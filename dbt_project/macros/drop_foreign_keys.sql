{#- Marts are filled one after the other: keys between them would not hold meanwhile. -#}
{% macro drop_foreign_keys() -%}
{%- if writes_marts() -%}
select quality.drop_foreign_keys('marts_candidate')
{%- endif -%}
{%- endmacro %}
