{#- Fails on a version that began to count before the one before it ended. -#}
{% test versions_do_not_overlap(model, columns) %}

with

versions_ordered as (

    select
        {{ columns | join(', ') }},
        reported_from,
        reported_to,
        lag(coalesce(reported_to, 'infinity'::timestamptz)) over (
            partition by {{ columns | join(', ') }}
            order by
                reported_from,
                coalesce(reported_to, 'infinity'::timestamptz)
        ) as previous_to
    from {{ model }}

)

select *
from versions_ordered
where
    reported_from < previous_to
    or reported_to < reported_from

{% endtest %}
