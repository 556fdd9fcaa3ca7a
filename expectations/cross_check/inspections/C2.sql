with expelled as (
    select
        submissions.submission_id,
        submissions.bloc_code,
        submissions.unit_code,
        submissions.period_code,
        case
            when membership.submission_id is not null
                then coalesce(membership.dec_expelled, 0)
        end as decreases
    from intermediate.int_submissions_current as submissions
    left join intermediate.int_membership_current as membership
        on submissions.submission_id = membership.submission_id
    where submissions.form = 'membership'
),

decided as (
    select
        submissions.submission_id,
        submissions.bloc_code,
        submissions.unit_code,
        submissions.unit_kind = 'bloc_office' as is_office,
        submissions.period_code,
        coalesce(sum(discipline.expulsion), 0) as expulsions
    from intermediate.int_submissions_current as submissions
    left join intermediate.int_discipline_current as discipline
        on submissions.submission_id = discipline.submission_id
            and discipline.subject = 'member'
    where submissions.form = 'inspections'
    group by
        submissions.submission_id, submissions.bloc_code, submissions.unit_code,
        submissions.unit_kind, submissions.period_code
),

offices as (
    select
        bloc_code,
        period_code,
        sum(expulsions) as expulsions
    from decided
    where is_office
    group by bloc_code, period_code
),

paired as (
    select
        expelled.*,
        decided.unit_code is not null as is_paired,
        decided.submission_id as decided_id,
        decided.expulsions,
        coalesce(offices.expulsions, 0) as office_expulsions
    from expelled
    left join decided
        on expelled.unit_code = decided.unit_code
            and expelled.period_code = decided.period_code
    left join offices
        on expelled.bloc_code = offices.bloc_code
            and expelled.period_code = offices.period_code
),

over_units as (
    select
        bloc_code,
        unit_code,
        period_code,
        submission_id,
        array[decided_id] as other_submission_ids,
        decreases as left_value,
        expulsions as right_value
    from paired
    where is_paired
        and (
            case
                when office_expulsions = 0 then decreases = expulsions
                else decreases >= expulsions
            end
        ) is not true
),

over_blocs as (
    select
        bloc_code,
        null::text as unit_code,
        period_code,
        null::bigint as submission_id,
        null::bigint[] as other_submission_ids,
        case when bool_and(decreases is not null) then sum(decreases)
        end as left_value,
        sum(expulsions) + max(office_expulsions) as right_value
    from paired
    group by bloc_code, period_code
    having bool_and(is_paired) and max(office_expulsions) > 0
)

select
    bloc_code,
    unit_code,
    'membership' as form,
    period_code,
    submission_id,
    other_submission_ids,
    left_value,
    right_value
from over_units
union all
select
    bloc_code,
    unit_code,
    'membership' as form,
    period_code,
    submission_id,
    other_submission_ids,
    left_value,
    right_value
from over_blocs
where left_value is distinct from right_value or left_value is null
