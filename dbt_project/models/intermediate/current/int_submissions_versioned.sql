{# grain: one row per submission and time during which it counted #}

{# A table, not a view: what arrives while a build runs waits for the next build, so the
   cross-check, the holds and all facts of one build rest on the same submissions. #}
{{ config(
    materialized = 'table',
    indexes = [
        {'columns': ['submission_id', 'reported_from'], 'unique': true},
        {'columns': ['unit_code', 'period_year']},
    ],
) }}

with

stg_raw__submissions as (

    select * from {{ ref('stg_raw__submissions') }}
    where not is_replaced

),

stg_raw__files as (

    select * from {{ ref('stg_raw__files') }}

),

int_times_counted as (

    select * from {{ ref('int_times_counted') }}

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
        stg_raw__submissions.submission_id,
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
        stg_raw__submissions.submission_id,
        stg_raw__submissions.file_id,
        spans_ranked.unit_key,

        ---------- text
        stg_raw__submissions.unit_code,
        spans_ranked.bloc_code,
        spans_ranked.unit_kind,
        stg_raw__submissions.form,
        stg_raw__submissions.period_code,
        ref_periods.period_type,
        stg_raw__submissions.basis,
        stg_raw__files.file_sha256,

        ---------- numerics
        stg_raw__submissions.form_version,
        ref_periods.period_year,
        stg_raw__submissions.submission_no,

        ---------- booleans
        spans_ranked.is_open_at_end,
        stg_raw__submissions.state = 'accepted'
        and int_times_counted.counted_to is null as is_current,

        ---------- dates
        ref_periods.period_start,
        ref_periods.period_end,

        ---------- timestamps
        stg_raw__submissions.received_at,
        int_times_counted.counted_from as reported_from,
        int_times_counted.counted_to as reported_to
    from int_times_counted
    inner join stg_raw__submissions
        on int_times_counted.submission_id = stg_raw__submissions.submission_id
    inner join stg_raw__files
        on stg_raw__submissions.file_id = stg_raw__files.file_id
    inner join ref_periods
        on stg_raw__submissions.period_code = ref_periods.period_code
    inner join spans_ranked
        on
            int_times_counted.submission_id = spans_ranked.submission_id
            and spans_ranked.recency = 1

)

select * from final
