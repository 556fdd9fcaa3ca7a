-- grain: one row per day on which returns that are owed came for the first time
select
    first_receipts.received_on,
    count(*) as arrived
from marts.fct_returns
inner join lateral (
    select min(submissions.received_at at time zone %(timezone)s)::date as received_on
    from raw.submissions
    where submissions.unit_code = fct_returns.unit_code
        and submissions.form = fct_returns.form
        and submissions.period_code = fct_returns.period_code
        and submissions.state in ('accepted', 'superseded')
) as first_receipts on first_receipts.received_on is not null
where fct_returns.bloc_code = %(bloc)s
    and fct_returns.period_code = %(period)s
    and fct_returns.is_expected
group by first_receipts.received_on
order by first_receipts.received_on
