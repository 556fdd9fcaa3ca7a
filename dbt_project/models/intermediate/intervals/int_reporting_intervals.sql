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

with

int_submissions_scoped as (

    select * from {{ ref('int_submissions_scoped') }}

),

int_days_known as (

    select * from {{ ref('int_days_known') }}

),

submissions_joined_on as (

    select
        int_submissions_scoped.*,
        int_submissions_scoped.basis = 'cumulative' as is_cumulative,
        date_trunc('quarter', int_submissions_scoped.period_end) as quarter_start
    from int_submissions_scoped
    left join int_days_known
        on
            int_submissions_scoped.unit_code = int_days_known.unit_code
            and int_submissions_scoped.form = int_days_known.form
            and int_submissions_scoped.period_year = int_days_known.period_year
            and int_submissions_scoped.period_start - 1 = int_days_known.known_until
    where
        int_submissions_scoped.basis = 'cumulative'
        or int_days_known.unit_code is not null

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
