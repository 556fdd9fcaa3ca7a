{#- Data tests look at what the build replaced: all of a full build or of what
    is published, else its scope; and of that, as of dbt's own, at what a test's `where`
    names. -#}
{% macro get_where_subquery(relation) -%}
{%- set tested = graph.nodes.get(model.attached_node) if execute else none -%}
{%- set conditions = [config.get('where')] | select | list -%}
{%- if
    tested
    and tested.config.materialized == 'incremental'
    and not flags.FULL_REFRESH
    and target.name != 'live'
-%}
{%- do conditions.append(is_in_scope(tested.config.unique_key)) -%}
{%- endif -%}
{%- if conditions -%}
(select * from {{ relation }} where ({{ conditions | join(') and (') }})) as rows_tested
{%- else -%}
{{ relation }}
{%- endif -%}
{%- endmacro %}
