{# Stocks count the units that are open at the period's end. #}
with

int_ratings_cumulated as (

    select * from {{ ref('int_ratings_cumulated') }}
    where is_open_at_end

),

final as (

    select
        ---------- ids
        int_ratings_cumulated.unit_key,

        ---------- text
        int_ratings_cumulated.unit_code as reporting_unit_code,
        int_ratings_cumulated.unit_code,
        int_ratings_cumulated.bloc_code,
        'ratings' as form,
        figures.figure,
        int_ratings_cumulated.subject,
        'all' as conducted_by,

        ---------- numerics
        int_ratings_cumulated.period_year,
        figures.amount,
        (
            figures.amount is null
            and not figures.measures::text[] && int_ratings_cumulated.not_applicable
        )::integer as blank_count,

        ---------- dates
        int_ratings_cumulated.interval_end as covers_from,
        int_ratings_cumulated.interval_end as covers_until
    from int_ratings_cumulated
    cross join lateral (
        values
        ('rated', '{rated_total}', int_ratings_cumulated.rated_total),
        ('rated_excellent', '{excellent}', int_ratings_cumulated.excellent),
        ('rated_good', '{good}', int_ratings_cumulated.good),
        ('rated_completed', '{completed}', int_ratings_cumulated.completed),
        (
            'rated_at_least_good',
            '{excellent,good}',
            int_ratings_cumulated.at_least_good
        ),
        (
            'rated_at_least_completed', '{excellent,good,completed}',
            int_ratings_cumulated.at_least_completed
        )
    ) as figures (figure, measures, amount)

)

select * from final
