select
    bloc_code,
    period_type as subject,
    case when bool_and(printed_value is not null)
            then sum(printed_value)
    end as left_value,
    100 as right_value
from marts_candidate.rpt_published_totals
where role = 'actual'
    and indicator in (
        'members_excellent_pct', 'members_good_pct', 'members_completed_pct',
        'members_not_completed_pct'
    )
group by bloc_code, period_type, period_start, period_end
