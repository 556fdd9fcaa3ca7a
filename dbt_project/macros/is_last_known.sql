{#- The row of a day after which its unit states no more of this, if it is open today. -#}
{% macro is_last_known(measure, columns) -%}
is_open_today
and coalesce(
    interval_end = max(interval_end) filter (
        where {{ measure }} is not null
    ) over (partition by {{ columns | join(', ') }}),
    false
)
{%- endmacro %}
