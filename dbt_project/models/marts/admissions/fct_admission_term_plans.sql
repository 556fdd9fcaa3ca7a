with

int_admission_plans_allotted as (

    select * from {{ ref('int_admission_plans_allotted') }}
    where scope = 'bloc_term'

),

final as (

    select
        ---------- ids
        unit_key,
        {{ period_key() }} as period_key,

        ---------- text
        unit_code as reporting_unit_code,
        unit_kind,
        bloc_code,
        period_code,

        ---------- numerics
        period_year,
        from_year,
        to_year,
        planned_admissions,

        ---------- dates
        make_date(to_year, 12, 31) as plan_end,
        make_date(from_year, 1, 1) as plan_start,

        ---------- lineage
        submission_id as _submission_id,
        file_sha256 as _file_sha256,
        sheet as _sheet,
        sheet_row as _sheet_row
    from int_admission_plans_allotted

)

select * from final
