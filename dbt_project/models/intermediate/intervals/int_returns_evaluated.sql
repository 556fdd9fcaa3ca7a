{# The one place that says which units have reported; whatever counts units reads it.
   counted_on is the day to which the unit's intervals lead: the period's end, or a later
   one of the year, on which what covers more days may rest. A return has been reported
   where they lead to its end, by itself or by quarters and months of their own; a month
   even if the quarter that replaces it arrived. Stored, because a bloc's counts rest on all
   its units, also those that did not change. #}
{{ config(
    materialized = 'incremental',
    indexes = [
        {'columns': ['unit_code', 'period_year']},
        {'columns': ['bloc_code', 'period_year', 'form', 'period_end']},
    ],
) }}

with

int_returns_reached as (

    select * from {{ ref('int_returns_reached') }}

),

int_returns_received as (

    select * from {{ ref('int_returns_received') }}

),

int_submissions_current as (

    select * from {{ ref('int_submissions_current') }}

),

int_receipts_dated as (

    select * from {{ ref('int_receipts_dated') }}

),

returns_joined as (

    select
        int_returns_reached.*,
        int_submissions_current.submission_id,
        int_submissions_current.received_at,
        int_returns_received.has_held,
        int_returns_received.has_rejected,
        {{ local_date('int_returns_received.first_accepted_at') }} as first_accepted_on,
        coalesce(
            int_returns_reached.due_on < int_receipts_dated.last_received_on, false
        ) as is_due
    from int_returns_reached
    cross join int_receipts_dated
    left join int_returns_received
        on
            int_returns_reached.unit_code = int_returns_received.unit_code
            and int_returns_reached.form = int_returns_received.form
            and int_returns_reached.answering_period_code
            = int_returns_received.period_code
    left join int_submissions_current
        on
            int_returns_reached.unit_code = int_submissions_current.unit_code
            and int_returns_reached.form = int_submissions_current.form
            and int_returns_reached.answering_period_code
            = int_submissions_current.period_code

),

final as (

    select
        ---------- ids
        submission_id,

        ---------- text
        unit_code,
        bloc_code,
        form,
        owed_by,
        period_code,
        period_type,
        case
            when is_counted_itself or is_reported then 'accepted'
            when submission_id is not null then 'held'
            when has_held then 'held'
            when has_rejected then 'rejected'
            when is_due then 'missing'
            else 'not_due'
        end as state,

        ---------- numerics
        period_year,

        ---------- booleans
        is_expected,
        is_due,
        is_reported,
        coalesce(first_accepted_on > due_on, false) as is_late,

        ---------- dates
        period_end,
        due_on,
        counted_on,

        ---------- timestamps
        received_at
    from returns_joined

)

select * from final
