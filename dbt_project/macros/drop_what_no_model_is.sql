{#- A model that was renamed or folded into another leaves its relation behind, with the
    rows of its last build. A full build drops what no model and no source is called. -#}
{% macro drop_what_no_model_is() -%}
{%- if execute and flags.FULL_REFRESH -%}
{%- set known = (graph.nodes.values() | list + graph.sources.values() | list)
    | map(attribute='name') | list -%}
{%- for schema in ['staging', 'intermediate'] -%}
{%- set here = api.Relation.create(database=target.database, schema=schema) -%}
{%- for found in list_relations_without_caching(here) if found.name not in known -%}
{%- set relation = here.incorporate(
    path={'identifier': found.name}, type=found.type
) -%}
{%- do adapter.cache_dropped(relation) -%}
drop {{ relation.type }} if exists {{ relation }} cascade;
{% endfor -%}
{%- endfor -%}
{%- endif -%}
{%- endmacro %}
