{# grain: one row per submission that was taken, placed in its unit's bloc #}

with

stg_raw__submissions as (

    select * from {{ ref('stg_raw__submissions') }}
    where state not in ('pending', 'rejected')

),

ref_periods as (

    select * from {{ ref('ref_periods') }}

),

int_units_spanned as (

    select * from {{ ref('int_units_spanned') }}

),

{# a merged unit's last return may end after its span: the last span begun counts #}
spans_ranked as (

    select
        stg_raw__submissions.*,
        ref_periods.period_type,
        ref_periods.period_year,
        ref_periods.period_start,
        ref_periods.period_end,
        int_units_spanned.unit_key,
        int_units_spanned.bloc_code,
        int_units_spanned.unit_kind,
        int_units_spanned.open_until > ref_periods.period_end as is_open_at_end,
        row_number() over (
            partition by stg_raw__submissions.submission_id
            order by int_units_spanned.valid_from desc
        ) as recency
    from stg_raw__submissions
    inner join ref_periods
        on stg_raw__submissions.period_code = ref_periods.period_code
    inner join int_units_spanned
        on
            stg_raw__submissions.unit_code = int_units_spanned.unit_code
            and ref_periods.period_end >= int_units_spanned.valid_from

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
        state,

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
    from spans_ranked
    where recency = 1

)

select * from final
