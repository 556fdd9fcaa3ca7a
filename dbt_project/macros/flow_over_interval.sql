{% macro flow_over_interval(flow) -%}
case
    when is_cumulative
        then
            {{ flow }}_year_to_date
            - lag({{ flow }}_year_to_date, 1, 0::bigint) over year_so_far
    else {{ flow }}_stated
end
{%- endmacro %}
