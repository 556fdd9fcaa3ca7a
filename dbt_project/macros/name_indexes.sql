{#- What an index or a key is called says what it is of. -#}
{% macro name_indexes() -%}
{%- if execute and flags.WHICH in ('run', 'build', 'retry') -%}
select quality.name_indexes(schemas.name)
from unnest(array['staging', 'intermediate', 'marts_candidate']) as schemas (name)
{%- endif -%}
{%- endmacro %}
