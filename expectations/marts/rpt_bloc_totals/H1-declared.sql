with totals as (
    select
        bloc_code,
        period_code,
        indicator,
        computed_total,
        declared_total,
        is_in_summary,
        is_complete
    from marts_candidate.rpt_bloc_totals
    where not is_withheld
    union
    select
        bloc_code,
        period_code,
        indicator,
        computed_total,
        declared_total,
        is_in_summary,
        is_complete
    from intermediate.int_bloc_totals
    where is_confidential
)

select
    totals.bloc_code,
    'bloc_summary' as form,
    totals.period_code,
    totals.indicator as subject,
    totals.computed_total as left_value
from totals
inner join marts_candidate.fct_returns
    on totals.bloc_code = fct_returns.bloc_code
        and totals.period_code = fct_returns.period_code
        and fct_returns.form = 'bloc_summary'
        and fct_returns.state = 'accepted'
        and fct_returns.is_expected
where totals.is_complete
    and totals.is_in_summary
    and totals.declared_total is null
