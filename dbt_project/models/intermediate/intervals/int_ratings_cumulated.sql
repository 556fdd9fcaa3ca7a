{# Of all years of the units in scope: which is a unit's last follows from them all. #}
with

intervals as (

    select * from {{ ref('int_reporting_intervals') }}
    where
        form = 'ratings'
        and {{ is_in_scope(['unit_code']) }}

),

units_open as (

    select unit_code from {{ ref('stg_reference__unit_spans') }}
    where valid_to is null

),

stg_raw__ratings as (

    select * from {{ ref('stg_raw__ratings') }}

),

final as (

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
        stg_raw__ratings.subject,
        stg_raw__ratings.rating_scheme,
        stg_raw__ratings.not_applicable,
        intervals.file_sha256,
        stg_raw__ratings.sheet,

        ---------- numerics
        intervals.period_year,
        stg_raw__ratings.sheet_row,
        stg_raw__ratings.total_subject,
        stg_raw__ratings.exempt,
        stg_raw__ratings.not_rated,
        stg_raw__ratings.rated_total,
        stg_raw__ratings.excellent,
        stg_raw__ratings.good,
        stg_raw__ratings.completed,
        stg_raw__ratings.not_completed,
        stg_raw__ratings.excellent + stg_raw__ratings.good as at_least_good,
        stg_raw__ratings.excellent
        + stg_raw__ratings.good
        + stg_raw__ratings.completed as at_least_completed,

        ---------- booleans
        intervals.is_open_at_end,
        units_open.unit_code is not null as is_open_today,

        ---------- dates
        intervals.interval_end
    from intervals
    inner join stg_raw__ratings
        on intervals.submission_id = stg_raw__ratings.submission_id
    left join units_open
        on intervals.unit_code = units_open.unit_code

)

select * from final
