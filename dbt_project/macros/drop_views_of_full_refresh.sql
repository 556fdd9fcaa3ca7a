{#- A full build replaces relations one by one, and dbt drops an old one along with all the
    views that read it. Two of its threads that drop what reads both wait for each other: a
    deadlock ends the build. So views are dropped before, at once; where facts alone are
    made, those that were staged for them stay. -#}
{% macro drop_views_of_full_refresh() -%}
{%- if execute and flags.FULL_REFRESH -%}
{%- set nodes = graph.nodes.values() -%}
{%- set selected = nodes | selectattr('unique_id', 'in', selected_resources) | list -%}
{%- set is_of_lists = 'seed' in selected | map(attribute='resource_type') -%}
{%- set views = [] -%}
{%- for node in nodes if node.config.materialized == 'view' -%}
{%- set view = adapter.get_relation(node.database, node.schema, node.name) -%}
{%- if view and (is_of_lists or node in selected or 'stage' not in node.tags) -%}
{%- do views.append(view) -%}
{%- do adapter.cache_dropped(view) -%}
{%- endif -%}
{%- endfor -%}
{%- if views -%}drop view if exists {{ views | join(', ') }} cascade{%- endif -%}
{%- endif -%}
{%- endmacro %}
