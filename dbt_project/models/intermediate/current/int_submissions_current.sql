{# A table, not a view: what arrives while a build runs waits for the next build, so the
   cross-check, the holds and all facts of one build rest on the same submissions. #}
{{ config(
    materialized = 'incremental',
    indexes = [
        {'columns': ['submission_id'], 'unique': true},
        {'columns': ['unit_code', 'period_year']},
        {'columns': ['unit_code', 'form', 'period_code']},
    ],
) }}

with

{{ submissions_placed() }},

stg_raw__files as (

    select * from {{ ref('stg_raw__files') }}

),

closings_in_force as (

    select * from {{ ref('stg_quality__period_closings') }}
    where reopened_at is null

),

stg_quality__closed_returns as (

    select * from {{ ref('stg_quality__closed_returns') }}

),

{# the accepted version counts; in a closed period that which counted at closing #}
submissions_chosen as (

    select submissions_placed.*
    from submissions_placed
    left join closings_in_force
        on
            submissions_placed.bloc_code = closings_in_force.bloc_code
            and submissions_placed.period_code = closings_in_force.period_code
    left join stg_quality__closed_returns
        on
            closings_in_force.closing_id = stg_quality__closed_returns.closing_id
            and submissions_placed.submission_id
            = stg_quality__closed_returns.submission_id
    where
        case
            when closings_in_force.closing_id is null
                then submissions_placed.state = 'accepted'
            else stg_quality__closed_returns.submission_id is not null
        end

),

final as (

    select
        ---------- ids
        submissions_chosen.submission_id,
        submissions_chosen.file_id,
        submissions_chosen.unit_key,

        ---------- text
        submissions_chosen.unit_code,
        submissions_chosen.bloc_code,
        submissions_chosen.unit_kind,
        submissions_chosen.form,
        submissions_chosen.period_code,
        submissions_chosen.period_type,
        submissions_chosen.basis,
        stg_raw__files.file_sha256,

        ---------- numerics
        submissions_chosen.form_version,
        submissions_chosen.period_year,
        submissions_chosen.submission_no,

        ---------- booleans
        submissions_chosen.is_open_at_end,

        ---------- dates
        submissions_chosen.period_start,
        submissions_chosen.period_end,

        ---------- timestamps
        submissions_chosen.received_at
    from submissions_chosen
    inner join stg_raw__files
        on submissions_chosen.file_id = stg_raw__files.file_id

)

select * from final
