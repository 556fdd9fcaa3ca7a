with

{{ lines_of_versions(
    table = 'membership',
    texts = [],
    numerics = [
        'opening_total',
        'opening_probationary',
        'inc_admitted',
        'inc_transfer_internal',
        'inc_transfer_external',
        'inc_probationary',
        'inc_restored',
        'inc_structural',
        'inc_other',
        'inc_total',
        'dec_transfer_internal',
        'dec_transfer_external',
        'dec_died',
        'dec_structural',
        'dec_total',
        'closing_total',
        'closing_official',
        'closing_probationary',
        'made_official',
        'closing_female',
        'closing_ethnic',
        'closing_religious',
        'closing_exempt',
        'closing_age_to_30',
        'closing_age_31_40',
        'closing_age_41_50',
        'closing_age_51_60',
        'closing_age_over_60',
        'closing_theory_elementary',
        'closing_theory_intermediate',
        'closing_theory_advanced',
        'sub_cells',
    ],
) }},

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
        period_type,
        basis,
        not_applicable,

        ---------- numerics
        period_year,
        submission_no,
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
        dec_structural,
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
        sub_cells,

        ---------- booleans
        is_current,

        ---------- timestamps
        reported_from,
        reported_to,

        ---------- lineage
        submission_id as _submission_id,
        file_sha256 as _file_sha256,
        sheet as _sheet,
        sheet_row as _sheet_row
    from lines_of_versions

)

select * from final
