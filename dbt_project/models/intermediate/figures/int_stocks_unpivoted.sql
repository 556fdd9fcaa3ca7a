{# Stocks count the units that are open at the period's end. Whether a unit without a
   closing figure is one that counts is unknown, as its members are. #}
with

membership as (

    select * from {{ ref('int_membership_stocks') }}
    where {{ is_in_scope(['unit_code', 'period_year']) }}

),

ratings as (

    select * from {{ ref('int_ratings_cumulated') }}
    where
        is_open_at_end
        and {{ is_in_scope(['unit_code', 'period_year']) }}

),

stocks_united as (

    select
        membership.unit_key,
        membership.unit_code as reporting_unit_code,
        membership.unit_code,
        membership.bloc_code,
        'membership' as form,
        figures.figure,
        figures.subject,
        'all' as conducted_by,
        membership.period_year,
        figures.amount,
        (
            figures.amount is null
            and not figures.measure = any(membership.not_applicable)
        )::integer as blank_count,
        membership.interval_end as covers_from,
        membership.interval_end as covers_until
    from membership
    cross join
        lateral (
            values
            (
                'unit_count', 'all', 'closing_total',
                case when membership.closing_total is not null then 1 end
            ),
            (
                'unit_count', membership.unit_kind, 'closing_total',
                case when membership.closing_total is not null then 1 end
            ),
            (
                'member_count', 'all', 'closing_total',
                membership.closing_total
            ),
            (
                'sub_cell_count', 'all', 'sub_cells',
                membership.sub_cells
            ),
            (
                'members_female', 'all', 'closing_female',
                membership.closing_female
            ),
            (
                'members_ethnic', 'all', 'closing_ethnic',
                membership.closing_ethnic
            )
        ) as figures (figure, subject, measure, amount)
    union all
    select
        ratings.unit_key,
        ratings.unit_code as reporting_unit_code,
        ratings.unit_code,
        ratings.bloc_code,
        'ratings' as form,
        figures.figure,
        ratings.subject,
        'all' as conducted_by,
        ratings.period_year,
        figures.amount,
        (
            figures.amount is null
            and not figures.measures::text[] && ratings.not_applicable
        )::integer as blank_count,
        ratings.interval_end as covers_from,
        ratings.interval_end as covers_until
    from ratings
    cross join lateral (
        values
        ('rated', '{rated_total}', ratings.rated_total),
        ('rated_excellent', '{excellent}', ratings.excellent),
        ('rated_good', '{good}', ratings.good),
        ('rated_completed', '{completed}', ratings.completed),
        (
            'rated_at_least_good',
            '{excellent,good}',
            ratings.at_least_good
        ),
        (
            'rated_at_least_completed', '{excellent,good,completed}',
            ratings.at_least_completed
        )
    ) as figures (figure, measures, amount)

),

final as (

    select
        ---------- ids
        unit_key,

        ---------- text
        reporting_unit_code,
        unit_code,
        bloc_code,
        form,
        figure,
        subject,
        conducted_by,

        ---------- numerics
        period_year,
        amount,
        blank_count,

        ---------- dates
        covers_from,
        covers_until
    from stocks_united

)

select * from final
