select
    to_char(period_end, 'YYYY-MM') || case period_type
        when 'Q1' then ' · quý I'
        when 'H1' then ' · 6 tháng'
        when 'M9' then ' · 9 tháng'
        when 'Y' then ' · năm'
    end as period_label,
    case
        when state = 'accepted' and is_late then 'Đã nhận, muộn'
        when state = 'accepted' then 'Đã nhận, đúng hạn'
        else label_vi
    end as progress_vi,
    count(*) as returns
from marts.fct_returns
inner join marts.dim_return_states using (state)
where is_expected
group by 1, 2
