-- What is owed and has not come: what the audit found overdue (judged by the last
-- receipt), and what the clock says of today, before the due day too. `level` counts
-- the days of reminding that are behind.
drop table if exists pg_temp.missing_returns;
create temporary table missing_returns on commit drop as
with expected as ({expected}),

found as (
    select bloc_code, unit_code, form, period_code, violation_id, rule, state,
        concat_ws('. ', message_vi, nullif(cure_vi, '')) as message_vi,
        concat_ws('. ', message_en, nullif(cure_en, '')) as message_en
    from quality.violations
    where rule = 'N1' and state <> 'resolved'
),

by_clock as (
    select bloc_code, unit_code, form, period_code
    from expected
    where due_on between {today} - 400 and {today} + {days_before}
        and not exists (
            select 1
            from raw.submissions
            where submissions.unit_code = expected.unit_code
                and submissions.form = expected.form
                and submissions.state in ('accepted', 'superseded', 'held')
                -- or one of its own days that ends with it: whether that leads there
                -- without a gap the audit tells
                and submissions.period_code in (
                    select left(expected.period_code, 5) || same_end.type
                    from (values
                        (right(expected.period_code, -5), right(expected.period_code, -5)),
                        ('Q1', 'T03'), ('H1', 'Q2'), ('H1', 'T06'), ('M9', 'Q3'),
                        ('M9', 'T09'), ('Y', 'Q4'), ('Y', 'T12')
                    ) as same_end (owed, type)
                    where same_end.owed = right(expected.period_code, -5)
                )
        )
        and not exists ( -- found, or answered
            select 1
            from found
            where found.unit_code = expected.unit_code
                and found.form = expected.form
                and found.period_code = expected.period_code
        )
        and not exists ( -- nobody is reminded of what is closed
            select 1
            from quality.period_closings as closings
            where closings.bloc_code = expected.bloc_code
                and closings.period_code = expected.period_code
                and closings.reopened_at is null
        )
),

missing as (
    select bloc_code, unit_code, form, period_code, violation_id, message_vi, message_en
    from found
    where state = 'open'
    union all
    select *, null, null, null from by_clock
),

dated as (
    select
        missing.*,
        expected.due_on,
        {today} - expected.due_on as days_over,
        coalesce(expected.due_on >= {today}, false) as is_ahead
    from missing
    left join expected
        on missing.unit_code = expected.unit_code
        and missing.form = expected.form
        and missing.period_code = expected.period_code
)

select
    dated.*,
    forms.code as form_code,
    forms.title_vi,
    forms.title_en,
    'return:' || dated.unit_code || ':' || dated.period_code as unit_cause,
    'missing:' || dated.bloc_code || ':' || dated.period_code as bloc_cause,
    (
        select count(*) from unnest({days}::integer[]) as days (day)
        where days.day <= dated.days_over
    )::integer as level,
    owing.unit_count as expected_count
from dated
left join (
    select bloc_code, form, period_code, count(distinct unit_code) as unit_count
    from expected
    where (bloc_code, form, period_code) in (
        select bloc_code, form, period_code from missing
    )
    group by bloc_code, form, period_code
) as owing
    on dated.bloc_code = owing.bloc_code
    and dated.form = owing.form
    and dated.period_code = owing.period_code
left join (values {forms}) as forms (form, code, title_vi, title_en)
    on dated.form = forms.form
