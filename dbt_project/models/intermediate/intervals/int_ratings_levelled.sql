{# grain: one row per unit, year and subject #}

with

int_submissions_chained as (

    select * from {{ ref('int_submissions_chained') }}
    where form = 'ratings'

),

int_ratings_current as (

    select * from {{ ref('int_ratings_current') }}

),

final as (

    select
        ---------- ids
        int_submissions_chained.submission_id,
        int_submissions_chained.unit_key,

        ---------- text
        int_submissions_chained.unit_code,
        int_submissions_chained.bloc_code,
        int_submissions_chained.unit_kind,
        int_submissions_chained.period_code,
        int_submissions_chained.period_type,
        int_ratings_current.subject,
        int_ratings_current.rating_scheme,
        int_ratings_current.not_applicable,
        int_submissions_chained.file_sha256,
        int_ratings_current.sheet,

        ---------- numerics
        int_submissions_chained.period_year,
        int_ratings_current.sheet_row,
        int_ratings_current.total_subject,
        int_ratings_current.exempt,
        int_ratings_current.not_rated,
        int_ratings_current.rated_total,
        int_ratings_current.excellent,
        int_ratings_current.good,
        int_ratings_current.completed,
        int_ratings_current.not_completed,
        int_ratings_current.excellent + int_ratings_current.good as at_least_good,
        int_ratings_current.excellent
        + int_ratings_current.good
        + int_ratings_current.completed as at_least_completed,

        ---------- booleans
        int_submissions_chained.is_open_at_end,

        ---------- dates
        int_submissions_chained.interval_end
    from int_submissions_chained
    inner join int_ratings_current
        on int_submissions_chained.submission_id = int_ratings_current.submission_id

)

select * from final
