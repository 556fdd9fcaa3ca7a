{% macro shown_from_threshold(count) -%}
case
    when
        interval_end = make_date(period_year, 12, 31)
        and {{ count }} >= {{ var('suppression_threshold') }}
        then {{ count }}
end
{%- endmacro %}
