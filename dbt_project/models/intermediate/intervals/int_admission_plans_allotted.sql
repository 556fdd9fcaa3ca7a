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

allotments as (

    select * from allotments_ranked
    where recency = 1

),

stg_reference__unit_spans as (

    select * from {{ ref('stg_reference__unit_spans') }}

),

{# the planned unit's span in the bloc that planned, the last one in those days #}
allotments_spanned as (

    select
        allotments.*,
        stg_reference__unit_spans.unit_key as planned_unit_key,
        row_number() over (
            partition by allotments.submission_id, allotments.sheet_row
            order by
                allotments.bloc_code = stg_reference__unit_spans.bloc_code desc,
                make_date(allotments.to_year, 12, 31)
                >= stg_reference__unit_spans.valid_from desc,
                stg_reference__unit_spans.valid_from desc
        ) as nearness
    from allotments
    left join stg_reference__unit_spans
        on allotments.planned_unit_code = stg_reference__unit_spans.unit_code

),

final as (

    select
        ---------- ids
        submission_id,
        unit_key,
        planned_unit_key,

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
    from allotments_spanned
    where nearness = 1

)

select * from final
