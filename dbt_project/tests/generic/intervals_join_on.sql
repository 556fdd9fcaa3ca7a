{#- Fails on an interval that overlaps the one before it or leaves a gap to it. -#}
{% test intervals_join_on(model, columns, begins_with_year=false) %}

with

intervals_ordered as (

    select
        {{ columns | join(', ') }},
        interval_start,
        interval_end,
        lag(interval_end) over (
            partition by {{ columns | join(', ') }} order by interval_end
        ) as previous_end
    from {{ model }}

)

select *
from intervals_ordered
where
    interval_start > interval_end
    or interval_start != previous_end + 1
    {%- if begins_with_year %}
    or (previous_end is null and interval_start != date_trunc('year', interval_end))
    {%- endif %}

{% endtest %}
