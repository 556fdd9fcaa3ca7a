{# The intervals of a year join on to each other from 1 January. A cumulative return
   always ends one. A quarter or month of its own does where the figures up to its eve are
   known, by a cumulative return or by others of their own; after a gap it is left out.
   If a longer return arrives later, what was counted up to a quarter's end stays, and the
   longer one's interval is the rest of its days: no total gets worse by it.
   Once returns end on a quarter's end, the longest of them replaces the others of that
   quarter: it may have been sent because a month was missing. #}
{{ config(
    materialized = 'incremental',
    indexes = [
        {'columns': ['submission_id'], 'unique': true},
        {'columns': ['unit_code', 'form', 'period_year', 'interval_end']},
    ],
) }}

with recursive

submissions as (

    select * from {{ ref('int_submissions_counted') }}
    where {{ is_in_scope(['unit_code', 'period_year']) }}

),

own_periods as (

    select
        unit_code,
        form,
        period_year,
        period_start - 1 as period_eve,
        period_end
    from submissions
    where basis != 'cumulative'

),

{# figures are known to a cumulative return's end, and to that of a quarter or month of
   its own where they are known to its eve; asked of units that sent such alone #}
days_known as (

    select
        unit_code,
        form,
        period_year,
        make_date(period_year, 1, 1) - 1 as known_until
    from own_periods
    union
    select
        submissions.unit_code,
        submissions.form,
        submissions.period_year,
        submissions.period_end as known_until
    from submissions
    inner join own_periods
        on
            submissions.unit_code = own_periods.unit_code
            and submissions.form = own_periods.form
            and submissions.period_year = own_periods.period_year
    where submissions.basis = 'cumulative'

),

days_led_to as (

    select * from days_known
    union
    select
        days_led_to.unit_code,
        days_led_to.form,
        days_led_to.period_year,
        own_periods.period_end as known_until
    from days_led_to
    inner join own_periods
        on
            days_led_to.unit_code = own_periods.unit_code
            and days_led_to.form = own_periods.form
            and days_led_to.period_year = own_periods.period_year
            and days_led_to.known_until = own_periods.period_eve

),

submissions_joined_on as (

    select
        submissions.*,
        submissions.basis = 'cumulative' as is_cumulative,
        date_trunc('quarter', submissions.period_end) as quarter_start
    from submissions
    left join days_led_to
        on
            submissions.unit_code = days_led_to.unit_code
            and submissions.form = days_led_to.form
            and submissions.period_year = days_led_to.period_year
            and submissions.period_start - 1 = days_led_to.known_until
    where
        submissions.basis = 'cumulative'
        or days_led_to.unit_code is not null

),

quarters_compared as (

    select
        *,
        period_end + 1 = quarter_start + interval '3 months' as ends_quarter,
        min(period_start) filter (
            where period_end + 1 = quarter_start + interval '3 months'
        ) over (
            partition by unit_code, form, period_year, quarter_start
        ) as longest_from
    from submissions_joined_on

),

submissions_standing as (

    select *
    from quarters_compared
    where
        longest_from is null
        or period_start < longest_from
        or (period_start = longest_from and ends_quarter)

),

final as (

    select
        ---------- ids
        submission_id,
        lag(submission_id) over year_so_far as previous_submission_id,
        unit_key,

        ---------- text
        unit_code,
        bloc_code,
        unit_kind,
        form,
        period_code,
        period_type,
        file_sha256,

        ---------- numerics
        period_year,

        ---------- booleans
        is_cumulative,
        is_open_at_end,

        ---------- dates
        coalesce(
            lag(period_end) over year_so_far + 1, make_date(period_year, 1, 1)
        ) as interval_start,
        period_end as interval_end
    from submissions_standing
    window year_so_far as (
        partition by unit_code, form, period_year order by period_end
    )

)

select * from final
