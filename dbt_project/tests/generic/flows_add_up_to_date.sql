{#- Fails where the flows of a year's intervals do not add up to the year to date. -#}
{% test flows_add_up_to_date(model, columns, flows) %}

with

flows_summed as (

    select
        {{ columns | join(', ') }},
        interval_end,
        {%- for flow in flows %}
        {{ flow }}_year_to_date,
        case
            when bool_and({{ flow }} is not null) over year_so_far
                then sum({{ flow }}) over year_so_far
            else null
        end as {{ flow }}_summed{{ "," if not loop.last }}
        {%- endfor %}
    from {{ model }}
    window year_so_far as (
        partition by {{ columns | join(', ') }} order by interval_end
    )

)

select *
from flows_summed
where
    {%- for flow in flows %}
    {{ "or " if not loop.first }}{{ flow }}_summed != {{ flow }}_year_to_date
    {%- endfor %}

{% endtest %}
