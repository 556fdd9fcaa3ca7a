with

plans_reported as (

    select
        submissions.*,
        plan_lines.sheet,
        plan_lines.sheet_row,
        plan_lines.scope,
        plan_lines.planned_unit_code,
        plan_lines.from_year,
        plan_lines.to_year,
        plan_lines.planned_admissions
    from {{ ref('int_submissions_counted') }} as submissions
    inner join {{ ref('stg_raw__admission_plan') }} as plan_lines
        on submissions.submission_id = plan_lines.submission_id
    where
        submissions.form = 'admission_plan'
        and {{ is_in_scope(['unit_code', 'period_year'], 'submissions') }}

),

{# a later plan may repeat or change an earlier one: the last allotment counts #}
allotments_ranked as (

    select
        *,
        row_number() over (
            partition by
                scope,
                coalesce(planned_unit_code, unit_code),
                from_year,
                to_year
            order by
                period_end desc,
                received_at desc,
                submission_id desc,
                sheet_row desc
        ) as recency
    from plans_reported

),

final as (

    select
        ---------- ids
        submission_id,
        unit_key,

        ---------- text
        unit_code,
        bloc_code,
        unit_kind,
        period_code,
        scope,
        planned_unit_code,
        file_sha256,
        sheet,

        ---------- numerics
        period_year,
        from_year,
        to_year,
        sheet_row,
        planned_admissions
    from allotments_ranked
    where recency = 1

)

select * from final
