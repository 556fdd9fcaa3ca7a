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
    int_submissions_current.period_end,

    ---------- timestamps
    int_submissions_current.received_at
from {{ ref('int_submissions_current') }} as int_submissions_current
where
    not exists (
        select 1
        from {{ ref('stg_quality__holds') }} as holds
        where
            holds.released_at is null
            and holds.unit_code = int_submissions_current.unit_code
            and holds.form = int_submissions_current.form
            and holds.period_code = int_submissions_current.period_code
    )
