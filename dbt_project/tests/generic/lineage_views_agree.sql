{# Both lineage views give the same total over all blocs, but for units, which
   are counted as they are today, and where one leaves a bloc's out because none of its
   units has reported. #}
{% test lineage_views_agree(model) %}

    select
        period_code,
        figure,
        subject
    from {{ model }}
    where figure <> 'unit_count'
    group by
        period_code,
        figure,
        subject
    having
        sum(total) filter (where lineage_view = 'historical')
        is distinct from sum(total) filter (where lineage_view = 'current')
        and not bool_or(units_reported = 0 and units_expected > 0)

{% endtest %}
