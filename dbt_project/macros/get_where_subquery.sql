{#- Data tests look at what the build replaced: all of a full build, else its scope. -#}
{% macro get_where_subquery(relation) -%}
{%- set tested = graph.nodes.get(model.attached_node) if execute else none -%}
{%- if
    tested
    and tested.config.materialized == 'incremental'
    and not flags.FULL_REFRESH
-%}
(select * from {{ relation }} where {{ is_in_scope(tested.config.unique_key) }})
as rows_in_scope
{%- else -%}
{{ relation }}
{%- endif -%}
{%- endmacro %}
