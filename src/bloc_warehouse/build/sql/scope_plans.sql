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
    concerned.unit_code,
    years.period_year
from plans_concerned
inner join raw.submissions
    on plans_concerned.unit_code = submissions.unit_code
        and plans_concerned.period_year = submissions.period_year
        and submissions.form = 'admission_plan'
inner join raw.admission_plan
    on submissions.submission_id = admission_plan.submission_id
-- a unit that another bloc's office plans for counts in its own bloc
cross join
    lateral ( -- noqa: ST05
        select plans_concerned.unit_code
        union
        select admission_plan.planned_unit_code
        where not exists (
                select 1
                from reference.ref_unit_spans as planned
                inner join reference.ref_unit_spans as planner
                    on planned.bloc_code = planner.bloc_code
                where planned.unit_code = admission_plan.planned_unit_code
                    and planner.unit_code = plans_concerned.unit_code
            )
    ) as concerned
cross join
    lateral (
        select plans_concerned.period_year
        union
        select planned.period_year
        from generate_series(admission_plan.from_year, admission_plan.to_year)
                as planned (period_year)
        where admission_plan.scope = 'unit_year'
    ) as years
where concerned.unit_code is not null
group by concerned.unit_code, years.period_year
on conflict do nothing
