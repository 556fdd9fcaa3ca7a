{# grain: one row per row of the table in a submission #}

with

discipline as (

    select * from {{ source('raw', 'discipline') }}

),

final as (

    select
        ---------- ids
        submission_id,

        ---------- text
        sheet,
        body,
        subject,
        not_applicable,

        ---------- numerics
        sheet_row,
        reprimand,
        warning,
        dismissal,
        expulsion,
        dissolution,
        discipline_total,
        of_which_committee_members,
        dismissal_office_holders
    from discipline

)

select * from final
