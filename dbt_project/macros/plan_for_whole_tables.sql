{#- Where everything is made, whole tables are joined and grouped. What the planner takes for
    a few rows of a step before are all of them, and a nested loop's cost grows with their
    square; what it takes for millions of groups are some thousands, and it sorts all rows to
    find them. -#}
{% macro plan_for_whole_tables() -%}
{%- if model.config.materialized != 'view' and not is_incremental() -%}
set local enable_nestloop = off; set local enable_sort = off
{%- endif -%}
{%- endmacro %}
