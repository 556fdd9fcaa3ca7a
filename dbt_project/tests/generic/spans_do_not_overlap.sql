{#- Fails on a span that begins before the one before it has ended. -#}
{% test spans_do_not_overlap(model, column) %}

with

spans_ordered as (

    select
        {{ column }},
        valid_from,
        valid_to,
        lag(coalesce(valid_to, 'infinity'::date)) over (
            partition by {{ column }} order by valid_from
        ) as previous_end
    from {{ model }}

)

select *
from spans_ordered
where
    valid_from < previous_end
    or valid_to <= valid_from

{% endtest %}
