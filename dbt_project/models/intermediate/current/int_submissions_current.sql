{# grain: one row per unit, form and period: the submission that counts #}

{{ config(
    materialized = 'table',
    indexes = [
        {'columns': ['submission_id'], 'unique': true},
        {'columns': ['unit_code', 'form', 'period_end']},
    ],
) }}

with

int_submissions_versioned as (

    select * from {{ ref('int_submissions_versioned') }}
    where is_current

),

final as (

    select
        ---------- ids
        submission_id,
        file_id,
        unit_key,

        ---------- text
        unit_code,
        bloc_code,
        unit_kind,
        form,
        period_code,
        period_type,
        basis,
        file_sha256,

        ---------- numerics
        form_version,
        period_year,
        submission_no,

        ---------- booleans
        is_open_at_end,

        ---------- dates
        period_start,
        period_end,

        ---------- timestamps
        received_at
    from int_submissions_versioned

)

select * from final
