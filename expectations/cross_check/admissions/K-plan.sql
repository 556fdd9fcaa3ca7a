with plans as (
    select
        submissions.bloc_code,
        submissions.period_year,
        submissions.submission_id
    from intermediate.int_submissions_current as submissions
    where submissions.form = 'admission_plan'
),

given as (
    select
        plans.bloc_code,
        plans.period_year,
        plan_lines.planned_unit_code as unit_code,
        array_agg(distinct plans.submission_id) as plan_ids,
        sum(plan_lines.planned_admissions) as planned
    from plans
    inner join intermediate.int_admission_plan_current as plan_lines
        on plans.submission_id = plan_lines.submission_id
    where plan_lines.scope = 'unit_year'
        and plan_lines.from_year = plans.period_year
        and plan_lines.to_year = plans.period_year
    group by plans.bloc_code, plans.period_year, plan_lines.planned_unit_code
)

select
    submissions.bloc_code,
    submissions.unit_code,
    'admissions' as form,
    submissions.period_code,
    submissions.submission_id,
    given.plan_ids as other_submission_ids,
    admissions.plan_year as left_value,
    given.planned as right_value
from intermediate.int_submissions_current as submissions
left join intermediate.int_admissions_current as admissions
    on submissions.submission_id = admissions.submission_id
left join given
    on submissions.unit_code = given.unit_code
        and submissions.period_year = given.period_year
where submissions.form = 'admissions'
    -- the plan of a bloc that the unit belonged to in the year
    and exists (
        select 1
        from plans
        inner join reference.ref_unit_spans as units
            on plans.bloc_code = units.bloc_code
                and units.unit_code = submissions.unit_code
                and extract(year from units.valid_from) <= plans.period_year
                and (
                    units.valid_to is null
                    or units.valid_to > make_date(plans.period_year, 1, 1)
                )
        where plans.period_year = submissions.period_year
    )
