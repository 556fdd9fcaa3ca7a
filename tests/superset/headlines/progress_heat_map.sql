select
    fct_returns.bloc_code,
    to_char(period_end, 'YYYY-MM') || case period_type
        when 'Q1' then ' · quý I'
        when 'H1' then ' · 6 tháng'
        when 'M9' then ' · 9 tháng'
        when 'Y' then ' · năm'
    end as period_label,
    max(
        case
            when state = 'missing' then 5
            when state = 'rejected' then 4
            when state = 'held' then 3
            when state = 'accepted' and is_late then 2
            when state = 'accepted' then 1
        end
    ) as worst_state
from marts.fct_returns
inner join marts.dim_units using (unit_key)
where is_expected
group by 1, unit_name, 2
