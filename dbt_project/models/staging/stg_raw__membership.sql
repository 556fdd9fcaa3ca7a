{# grain: one row per row of the table in a submission #}

{# a plain select: PostgreSQL takes a view with a CTE as a whole, and finds no index #}
select
    ---------- ids
    submission_id,

    ---------- text
    sheet,
    not_applicable,

    ---------- numerics
    sheet_row,
    opening_total,
    opening_probationary,
    inc_admitted,
    inc_transfer_internal,
    inc_transfer_external,
    inc_probationary,
    inc_restored,
    inc_structural,
    inc_other,
    inc_total,
    dec_transfer_internal,
    dec_transfer_external,
    dec_died,
    dec_expelled,
    dec_struck_off,
    dec_resigned,
    dec_structural,
    dec_other,
    dec_total,
    closing_total,
    closing_official,
    closing_probationary,
    made_official,
    closing_female,
    closing_ethnic,
    closing_religious,
    closing_exempt,
    closing_age_to_30,
    closing_age_31_40,
    closing_age_41_50,
    closing_age_51_60,
    closing_age_over_60,
    closing_theory_elementary,
    closing_theory_intermediate,
    closing_theory_advanced,
    sub_cells
from {{ source('raw', 'membership') }}
