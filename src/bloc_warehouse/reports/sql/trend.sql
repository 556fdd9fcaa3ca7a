-- members at the end of the bloc's last periods, this one the last of them
select *
from (
    select
        rpt_bloc_totals.period_code,
        dim_periods.period_end,
        rpt_bloc_totals.computed_total,
        rpt_bloc_totals.is_partial
    from marts.rpt_bloc_totals
    inner join marts.dim_periods
        on rpt_bloc_totals.period_code = dim_periods.period_code
    where rpt_bloc_totals.bloc_code = %(bloc)s
        and rpt_bloc_totals.indicator = 'member_count'
        and rpt_bloc_totals.computed_total is not null
        and dim_periods.period_end <= %(period_end)s
    order by dim_periods.period_end desc
    limit 12
) as latest
order by period_end
