{# grain: one row per unit, form and reporting interval #}

{# The intervals of a year join on to each other from 1 January. A cumulative return
   always ends one. A quarter of its own does only where it follows directly on the last
   of them: inside a longer cumulative return, or after a gap, it is left out. #}
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
        coalesce(
            max(period_end) filter (where basis = 'cumulative') over (
                partition by unit_code, form, period_year
            ),
            make_date(period_year, 1, 1) - 1
        ) as cumulative_until
    from int_submissions_scoped

),

quarters_numbered as (

    select
        submission_id,
        row_number() over (
            partition by unit_code, form, period_year order by period_end
        ) as quarters_received,
        (
            extract(month from period_end)
            - extract(month from cumulative_until + 1)
            + 1
        ) / 3 as quarters_needed
    from submissions_compared
    where
        not is_cumulative
        and period_start > cumulative_until

),

submissions_joined_on as (

    select submissions_compared.*
    from submissions_compared
    left join quarters_numbered
        on submissions_compared.submission_id = quarters_numbered.submission_id
    where
        submissions_compared.is_cumulative
        or quarters_numbered.quarters_received = quarters_numbered.quarters_needed

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
