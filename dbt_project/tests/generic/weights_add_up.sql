{# A weight is a share of one whole: for each value of the columns they add up to 1. #}
{% test weights_add_up(model, columns) %}

    select {{ columns | join(', ') }}
    from {{ model }}
    group by {{ columns | join(', ') }}
    having round(sum(weight)::numeric, 6) is distinct from 1

{% endtest %}
