with parts as (
    select
        admissions.submission_id,
        admissions.bloc_code,
        admissions.unit_code,
        admissions.form,
        admissions.period_code,
        admissions.period_year,
        admissions.period_type,
        measures.*
    from intermediate.int_admissions_current as admissions
    cross join
        lateral (
            values
            (
                'admitted_youth',
                'Đoàn viên được kết nạp',
                'Youth union members admitted',
                admissions.admitted_youth, admissions.admitted_total
            ),
            (
                'admitted_female', 'Nữ được kết nạp', 'Women admitted',
                admissions.admitted_female, admissions.admitted_total
            )
        ) as measures (measure, label_vi, label_en, amount, whole)
    union all
    select
        ratings.submission_id,
        ratings.bloc_code,
        ratings.unit_code,
        ratings.form,
        ratings.period_code,
        ratings.period_year,
        ratings.period_type,
        ratings.subject || ' ' || levels.measure as measure,
        levels.label_vi || subjects.label_vi as label_vi,
        levels.label_en || subjects.label_en as label_en,
        levels.amount,
        ratings.rated_total as whole
    from intermediate.int_ratings_current as ratings
    inner join (
        values
        ('member', ' (đảng viên)', ' (members)'),
        ('sub_cell', ' (chi bộ trực thuộc)', ' (subordinate cells)')
    ) as subjects (subject, label_vi, label_en)
        on ratings.subject = subjects.subject
    cross join lateral (
        values
        ('excellent', 'Hoàn thành xuất sắc', 'Excellent', ratings.excellent),
        ('good', 'Hoàn thành tốt', 'Good', ratings.good),
        ('completed', 'Hoàn thành', 'Completed', ratings.completed),
        ('not_completed', 'Không hoàn thành', 'Not completed', ratings.not_completed)
    ) as levels (measure, label_vi, label_en, amount)
),

-- the same season of the two years before, together
compared as (
    select
        later.submission_id,
        later.bloc_code,
        later.unit_code,
        later.form,
        later.period_code,
        later.measure,
        later.label_vi,
        later.label_en,
        later.amount,
        later.whole,
        sum(earlier.whole) as whole_before,
        (sum(earlier.amount) + 1.0) / (sum(earlier.whole) + 2) as share_before
    from parts as later
    inner join parts as earlier
        on later.unit_code = earlier.unit_code
            and later.measure = earlier.measure
            and later.period_type = earlier.period_type
            and later.period_year - earlier.period_year in (1, 2)
    where earlier.whole > 0 and earlier.amount is not null
    group by
        later.submission_id, later.bloc_code, later.unit_code, later.form,
        later.period_code, later.measure, later.label_vi, later.label_en,
        later.amount, later.whole
),

usual as (
    select
        *,
        round(whole * share_before, 1) as expected,
        sqrt(
            whole * share_before * (1 - share_before) * (1 + whole / whole_before)
        ) as spread
    from compared
)

select
    bloc_code,
    unit_code,
    form,
    period_code,
    measure as subject,
    label_vi || ' (trong ' || whole || ')' as subject_vi,
    label_en || ' (of ' || whole || ')' as subject_en,
    submission_id,
    amount as left_value,
    expected as right_value
from usual
where abs(amount - whole * share_before) > {tolerance} * spread
