{#- In the transaction of each model and seed, before it writes: who builds by hand is noted,
    so that it is never published unaudited, and meets no build of ours. -#}
{% macro announce_write() -%}
select quality.announce_write('{{ this.schema }}', '{{ this.identifier }}')
{%- endmacro %}
