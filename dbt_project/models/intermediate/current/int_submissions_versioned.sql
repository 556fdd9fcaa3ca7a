{# A table, as the current submissions are: both rest on what had come at one moment. #}
{{ config(
    materialized = 'incremental',
    indexes = [
        {'columns': ['submission_id', 'reported_from'], 'unique': true},
        {'columns': ['unit_code', 'period_year']},
    ],
) }}

with

{{ submissions_placed() }},

int_version_validity as (

    select * from {{ ref('int_version_validity') }}

),

int_submissions_current as (

    select * from {{ ref('int_submissions_current') }}

),

stg_raw__files as (

    select * from {{ ref('stg_raw__files') }}

),

final as (

    select
        ---------- ids
        submissions_placed.submission_id,
        submissions_placed.unit_key,

        ---------- text
        submissions_placed.unit_code,
        submissions_placed.bloc_code,
        submissions_placed.unit_kind,
        submissions_placed.form,
        submissions_placed.period_code,
        submissions_placed.period_type,
        submissions_placed.basis,
        stg_raw__files.file_sha256,

        ---------- numerics
        submissions_placed.period_year,
        submissions_placed.submission_no,

        ---------- booleans
        {# of a closed period the one that counted at closing, whatever came since #}
        int_submissions_current.submission_id is not null
        and int_version_validity.counted_from
        = max(int_version_validity.counted_from) over (
            partition by int_version_validity.submission_id
        ) as is_current,

        ---------- timestamps
        int_version_validity.counted_from as reported_from,
        int_version_validity.counted_to as reported_to
    from int_version_validity
    inner join submissions_placed
        on int_version_validity.submission_id = submissions_placed.submission_id
    inner join stg_raw__files
        on submissions_placed.file_id = stg_raw__files.file_id
    left join int_submissions_current
        on int_version_validity.submission_id = int_submissions_current.submission_id

)

select * from final
