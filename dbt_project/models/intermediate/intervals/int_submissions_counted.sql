{# grain: one row per unit, form and period: the current submission, unless held #}

with

int_submissions_current as (

    select * from {{ ref('int_submissions_current') }}

),

holds_active as (

    select
        unit_code,
        form,
        period_code
    from {{ ref('stg_quality__holds') }}
    where released_at is null

),

final as (

    select
        ---------- ids
        int_submissions_current.submission_id,
        int_submissions_current.unit_key,

        ---------- text
        int_submissions_current.unit_code,
        int_submissions_current.bloc_code,
        int_submissions_current.unit_kind,
        int_submissions_current.form,
        int_submissions_current.period_code,
        int_submissions_current.period_type,
        int_submissions_current.basis,
        int_submissions_current.file_sha256,

        ---------- numerics
        int_submissions_current.period_year,

        ---------- booleans
        int_submissions_current.is_open_at_end,

        ---------- dates
        int_submissions_current.period_start,
        int_submissions_current.period_end
    from int_submissions_current
    where
        not exists (
            select 1
            from holds_active
            where
                holds_active.unit_code = int_submissions_current.unit_code
                and holds_active.form = int_submissions_current.form
                and holds_active.period_code = int_submissions_current.period_code
        )

)

select * from final
