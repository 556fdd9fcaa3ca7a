{#- The row of a period after which there is no figure; of those that end on one day the
    longest. -#}
{% macro is_last_with(measure, columns) -%}
coalesce(
    {{ period_key() }} = max({{ period_key() }}) filter (
        where {{ measure }} is not null
    ) over (partition by {{ columns | join(', ') }}),
    false
)
{%- endmacro %}
