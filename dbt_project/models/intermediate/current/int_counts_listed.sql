{# grain: one row per current submission of a unit and count #}

with

submissions as (
    select *
    from {{ ref('int_submissions_current') }}
    where unit_kind <> 'bloc_office'
),

membership as (select * from {{ ref('int_membership_current') }}),

admissions as (select * from {{ ref('int_admissions_current') }}),

inspections as (select * from {{ ref('int_inspections_current') }}),

awards as (select * from {{ ref('int_awards_current') }}),

training as (select * from {{ ref('int_training_current') }}),

{# what happens independently of each other, so that it may be taken for a count #}
measures (form, measure, label_vi, label_en) as (
    values
    ('membership', 'inc_transfer_external', 'Chuyển đến ngoài Khối', 'Transfers in'),
    ('membership', 'dec_transfer_external', 'Chuyển đi ngoài Khối', 'Transfers out'),
    ('membership', 'made_official', 'Công nhận chính thức', 'Made official'),
    ('admissions', 'admitted_total', 'Số kết nạp', 'Members admitted'),
    ('inspections', 'done', 'Số lượt kiểm tra, giám sát', 'Turns of inspection'),
    ('awards_training', 'award_count', 'Số được khen thưởng', 'Awards'),
    ('awards_training', 'attendees', 'Số lượt người học', 'People trained')
),

counted as (
    select
        membership.submission_id,
        figures.measure,
        figures.counted_value
    from membership
    cross join
        lateral (
            values
            ('inc_transfer_external', membership.inc_transfer_external),
            ('dec_transfer_external', membership.dec_transfer_external),
            ('made_official', membership.made_official)
        ) as figures (measure, counted_value)
    union all
    select
        submission_id,
        'admitted_total' as measure,
        admitted_total as counted_value
    from admissions
    union all
    select
        submission_id,
        'done' as measure,
        sum(done) as counted_value
    from inspections
    group by submission_id
    union all
    select
        submission_id,
        'award_count' as measure,
        sum(award_count) as counted_value
    from awards
    group by submission_id
    union all
    select
        submission_id,
        'attendees' as measure,
        sum(attendees) as counted_value
    from training
    group by submission_id
),

final as (
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
        case
            when submissions.form in ('membership', 'admissions')
                then counted.counted_value
            else coalesce(counted.counted_value, 0)
        end as reported_count,
        (
            extract(month from submissions.period_end)
            - extract(month from submissions.period_start)
            + 1
        ) as month_count,
        members.closing_total as member_count,
        submissions.period_end
    from submissions
    inner join measures on submissions.form = measures.form
    left join counted
        on
            submissions.submission_id = counted.submission_id
            and measures.measure = counted.measure
    left join membership as members
        on
            submissions.unit_code = members.unit_code
            and submissions.period_code = members.period_code
)

select * from final
