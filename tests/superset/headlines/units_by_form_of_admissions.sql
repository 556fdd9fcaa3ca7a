with units as (
    select
        form,
        unit_code,
        count(*) as due,
        count(*) filter (where state = 'accepted') as counted
    from marts.fct_returns
    where is_expected and is_due and form in ('admissions', 'admission_plan')
    group by 1, 2
)

select
    label_vi as form_vi,
    count(*) as units_expected,
    count(*) filter (where counted = due) as units_complete,
    sum(counted) as returns_counted,
    sum(due) as returns_due
from units
inner join marts.dim_forms using (form)
group by 1
