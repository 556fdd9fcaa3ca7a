with

int_discipline_disclosed as (

    select * from {{ ref('int_discipline_disclosed') }}
    where {{ is_in_scope(['bloc_code', 'period_year']) }}

),

final as (

    select
        ---------- ids
        unit_key,

        ---------- text
        unit_code as reporting_unit_code,
        unit_kind,
        bloc_code,
        period_code,
        body,
        subject,

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

        ---------- dates
        interval_end,

        ---------- lineage
        submission_id as _submission_id,
        file_sha256 as _file_sha256
    from int_discipline_disclosed

)

select * from final
