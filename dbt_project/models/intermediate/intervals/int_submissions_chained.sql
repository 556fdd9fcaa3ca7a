{# grain: one row per unit, form and reporting interval #}

{# The intervals of a year join on to each other from 1 January. A cumulative return
   always ends one. A quarter or month of its own does only where it follows directly on
   the last of them, or on another such: inside a longer cumulative return, or after a
   gap, it is left out. So is a month whose quarter was sent on its own: the longer
   return says more, as a cumulative one does, and may have come for want of a month. #}
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

submissions_compared as (

    select
        *,
        basis = 'cumulative' as is_cumulative,
        extract(month from period_end)
        - extract(month from period_start)
        + 1 as months_covered,
        coalesce(
            max(period_end) filter (where basis = 'cumulative') over (
                partition by unit_code, form, period_year
            ),
            make_date(period_year, 1, 1) - 1
        ) as cumulative_until
    from int_submissions_scoped

),

periods_following as (

    select
        *,
        max(months_covered) over (
            partition by unit_code, form, period_year, extract(quarter from period_end)
        ) as months_of_longest
    from submissions_compared
    where
        not is_cumulative
        and period_start > cumulative_until

),

{# none of these overlap, so where one is missing fewer months have come than needed #}
periods_added_up as (

    select
        submission_id,
        sum(months_covered) over (
            partition by unit_code, form, period_year order by period_end
        ) as months_received,
        extract(month from period_end)
        - extract(month from cumulative_until + 1)
        + 1 as months_needed
    from periods_following
    where months_covered = months_of_longest

),

submissions_joined_on as (

    select submissions_compared.*
    from submissions_compared
    left join periods_added_up
        on submissions_compared.submission_id = periods_added_up.submission_id
    where
        submissions_compared.is_cumulative
        or periods_added_up.months_received = periods_added_up.months_needed

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
    from submissions_joined_on
    window year_so_far as (
        partition by unit_code, form, period_year order by period_end
    )

)

select * from final
