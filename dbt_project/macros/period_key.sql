{#- Sorts by the period's last month, then by its length: year, month, number of months. -#}
{% macro period_key(period_code='period_code') -%}
left({{ period_code }}, 4)::integer * 10000
+ case substr({{ period_code }}, 6)
    when 'Q1' then 303
    when 'Q2' then 603
    when 'H1' then 606
    when 'Q3' then 903
    when 'M9' then 909
    when 'Q4' then 1203
    when 'Y' then 1212
    else right({{ period_code }}, 2)::integer * 100 + 1
end
{%- endmacro %}
