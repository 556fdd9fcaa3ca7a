{% macro protect_rows() -%}
{%- set names = ['reporting_unit_code', 'unit_code', 'planned_unit_code'] -%}
{%- set units = names | select('in', model.columns) -%}
{#- where rows were replaced the table has them already -#}
{%- if 'bloc_code' in model.columns and not is_incremental() -%}
alter table {{ this }} enable row level security;
drop policy if exists readers on {{ this }};
create policy readers on {{ this }} for select using (
    {# in brackets, each is asked once a query and not once a row #}
    (select monitoring.reads_all(current_user))
    or bloc_code = any((select monitoring.readable_blocs(current_user))::text[])
    {%- for unit in units %}
    or {{ unit }} = any((select monitoring.readable_units(current_user))::text[])
    {%- endfor %}
)
{%- endif -%}
{%- endmacro %}
