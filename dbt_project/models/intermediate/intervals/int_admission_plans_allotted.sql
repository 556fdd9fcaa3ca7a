with

int_submissions_scoped as (

    select * from {{ ref('int_submissions_scoped') }}

),

int_admission_plan_current as (

    select * from {{ ref('int_admission_plan_current') }}

),

{# a later plan may repeat or change an earlier one: the last allotment counts #}
allotments_ranked as (

    select
        int_admission_plan_current.*,
        int_submissions_scoped.unit_key,
        int_submissions_scoped.file_sha256,
        row_number() over (
            partition by
                int_admission_plan_current.scope,
                coalesce(
                    int_admission_plan_current.planned_unit_code,
                    int_admission_plan_current.unit_code
                ),
                int_admission_plan_current.from_year,
                int_admission_plan_current.to_year
            order by
                int_admission_plan_current.period_end desc,
                int_admission_plan_current.received_at desc,
                int_admission_plan_current.submission_id desc,
                int_admission_plan_current.sheet_row desc
        ) as recency
    from int_submissions_scoped
    inner join int_admission_plan_current
        on
            int_submissions_scoped.submission_id
            = int_admission_plan_current.submission_id

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
