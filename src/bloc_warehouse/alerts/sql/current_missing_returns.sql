-- Owed returns that have not arrived: those that the audit found overdue (by the last
-- receipt), and those due by today's date, before the due day too.
create temporary table current_missing_returns on commit drop as
with expected as ({expected}),

found as (
    select
        bloc_code,
        unit_code,
        form,
        period_code,
        violation_id,
        state,
        concat_ws('. ', message_vi, nullif(cure_vi, '')) as message_vi,
        concat_ws('. ', message_en, nullif(cure_en, '')) as message_en
    from quality.violations
    where rule = 'N1' and state <> 'resolved'
),

missing as (
    select
        bloc_code,
        unit_code,
        form,
        period_code,
        violation_id,
        message_vi,
        message_en
    from found
    where state = 'open'
    union all
    select
        expected.bloc_code,
        expected.unit_code,
        expected.form,
        expected.period_code,
        null as violation_id,
        null as message_vi,
        null as message_en
    from expected
    cross join quality.alert_settings
    where expected.due_on between alert_settings.today - 400
        and alert_settings.today + %(days_before)s
        and not exists (
            select 1
            from raw.submissions
            where submissions.unit_code = expected.unit_code
                and submissions.form = expected.form
                and submissions.state in ('accepted', 'superseded', 'held')
                -- the audit decides whether the last part leaves no gap
                and submissions.period_code in (
                    select expected.period_code
                    union all
                    select left(expected.period_code, 5) || parts.last_part
                    from
                        unnest(%(period_types)s::text[], %(last_parts)s::text[])
                            as parts (period_type, last_part)
                    where parts.period_type = right(expected.period_code, -5)
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

owing as (
    select
        bloc_code,
        form,
        period_code,
        count(distinct unit_code) as unit_count
    from expected
    where (bloc_code, form, period_code) in (
            select
                missing.bloc_code,
                missing.form,
                missing.period_code
            from missing
        )
    group by bloc_code, form, period_code
)

select
    missing.*,
    expected.due_on,
    forms.code as form_code,
    forms.title_vi,
    forms.title_en,
    owing.unit_count as expected_count
from missing
left join expected
    on missing.unit_code = expected.unit_code
        and missing.form = expected.form
        and missing.period_code = expected.period_code
left join owing
    on missing.bloc_code = owing.bloc_code
        and missing.form = owing.form
        and missing.period_code = owing.period_code
left join
    unnest(
        %(forms)s::text[],
        %(codes)s::text[],
        %(titles_vi)s::text[],
        %(titles_en)s::text[]
    ) as forms (form, code, title_vi, title_en)
    on missing.form = forms.form
