{# The spans of a term:
   term        its days; if no last day is known, five years
   mid_term    from its first day to the half-year's end in it that is nearest its
               middle day, of two as near the earlier one
   five_years  the five whole years that begin with the year of its first day, for which
               merit is counted
   Flows count from the first whole year on, and until the last quarter that ends in the
   span: of a year of which a part is in it, only a cumulative from 1 January counts. #}
with

stg_reference__terms as (

    select
        bloc_code,
        term,
        first_day,
        coalesce(
            last_day, (first_day + interval '5 years - 1 day')::date
        ) as last_day
    from {{ ref('stg_reference__terms') }}

),

middles_dated as (

    select
        *,
        first_day + (last_day - first_day) / 2 as middle_day
    from stg_reference__terms

),

half_years_dated as (

    select
        middles_dated.*,
        half_years.half_year_start::date - 1 as half_year_end
    from middles_dated
    cross join lateral generate_series(
        date_trunc('year', middles_dated.middle_day),
        date_trunc('year', middles_dated.middle_day) + interval '1 year',
        interval '6 months'
    ) as half_years (half_year_start)

),

half_years_ranked as (

    select
        *,
        row_number() over (
            partition by bloc_code, term
            order by abs(half_year_end - middle_day), half_year_end
        ) as nearness
    from half_years_dated
    where half_year_end between first_day and last_day

),

spans_united as (

    select
        bloc_code,
        term,
        'term' as span_type,
        first_day,
        last_day
    from stg_reference__terms
    union all
    select
        bloc_code,
        term,
        'mid_term' as span_type,
        first_day,
        half_year_end as last_day
    from half_years_ranked
    where nearness = 1
    union all
    select
        bloc_code,
        term,
        'five_years' as span_type,
        date_trunc('year', first_day)::date as first_day,
        (date_trunc('year', first_day) + interval '5 years - 1 day')::date as last_day
    from stg_reference__terms

),

final as (

    select
        ---------- text
        bloc_code,
        term,
        span_type,

        ---------- dates
        first_day,
        last_day,
        date_trunc('year', first_day + interval '1 year - 1 day')::date as counts_from,
        date_trunc('quarter', last_day + 1)::date - 1 as counts_until
    from spans_united

)

select * from final
