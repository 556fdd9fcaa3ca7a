with

ref_periods as (

    select * from {{ ref('ref_periods') }}

),

final as (

    select
        ---------- ids
        {{ period_key() }} as period_key,

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
        case period_type
            when 'H1' then 'First half of '
            when 'M9' then 'Nine months of '
            when 'Y' then 'Year '
            when 'Q1' then 'First quarter of '
            when 'Q2' then 'Second quarter of '
            when 'Q3' then 'Third quarter of '
            when 'Q4' then 'Fourth quarter of '
            else to_char(period_start, 'FMMonth ')
        end || period_year as period_name_en,
        to_char(period_end, 'YYYY-MM') || case period_type
            when 'Q1' then ' · quý I'
            when 'H1' then ' · 6 tháng'
            when 'M9' then ' · 9 tháng'
            when 'Y' then ' · năm'
            when 'Q2' then ' · quý II'
            when 'Q3' then ' · quý III'
            when 'Q4' then ' · quý IV'
            else ''
        end as period_label,

        ---------- numerics
        period_year,

        ---------- dates
        period_end,
        period_start
    from ref_periods

)

select * from final
