with

int_intervals_scoped as (

    select * from {{ ref('int_intervals_scoped') }}
    where form = 'ratings'

),

int_ratings_current as (

    select * from {{ ref('int_ratings_current') }}

),

final as (

    select
        ---------- ids
        int_intervals_scoped.submission_id,
        int_intervals_scoped.unit_key,

        ---------- text
        int_intervals_scoped.unit_code,
        int_intervals_scoped.bloc_code,
        int_intervals_scoped.unit_kind,
        int_intervals_scoped.period_code,
        int_intervals_scoped.period_type,
        int_ratings_current.subject,
        int_ratings_current.rating_scheme,
        int_ratings_current.not_applicable,
        int_intervals_scoped.file_sha256,
        int_ratings_current.sheet,

        ---------- numerics
        int_intervals_scoped.period_year,
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
        int_intervals_scoped.is_open_at_end,

        ---------- dates
        int_intervals_scoped.interval_end
    from int_intervals_scoped
    inner join int_ratings_current
        on int_intervals_scoped.submission_id = int_ratings_current.submission_id

)

select * from final
