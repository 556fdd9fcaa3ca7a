with

ref_periods as (

    select * from {{ ref('ref_periods') }}

),

final as (

    select
        ---------- text
        period_code,
        period_type,
        basis,
        case period_type
            when 'Q1' then 'Quý I năm '
            when 'H1' then '6 tháng đầu năm '
            when 'M9' then '9 tháng năm '
            when 'Y' then 'Năm '
            when 'Q2' then 'Quý II năm '
            when 'Q3' then 'Quý III năm '
            when 'Q4' then 'Quý IV năm '
            else 'Tháng ' || ltrim(period_type, 'T0') || ' năm '
        end || period_year as period_name,

        ---------- numerics
        period_year,

        ---------- dates
        period_start,
        period_end
    from ref_periods

)

select * from final
