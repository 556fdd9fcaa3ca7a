with returns as (
    select
        submission_id,
        bloc_code,
        unit_code,
        period_code,
        period_type,
        period_year
    from intermediate.int_submissions_current
    where form = {form}
),

comparisons as (
    select
        sent.unit_code,
        sent.period_year,
        chosen.*
    from (
        select
            unit_code,
            period_year,
            array_agg(period_type) as period_types
        from returns
        group by unit_code, period_year
    ) as sent
    inner join (
        values
        (array['Q2'], 'H1', 'Q1', '{{}}'::text[]),
        (array['Q3'], 'M9', 'H1', '{{}}'),
        (array['Q4'], 'Y', 'M9', '{{}}'),
        (array['Q2', 'Q3'], 'M9', 'Q1', array['H1']),
        (array['Q3', 'Q4'], 'Y', 'H1', array['M9']),
        (array['Q2', 'Q3', 'Q4'], 'Y', 'Q1', array['H1', 'M9']),
        (array['T01', 'T02', 'T03'], 'Q1', null, '{{}}'),
        (array['T04', 'T05', 'T06'], 'Q2', null, '{{}}'),
        (array['T07', 'T08', 'T09'], 'Q3', null, '{{}}'),
        (array['T10', 'T11', 'T12'], 'Q4', null, '{{}}'),
        (array['T04', 'T05', 'T06'], 'H1', 'Q1', array['Q2']),
        (array['T07', 'T08', 'T09'], 'M9', 'H1', array['Q3']),
        (array['T10', 'T11', 'T12'], 'Y', 'M9', array['Q4'])
    ) as chosen (alone, later, earlier, unless)
        on sent.period_types
            @> (chosen.alone || array_remove(array[chosen.later, chosen.earlier], null))
            and not sent.period_types && chosen.unless
),

members as (
    select
        alone.bloc_code,
        alone.unit_code,
        alone.period_code,
        alone.submission_id,
        sides.submission_id as side_id,
        case sides.period_type
            when comparisons.later then 1 when comparisons.earlier then -1 else 0
        end as weight
    from comparisons
    inner join returns as alone
        on comparisons.unit_code = alone.unit_code
            and comparisons.period_year = alone.period_year
            and comparisons.alone[cardinality(comparisons.alone)] = alone.period_type
    inner join returns as sides
        on comparisons.unit_code = sides.unit_code
            and comparisons.period_year = sides.period_year
            and sides.period_type = any(
                comparisons.alone || array[comparisons.later, comparisons.earlier]
            )
),

seen as (
    select distinct members.submission_id{seen_keys}
    from members
    inner join {current} as seen on members.side_id = seen.submission_id
),

figures as (
    select
        members.bloc_code,
        members.unit_code,
        members.period_code,
        members.submission_id,
        members.side_id,
        members.weight,
        flows.measure || {keys_en} as subject,
        flows.label_vi || {keys_vi} as subject_vi,
        flows.label_en || {keys_en} as subject_en,
        case
            when reported.submission_id is null then {absent}
            else flows.amount
        end as amount,
        coalesce(
            flows.measure = any(reported.not_applicable), false
        ) as is_not_applicable
    from members
    inner join seen on members.submission_id = seen.submission_id
    left join {current} as reported
        on members.side_id = reported.submission_id{keys_match}
    cross join lateral (
        values {flows}
    ) as flows (measure, label_vi, label_en, amount)
),

sums as (
    select
        bloc_code,
        unit_code,
        period_code,
        submission_id,
        array_agg(distinct side_id) filter (
            where side_id <> submission_id
        ) as other_submission_ids,
        subject,
        subject_vi,
        subject_en,
        case when bool_and(amount is not null or weight <> 0)
                then sum(amount) filter (where weight = 0)
        end as in_quarter,
        case when bool_and(amount is not null or weight = 0)
                then sum(weight * amount)
        end as between_cumulatives,
        count(amount) as figure_count,
        bool_or(is_not_applicable) as is_not_applicable
    from figures
    group by
        bloc_code, unit_code, period_code, submission_id, subject, subject_vi,
        subject_en
)

select
    bloc_code,
    unit_code,
    {form} as form,
    period_code,
    subject,
    subject_vi,
    subject_en,
    submission_id,
    other_submission_ids,
    in_quarter as left_value,
    between_cumulatives as right_value
from sums
where not is_not_applicable and figure_count > 0
