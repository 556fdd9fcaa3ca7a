{#- Data tests look at what the build replaced: all of a full build or of what
    is published, else its scope. -#}
{% macro get_where_subquery(relation) -%}
{%- set tested = graph.nodes.get(model.attached_node) if execute else none -%}
{%- if
    tested
    and tested.config.materialized == 'incremental'
    and not flags.FULL_REFRESH
    and target.name != 'live'
-%}
(select * from {{ relation }} where {{ is_in_scope(tested.config.unique_key) }})
as rows_in_scope
{%- else -%}
{{ relation }}
{%- endif -%}
{%- endmacro %}
