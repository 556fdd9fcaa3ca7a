{#- Each test of relationships between two marts is a foreign key, so that BI tools find
    how to join them; a reference to what is no primary key is passed over. -#}
{% macro declare_foreign_keys() -%}
{%- if writes_marts() -%}
{%- set keys = [] -%}
{%- for test in graph.nodes.values()
    if test.resource_type == 'test' and test.test_metadata
    and test.test_metadata.name == 'relationships' and test.attached_node -%}
{%- set mart = graph.nodes[test.attached_node] -%}
{%- for key in test.depends_on.nodes
    if mart.fqn[1] == 'marts' and key != test.attached_node
    and key in graph.nodes and graph.nodes[key].fqn[1] == 'marts' -%}
{%- do keys.append([
    mart.name, test.column_name, graph.nodes[key].name, test.test_metadata.kwargs.field
]) -%}
{%- endfor -%}
{%- endfor -%}
select quality.declare_foreign_keys('marts_candidate', '{{ tojson(keys) }}')
{%- endif -%}
{%- endmacro %}
