{# What the audit judges and totals rest on. Readers get fct_discipline: a small count
   may point at a person. #}
{{ config(
    materialized = 'incremental',
    indexes = [
        {'columns': ['unit_code', 'period_year']},
        {'columns': ['bloc_code', 'period_year']},
    ],
) }}

with

interval_flows as (

    {{ difference_over_intervals(
        table = 'discipline',
        form = 'inspections',
        keys = [
            'body',
            'subject',
        ],
        flows = [
            'reprimand',
            'warning',
            'dismissal',
            'expulsion',
            'dissolution',
            'discipline_total',
            'of_which_committee_members',
            'dismissal_office_holders',
        ],
    ) }}

),

final as (

    select
        ---------- ids
        unit_key,

        ---------- text
        unit_code,
        unit_kind,
        bloc_code,
        period_code,
        period_type,
        body,
        subject,
        not_applicable,

        ---------- numerics
        period_year,
        reprimand,
        warning,
        dismissal,
        expulsion,
        dissolution,
        discipline_total,
        of_which_committee_members,
        dismissal_office_holders,
        reprimand_year_to_date,
        warning_year_to_date,
        dismissal_year_to_date,
        expulsion_year_to_date,
        dissolution_year_to_date,
        discipline_total_year_to_date,
        of_which_committee_members_year_to_date,
        dismissal_office_holders_year_to_date,

        ---------- booleans
        is_cumulative,

        ---------- dates
        interval_start,
        interval_end,

        ---------- lineage
        submission_id as _submission_id,
        previous_submission_id as _previous_submission_id,
        file_sha256 as _file_sha256,
        sheet as _sheet,
        sheet_row as _sheet_row
    from interval_flows

)

select * from final
