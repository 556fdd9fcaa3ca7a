{#- Of all years of the units in scope: which of a unit's stocks is its last follows
    from them. A plain select, so that what asks for one year reads one. -#}
select
    ---------- ids
    intervals.submission_id,
    intervals.unit_key,

    ---------- text
    intervals.unit_code,
    intervals.bloc_code,
    intervals.unit_kind,
    intervals.period_code,
    intervals.period_type,
    stg_raw__membership.not_applicable,
    intervals.file_sha256,
    stg_raw__membership.sheet,

    ---------- numerics
    intervals.period_year,
    stg_raw__membership.sheet_row,
    stg_raw__membership.closing_total,
    stg_raw__membership.closing_official,
    stg_raw__membership.closing_probationary,
    stg_raw__membership.closing_female,
    stg_raw__membership.closing_ethnic,
    stg_raw__membership.closing_religious,
    stg_raw__membership.closing_exempt,
    stg_raw__membership.closing_age_to_30,
    stg_raw__membership.closing_age_31_40,
    stg_raw__membership.closing_age_41_50,
    stg_raw__membership.closing_age_51_60,
    stg_raw__membership.closing_age_over_60,
    stg_raw__membership.closing_theory_elementary,
    stg_raw__membership.closing_theory_intermediate,
    stg_raw__membership.closing_theory_advanced,
    stg_raw__membership.sub_cells,

    ---------- booleans
    units_open.unit_code is not null as is_open_today,

    ---------- dates
    intervals.interval_end
from {{ ref('int_reporting_intervals') }} as intervals
inner join {{ ref('stg_raw__membership') }} as stg_raw__membership
    on intervals.submission_id = stg_raw__membership.submission_id
left join {{ ref('stg_reference__unit_spans') }} as units_open
    on
        intervals.unit_code = units_open.unit_code
        and units_open.valid_to is null
where
    intervals.form = 'membership'
    and intervals.is_open_at_end
    and {{ is_in_scope(['unit_code'], 'intervals') }}
