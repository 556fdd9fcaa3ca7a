{% macro sum_of_lines(lines, measure) -%}
{#- A line left blank leaves the sum unknown; one that does not apply adds nothing. -#}
case
    when
        bool_and(
            {{ lines }}.{{ measure }} is not null
            or '{{ measure }}' = any({{ lines }}.not_applicable)
        )
        then sum({{ lines }}.{{ measure }})::bigint
end
{%- endmacro %}
