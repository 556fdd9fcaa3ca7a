select
    period_label,
    label_vi as form_vi,
    count(*) filter (where is_reported) as units_reported,
    count(*) filter (where state <> 'not_due') as units_due,
    1.0 * count(*) filter (where is_reported)
    / nullif(count(*) filter (where state <> 'not_due'), 0) as units_reported_share
from marts.fct_returns
inner join marts.dim_forms using (form)
inner join marts.dim_periods using (period_key)
where
    is_expected
    and period_start <= (
        select (max(received_at) at time zone 'Asia/Ho_Chi_Minh')::date
        from marts.fct_returns
    )
group by 1, 2
