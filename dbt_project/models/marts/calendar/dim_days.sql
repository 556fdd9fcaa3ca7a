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
        ---------- text
        (array['Quý I', 'Quý II', 'Quý III', 'Quý IV'])[
            extract(quarter from calendar_day)::integer
        ] || ' năm ' || to_char(calendar_day, 'YYYY') as quarter_name,
        to_char(calendar_day, '"Q"Q YYYY') as quarter_name_en,
        'Tháng ' || to_char(calendar_day, 'FMMM')
        || ' năm ' || to_char(calendar_day, 'YYYY') as month_name,
        to_char(calendar_day, 'FMMonth YYYY') as month_name_en,

        ---------- numerics
        extract(year from calendar_day)::integer as calendar_year,
        extract(quarter from calendar_day)::integer as calendar_quarter,
        extract(month from calendar_day)::integer as calendar_month,

        ---------- booleans
        extract(day from calendar_day + 1) = 1 as is_month_end,
        to_char(calendar_day + 1, 'MMDD')
        in ('0101', '0401', '0701', '1001') as is_quarter_end,
        to_char(calendar_day + 1, 'MMDD') = '0101' as is_year_end,

        ---------- dates
        calendar_day
    from days_listed

)

select * from final
