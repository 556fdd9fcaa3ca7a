{% macro flow_over_interval(flow) -%}
case
    when is_cumulative and row_number() over year_so_far > 1
        then {{ flow }}_stated - lag({{ flow }}_stated) over year_so_far
    else {{ flow }}_stated
end
{%- endmacro %}
