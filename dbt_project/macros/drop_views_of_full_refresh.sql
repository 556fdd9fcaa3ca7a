{#- A full build replaces relations one by one, and dbt drops an old one along with all the
    views that read it. Two of its threads that drop what reads both wait for each other: a
    deadlock ends the build. So these views, and the replaced ones, are dropped before, at
    once. -#}
{% macro drop_views_of_full_refresh() -%}
{%- if execute and flags.FULL_REFRESH -%}
{%- set views = [] -%}
{%- for node in graph.nodes.values() if node.config.materialized == 'view' -%}
{%- set replaced = [node.unique_id] + node.depends_on.nodes -%}
{%- set view = adapter.get_relation(node.database, node.schema, node.name) -%}
{%- if view and view.is_view and replaced | select('in', selected_resources) | list -%}
{%- do views.append(view) -%}
{%- do adapter.cache_dropped(view) -%}
{%- endif -%}
{%- endfor -%}
{%- if views -%}drop view if exists {{ views | join(', ') }} cascade{%- endif -%}
{%- endif -%}
{%- endmacro %}
