-- an interval opens where the one before closed, or as its own return says
select
    flows.bloc_code,
    flows.reporting_unit_code as unit_code,
    'membership' as form,
    flows.period_code,
    flows._submission_id as submission_id,
    case
        when periods.basis = 'cumulative' and flows._previous_submission_id is not null
            then earlier.closing_total
        else stated.opening_total
    end + flows.inc_total - flows.dec_total as left_value,
    case
        when flows.is_open_at_end then stocks.closing_total
        else stated.closing_total
    end as right_value
from marts_candidate.fct_membership as flows
inner join marts_candidate.dim_periods as periods
    on flows.period_code = periods.period_code
left join marts_candidate.fct_membership_stocks as stocks
    on
        flows.reporting_unit_code = stocks.reporting_unit_code
        and flows.interval_end = stocks.interval_end
left join raw.membership as stated
    on flows._submission_id = stated.submission_id
left join raw.membership as earlier
    on flows._previous_submission_id = earlier.submission_id
