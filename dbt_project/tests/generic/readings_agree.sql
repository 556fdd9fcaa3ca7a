{# Both readings of the lineage give the same total over all blocs. #}
{% test readings_agree(model) %}

    select
        period_code,
        figure,
        subject
    from {{ model }}
    group by
        period_code,
        figure,
        subject
    having
        sum(total) filter (where reading = 'as_it_was')
        is distinct from sum(total) filter (where reading = 'as_it_is_today')

{% endtest %}
