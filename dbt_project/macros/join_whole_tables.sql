{#- Where everything is made, whole tables are joined, and what the planner takes for a few
    rows of a step before are all of them: a nested loop's cost grows with their square. -#}
{% macro join_whole_tables() -%}
{%- if model.config.materialized != 'view' and not is_incremental() -%}
set local enable_nestloop = off
{%- endif -%}
{%- endmacro %}
