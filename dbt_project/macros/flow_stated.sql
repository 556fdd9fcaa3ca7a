{% macro flow_stated(flow) -%}
case
    when is_cumulative then {{ flow }}_year_to_date
    else {{ flow }}
end
{%- endmacro %}
