with

int_returns_listed as (

    select * from {{ ref('int_returns_listed') }}

),

int_submissions_counted as (

    select * from {{ ref('int_submissions_counted') }}

),

int_intervals_scoped as (

    select * from {{ ref('int_intervals_scoped') }}

),

intervals_reached as (

    select
        int_returns_listed.*,
        int_submissions_counted.submission_id is not null as is_counted_itself,
        int_intervals_scoped.period_code as reaching_period_code,
        int_intervals_scoped.interval_end as counted_on,
        row_number() over (
            partition by
                int_returns_listed.unit_code,
                int_returns_listed.form,
                int_returns_listed.period_code
            order by int_intervals_scoped.interval_end
        ) as nearness
    from int_returns_listed
    left join int_submissions_counted
        on
            int_returns_listed.unit_code = int_submissions_counted.unit_code
            and int_returns_listed.form = int_submissions_counted.form
            and int_returns_listed.period_code = int_submissions_counted.period_code
    left join int_intervals_scoped
        on
            int_returns_listed.unit_code = int_intervals_scoped.unit_code
            and int_returns_listed.form = int_intervals_scoped.form
            and int_returns_listed.period_year = int_intervals_scoped.period_year
            and int_returns_listed.period_end <= int_intervals_scoped.interval_end

),

{# its own return, or where none counts the one that leads to the period's end #}
final as (

    select
        ---------- text
        unit_code,
        bloc_code,
        form,
        owed_by,
        period_code,
        period_type,
        case
            when not is_counted_itself and counted_on = period_end
                then reaching_period_code
            else period_code
        end as answering_period_code,

        ---------- numerics
        period_year,

        ---------- booleans
        is_expected,
        is_counted_itself,
        coalesce(
            counted_on = period_end
            or (
                is_counted_itself
                and counted_on < date_trunc('quarter', period_end) + interval '3 months'
            ),
            false
        ) as is_reported,

        ---------- dates
        period_end,
        due_on,
        counted_on
    from intervals_reached
    where nearness = 1

)

select * from final
