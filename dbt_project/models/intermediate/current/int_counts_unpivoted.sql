{# lines are looked up by submission: a bloc's counts then cost what its returns do #}
select
    submissions.submission_id,
    submissions.bloc_code,
    submissions.unit_code,
    submissions.unit_kind,
    submissions.form,
    submissions.period_code,
    submissions.period_type,
    measures.measure,
    measures.label_vi,
    measures.label_en,
    submissions.period_year,
    {# a list without rows says that there was nothing #}
    case measures.measure
        when 'inc_transfer_external' then membership.inc_transfer_external
        when 'dec_transfer_external' then membership.dec_transfer_external
        when 'made_official' then membership.made_official
        when 'admitted_total' then admissions.admitted_total
        when 'done'
            then (
                select coalesce(sum(stg_raw__inspections.done), 0)
                from {{ ref('stg_raw__inspections') }} as stg_raw__inspections
                where stg_raw__inspections.submission_id = submissions.submission_id
            )
        when 'award_count'
            then (
                select coalesce(sum(stg_raw__awards.award_count), 0)
                from {{ ref('stg_raw__awards') }} as stg_raw__awards
                where stg_raw__awards.submission_id = submissions.submission_id
            )
        else (
            select coalesce(sum(stg_raw__training.attendees), 0)
            from {{ ref('stg_raw__training') }} as stg_raw__training
            where stg_raw__training.submission_id = submissions.submission_id
        )
    end as reported_count,
    (
        extract(month from submissions.period_end)
        - extract(month from submissions.period_start)
        + 1
    ) as month_count,
    members.closing_total as member_count,
    submissions.period_end
from {{ ref('int_submissions_current') }} as submissions
    {# what happens independently of each other, so that it may be taken for a count #}
inner join (
    values
    ('membership', 'inc_transfer_external', 'Chuyển đến ngoài Khối', 'Transfers in'),
    ('membership', 'dec_transfer_external', 'Chuyển đi ngoài Khối', 'Transfers out'),
    ('membership', 'made_official', 'Công nhận chính thức', 'Made official'),
    ('admissions', 'admitted_total', 'Số kết nạp', 'Members admitted'),
    ('inspections', 'done', 'Số lượt kiểm tra, giám sát', 'Turns of inspection'),
    ('awards_training', 'award_count', 'Số được khen thưởng', 'Awards'),
    ('awards_training', 'attendees', 'Số lượt người học', 'People trained')
) as measures (form, measure, label_vi, label_en)
    on submissions.form = measures.form
left join {{ ref('stg_raw__membership') }} as membership
    on
        submissions.submission_id = membership.submission_id
        and submissions.form = 'membership'
left join {{ ref('stg_raw__admissions') }} as admissions
    on
        submissions.submission_id = admissions.submission_id
        and submissions.form = 'admissions'
left join {{ ref('int_submissions_current') }} as members_submissions
    on
        submissions.unit_code = members_submissions.unit_code
        and submissions.period_code = members_submissions.period_code
        and members_submissions.form = 'membership'
left join {{ ref('stg_raw__membership') }} as members
    on members_submissions.submission_id = members.submission_id
where submissions.unit_kind <> 'bloc_office'
