with returns as (
    select
        submissions.submission_id,
        submissions.bloc_code,
        submissions.unit_code,
        submissions.period_code,
        submissions.period_start,
        submissions.period_end,
        membership.inc_structural,
        membership.dec_structural,
        membership.closing_total
    from intermediate.int_submissions_current as submissions
    left join intermediate.int_membership_current as membership
        on submissions.submission_id = membership.submission_id
    where submissions.form = 'membership'
),

events as (
    select *
    from reference.ref_unit_events
    where status = 'effective' and event_type in ('merge_into', 'split')
),

sides as (
    select
        unit_code,
        'dec_structural' as measure,
        effective_date,
        members_carried
    from events
    union all
    select
        successor_code as unit_code,
        'inc_structural' as measure,
        effective_date,
        members_carried
    from events
),

structural as (
    select
        returns.submission_id,
        sides.measure,
        case
            when bool_and(sides.members_carried is not null)
                then sum(sides.members_carried)
        end as expected
    from returns
    inner join sides
        on returns.unit_code = sides.unit_code
            and sides.effective_date
            between returns.period_start and returns.period_end
    group by returns.submission_id, sides.measure
),

compared as (
    select
        returns.submission_id,
        structural.measure,
        case structural.measure
            when 'inc_structural' then 'Nhận từ sáp nhập, chia tách'
            else 'Bàn giao do sáp nhập, chia tách'
        end as subject_vi,
        case structural.measure
            when 'inc_structural' then 'Taken over at a merger or split'
            else 'Handed over at a merger or split'
        end as subject_en,
        case structural.measure
            when 'inc_structural' then returns.inc_structural
            else returns.dec_structural
        end as stated,
        structural.expected
    from returns
    inner join structural on returns.submission_id = structural.submission_id
    union all
    select
        returns.submission_id,
        'closing_total' as measure,
        'Đảng viên cuối kỳ sau khi đã sáp nhập' as subject_vi,
        'Members at the end, after the merger' as subject_en,
        returns.closing_total as stated,
        0 as expected
    from returns
    inner join events
        on returns.unit_code = events.unit_code
            and events.event_type = 'merge_into'
            and events.effective_date
            between returns.period_start and returns.period_end
    union all
    select
        returns.submission_id,
        'closing_total' as measure,
        'Đảng viên cuối kỳ, ngay trước khi sáp nhập' as subject_vi,
        'Members at the end, on the eve of the merger' as subject_en,
        returns.closing_total as stated,
        events.members_carried as expected
    from returns
    inner join events
        on returns.unit_code = events.unit_code
            and events.event_type = 'merge_into'
            and events.effective_date - 1 = returns.period_end
)

select
    returns.bloc_code,
    returns.unit_code,
    'membership' as form,
    returns.period_code,
    compared.measure as subject,
    compared.subject_vi,
    compared.subject_en,
    returns.submission_id,
    compared.stated as left_value,
    compared.expected as right_value
from compared
inner join returns on compared.submission_id = returns.submission_id
