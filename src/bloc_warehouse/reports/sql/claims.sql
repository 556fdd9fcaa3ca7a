-- claims whose time ends with the period, or before the bloc's next one
select
    claim_id,
    wording,
    printed,
    qualifier,
    role,
    recomputed,
    verdict,
    reason,
    units_reported,
    units_expected,
    blank_count
from marts.rpt_published_totals
where bloc_code = %(bloc)s
    and period_end >= %(period_end)s
    and not exists (
        select 1
        from marts.fct_returns
        inner join marts.dim_periods
            on fct_returns.period_code = dim_periods.period_code
        where fct_returns.bloc_code = %(bloc)s
            and fct_returns.state <> 'not_due'
            and fct_returns.owed_by = 'unit'
            and dim_periods.period_end > %(period_end)s
            and dim_periods.period_end <= rpt_published_totals.period_end
    )
order by
    substring(claim_id from '^(.*?)[0-9]*$'),
    substring(claim_id from '[0-9]+$')::numeric
