{% macro flow_year_to_date(flow) -%}
case
    when is_cumulative
        then {{ flow }}_stated
    when bool_and({{ flow }} is not null) over year_so_far
        then (sum({{ flow }}) over year_so_far)::bigint
    else null
end
{%- endmacro %}
