{% macro flow_year_to_date(flow) -%}
case
    when bool_and({{ flow }}_stated is not null) over since_cumulative
        then (sum({{ flow }}_stated) over since_cumulative)::bigint
end
{%- endmacro %}
