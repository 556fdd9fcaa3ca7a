{# grain: one row per unit, form and period that is owed or was received #}

{# Kept, for a bloc's rates count all its units, also those that did not change. #}
{{ config(
    materialized = 'incremental',
    indexes = [
        {'columns': ['unit_code', 'period_year']},
        {'columns': ['bloc_code', 'period_year']},
    ],
) }}

with

int_returns_listed as (

    select * from {{ ref('int_returns_listed') }}

),

int_returns_received as (

    select * from {{ ref('int_returns_received') }}

),

int_submissions_current as (

    select * from {{ ref('int_submissions_current') }}

),

int_submissions_counted as (

    select * from {{ ref('int_submissions_counted') }}

),

int_receipts_dated as (

    select * from {{ ref('int_receipts_dated') }}

),

returns_joined as (

    select
        int_returns_listed.*,
        int_submissions_current.submission_id as current_submission_id,
        int_submissions_counted.submission_id as counted_submission_id,
        int_submissions_current.received_at,
        int_returns_received.has_held,
        int_returns_received.has_rejected,
        {{ local_date('int_returns_received.first_accepted_at') }} as first_accepted_on,
        coalesce(
            int_returns_listed.due_on < int_receipts_dated.last_received_on, false
        ) as is_due
    from int_returns_listed
    cross join int_receipts_dated
    left join int_returns_received
        on
            int_returns_listed.unit_code = int_returns_received.unit_code
            and int_returns_listed.form = int_returns_received.form
            and int_returns_listed.period_code = int_returns_received.period_code
    left join int_submissions_current
        on
            int_returns_listed.unit_code = int_submissions_current.unit_code
            and int_returns_listed.form = int_submissions_current.form
            and int_returns_listed.period_code = int_submissions_current.period_code
    left join int_submissions_counted
        on int_submissions_current.submission_id = int_submissions_counted.submission_id

),

final as (

    select
        ---------- ids
        current_submission_id as submission_id,

        ---------- text
        unit_code,
        bloc_code,
        form,
        owed_by,
        period_code,
        period_type,
        case
            when counted_submission_id is not null then 'accepted'
            when current_submission_id is not null then 'held'
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
        coalesce(first_accepted_on > due_on, false) as is_late,

        ---------- dates
        period_end,
        due_on,

        ---------- timestamps
        received_at
    from returns_joined

)

select * from final
