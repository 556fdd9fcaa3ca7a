-- Of plans for the same unit and years the last one counts, whoever allotted it and
-- when. So whoever planned for the same as an office in scope is in scope as well.
with recursive plans_concerned (unit_code, period_year) as (
    select
        submissions.unit_code,
        submissions.period_year
    from intermediate.build_scope
    inner join raw.submissions
        on build_scope.unit_code = submissions.unit_code
            and build_scope.period_year = submissions.period_year
    where submissions.form = 'admission_plan'
    union
    select
        rivals.unit_code,
        rivals.period_year
    from plans_concerned
    inner join raw.submissions
        on plans_concerned.unit_code = submissions.unit_code
            and plans_concerned.period_year = submissions.period_year
            and submissions.form = 'admission_plan'
    inner join raw.admission_plan
        on submissions.submission_id = admission_plan.submission_id
    cross join
        lateral (
            select
                same.unit_code,
                same.period_year
            from raw.admission_plan as alike
            inner join raw.submissions as same
                on alike.submission_id = same.submission_id -- noqa: ST09
            where alike.planned_unit_code = admission_plan.planned_unit_code
                and alike.from_year = admission_plan.from_year
                and alike.to_year = admission_plan.to_year
            union all
            select
                same.unit_code,
                same.period_year
            from raw.submissions as same
            inner join raw.admission_plan as alike
                on same.submission_id = alike.submission_id
            where admission_plan.planned_unit_code is null
                and alike.planned_unit_code is null
                and same.form = 'admission_plan'
                and same.unit_code = submissions.unit_code
                and alike.from_year = admission_plan.from_year
                and alike.to_year = admission_plan.to_year
        ) as rivals
    where rivals.unit_code is not null and rivals.period_year is not null
)

-- the totals of the years planned for rest on them too
insert into intermediate.build_scope (unit_code, period_year)
select
    plans_concerned.unit_code,
    years.period_year
from plans_concerned
inner join raw.submissions
    on plans_concerned.unit_code = submissions.unit_code
        and plans_concerned.period_year = submissions.period_year
        and submissions.form = 'admission_plan'
inner join raw.admission_plan
    on submissions.submission_id = admission_plan.submission_id
cross join
    lateral (
        select plans_concerned.period_year
        union
        select planned.period_year
        from generate_series(admission_plan.from_year, admission_plan.to_year)
                as planned (period_year)
        where admission_plan.scope = 'unit_year'
    ) as years
group by plans_concerned.unit_code, years.period_year
on conflict do nothing
