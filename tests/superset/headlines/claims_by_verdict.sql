select
    bloc_code,
    case verdict
        when 'met' then 'Khớp'
        when 'not_met' then 'Không khớp'
        else 'Chưa tính được'
    end as verdict_vi,
    count(*) as claims
from marts.rpt_published_totals
group by 1, 2
