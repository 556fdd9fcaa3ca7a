{#- Whether this run writes marts: only then are their keys dropped and declared. -#}
{% macro writes_marts() -%}
{%- set marts = [] -%}
{%- if execute and flags.WHICH in ('run', 'build', 'retry') -%}
{%- for key in selected_resources if key in graph.nodes -%}
{%- if graph.nodes[key].fqn[1] == 'marts' and graph.nodes[key].resource_type == 'model' -%}
{%- do marts.append(key) -%}
{%- endif -%}
{%- endfor -%}
{%- endif -%}
{{ return(marts | length > 0) }}
{%- endmacro %}
