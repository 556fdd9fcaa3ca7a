with owed as (
    select distinct
        bloc_code,
        form,
        period_code,
        period_end,
        unit_code
    from marts_candidate.fct_returns
    where is_expected and owed_by = 'unit'
),

forms_owed as (
    select
        bloc_code,
        form,
        period_code,
        period_end,
        count(*) as unit_count
    from owed
    group by bloc_code, form, period_code, period_end
),

-- a last return, which a unit owes that ended in the year up to then
last_owed as (
    select
        owed.bloc_code,
        owed.form,
        owed.period_code,
        owed.unit_code
    from owed
    inner join marts_candidate.dim_units
        on owed.unit_code = dim_units.unit_code
    group by
        owed.bloc_code, owed.form, owed.period_code, owed.period_end,
        owed.unit_code
    having max(coalesce(dim_units.valid_to, 'infinity'))
        between date_trunc('year', owed.period_end) and owed.period_end
),

units_open as (
    select
        forms_owed.bloc_code,
        forms_owed.form,
        forms_owed.period_code,
        dim_units.unit_code
    from forms_owed
    inner join marts_candidate.dim_units
        on forms_owed.bloc_code = dim_units.bloc_code
            and dim_units.unit_kind <> 'bloc_office'
            and forms_owed.period_end >= dim_units.valid_from
            and coalesce(dim_units.valid_to, 'infinity') > forms_owed.period_end
),

owing as (
    select * from units_open
    union
    select * from last_owed
)

select
    forms_owed.bloc_code,
    forms_owed.form,
    forms_owed.period_code,
    forms_owed.unit_count as left_value,
    count(owing.unit_code) as right_value
from forms_owed
left join owing
    on forms_owed.bloc_code = owing.bloc_code
        and forms_owed.form = owing.form
        and forms_owed.period_code = owing.period_code
group by
    forms_owed.bloc_code, forms_owed.form, forms_owed.period_code,
    forms_owed.unit_count
