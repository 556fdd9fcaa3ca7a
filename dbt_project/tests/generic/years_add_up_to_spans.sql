{#- Fails where a flow over whole years is not what the bloc's own totals of these years
    add up to. A plan may be for several years at once: these are in no year's total. -#}
{% test years_add_up_to_spans(model) %}

with

spans as (select * from {{ model }})

select
    spans.bloc_code,
    spans.term,
    spans.span_type,
    spans.indicator,
    spans.total,
    sum(years.computed_total) as total_of_years
from spans
inner join {{ ref('ref_summary_indicators') }} as indicators
    on
        spans.indicator = indicators.indicator
        and indicators.accrual = 'flow'
        and indicators.form != 'admission_plan'
inner join {{ ref('rpt_bloc_totals') }} as years
    on
        spans.bloc_code = years.bloc_code
        and spans.indicator = years.indicator
        and years.period_type = 'Y'
        and years.period_year
        between extract(year from spans.covered_from)
        and extract(year from spans.covered_until)
where
    spans.total is not null
    and extract(month from spans.covered_until) = 12
group by
    spans.bloc_code,
    spans.term,
    spans.span_type,
    spans.indicator,
    spans.total,
    spans.covered_from,
    spans.covered_until
having
    count(years.computed_total)
    = extract(year from age(spans.covered_until + 1, spans.covered_from))
    and sum(years.computed_total) != spans.total

{% endtest %}
