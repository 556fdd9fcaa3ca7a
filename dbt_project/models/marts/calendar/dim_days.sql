with

ref_periods as (

    select * from {{ ref('ref_periods') }}

),

days_listed as (

    select listed.calendar_day::date as calendar_day
    from (
        select
            min(period_start) as first_day,
            max(period_end) as last_day
        from ref_periods
    ) as bounds
    cross join
        lateral generate_series(
            bounds.first_day, bounds.last_day, interval '1 day'
        ) as listed (calendar_day)

),

final as (

    select
        ---------- numerics
        extract(year from calendar_day)::integer as calendar_year,
        extract(quarter from calendar_day)::integer as calendar_quarter,
        extract(month from calendar_day)::integer as calendar_month,

        ---------- dates
        calendar_day
    from days_listed

)

select * from final
