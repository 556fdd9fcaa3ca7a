with

int_returns_expected as (

    select * from {{ ref('int_returns_expected') }}
    where {{ is_in_scope(['unit_code', 'period_year']) }}

),

int_returns_received as (

    select * from {{ ref('int_returns_received') }}

),

ref_periods as (

    select * from {{ ref('ref_periods') }}

),

stg_reference__unit_spans as (

    select * from {{ ref('stg_reference__unit_spans') }}

),

returns_unexpected as (

    select
        int_returns_received.unit_code,
        int_returns_received.form,
        int_returns_received.period_code,
        ref_periods.period_type,
        ref_periods.period_year,
        ref_periods.period_end,
        stg_reference__unit_spans.bloc_code,
        stg_reference__unit_spans.owed_by,
        row_number() over (
            partition by
                int_returns_received.unit_code,
                int_returns_received.form,
                int_returns_received.period_code
            order by stg_reference__unit_spans.valid_from desc
        ) as recency
    from int_returns_received
    inner join ref_periods
        on int_returns_received.period_code = ref_periods.period_code
    inner join stg_reference__unit_spans
        on
            int_returns_received.unit_code = stg_reference__unit_spans.unit_code
            and ref_periods.period_end >= stg_reference__unit_spans.valid_from
    left join int_returns_expected
        on
            int_returns_received.unit_code = int_returns_expected.unit_code
            and int_returns_received.form = int_returns_expected.form
            and int_returns_received.period_code = int_returns_expected.period_code
    where int_returns_expected.unit_code is null

),

{# owed, or received without being owed #}
returns_listed as (

    select
        unit_code,
        bloc_code,
        form,
        owed_by,
        period_code,
        period_type,
        period_year,
        true as is_expected,
        period_end,
        due_on
    from int_returns_expected
    union all
    select
        unit_code,
        bloc_code,
        form,
        owed_by,
        period_code,
        period_type,
        period_year,
        false as is_expected,
        period_end,
        null::date as due_on
    from returns_unexpected
    where recency = 1

),

int_submissions_counted as (

    select * from {{ ref('int_submissions_counted') }}

),

intervals as (

    select * from {{ ref('int_reporting_intervals') }}
    where {{ is_in_scope(['unit_code', 'period_year']) }}

),

intervals_reached as (

    select
        returns_listed.*,
        int_submissions_counted.submission_id is not null as is_counted_itself,
        intervals.period_code as reaching_period_code,
        intervals.interval_end as counted_on,
        row_number() over (
            partition by
                returns_listed.unit_code,
                returns_listed.form,
                returns_listed.period_code
            order by intervals.interval_end
        ) as nearness
    from returns_listed
    left join int_submissions_counted
        on
            returns_listed.unit_code = int_submissions_counted.unit_code
            and returns_listed.form = int_submissions_counted.form
            and returns_listed.period_code = int_submissions_counted.period_code
    left join intervals
        on
            returns_listed.unit_code = intervals.unit_code
            and returns_listed.form = intervals.form
            and returns_listed.period_year = intervals.period_year
            and returns_listed.period_end <= intervals.interval_end

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
