with plans as (
    select
        submission_id,
        bloc_code,
        unit_code,
        period_code,
        period_year
    from intermediate.int_submissions_current
    where form = 'admission_plan'
),

resolutions as (
    select
        plans.*,
        terms.term,
        plan_lines.planned_admissions as resolved,
        extract(year from terms.first_day + interval '1 year - 1 day')::integer
            as first_year,
        extract(year from terms.last_day + interval '1 day')::integer - 1
            as last_year
    from plans
    inner join intermediate.int_admission_plan_current as plan_lines
        on plans.submission_id = plan_lines.submission_id
    inner join reference.ref_terms as terms
        on plans.bloc_code = terms.bloc_code
            and plan_lines.from_year = extract(year from terms.first_day)
    where plan_lines.scope = 'bloc_term'
),

years as (
    select
        resolutions.submission_id,
        resolutions.term,
        whole_years.plan_year,
        count(distinct lineage_plans.submission_id) as plan_count,
        sum(plan_lines.planned_admissions) as planned
    from resolutions
    cross join
        lateral generate_series(
            resolutions.first_year, resolutions.last_year
        ) as whole_years (plan_year)
    left join intermediate.int_bloc_lineage as lineages
        on resolutions.bloc_code = lineages.bloc_code
            and make_date(whole_years.plan_year, 12, 31) >= lineages.counts_since
    left join plans as lineage_plans
        on lineages.member_bloc_code = lineage_plans.bloc_code
            and whole_years.plan_year = lineage_plans.period_year
    left join intermediate.int_admission_plan_current as plan_lines
        on lineage_plans.submission_id = plan_lines.submission_id
            and plan_lines.scope = 'unit_year'
            and whole_years.plan_year = plan_lines.from_year
            and whole_years.plan_year = plan_lines.to_year
    group by
        resolutions.submission_id, resolutions.term, whole_years.plan_year
),

sums as (
    select
        submission_id,
        term,
        case when bool_and(planned is not null) then sum(planned) end as planned
    from years
    group by submission_id, term
    having bool_and(plan_count > 0)
)

select
    resolutions.bloc_code,
    resolutions.unit_code,
    'admission_plan' as form,
    resolutions.period_code,
    resolutions.term as subject,
    resolutions.submission_id,
    sums.planned as left_value,
    resolutions.resolved as right_value
from resolutions
inner join sums
    on resolutions.submission_id = sums.submission_id
        and resolutions.term = sums.term
