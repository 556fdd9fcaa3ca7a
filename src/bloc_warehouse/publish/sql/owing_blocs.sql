-- blocs that owe a return of a period, no mere month, that ends on a day
select distinct ref_obligations.bloc_code
from reference.ref_obligations
inner join reference.ref_periods
    on ref_obligations.period_type = ref_periods.period_type
        and ref_obligations.first_period <= ref_periods.period_code
        and (
            ref_obligations.last_period is null
            or ref_obligations.last_period >= ref_periods.period_code
        )
inner join reference.ref_unit_spans
    on ref_obligations.bloc_code = ref_unit_spans.bloc_code
        and ref_periods.period_end >= ref_unit_spans.valid_from
        and (
            ref_unit_spans.valid_to is null
            or ref_periods.period_end < ref_unit_spans.valid_to
        )
where ref_periods.period_end = %(day)s
    and ref_periods.period_type not like 'T%%'
order by ref_obligations.bloc_code
