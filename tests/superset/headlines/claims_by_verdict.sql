with names (bloc_code, bloc_short) as (
    values
    ('DLK', 'CQ & DN Đắk Lắk'),
    ('DTP', 'Cơ quan Đồng Tháp'),
    ('LAN', 'CQ & DN Long An'),
    ('LSN', 'Cơ quan Lạng Sơn')
)

select
    bloc_short,
    case verdict
        when 'met' then 'Khớp'
        when 'not_met' then 'Không khớp'
        else 'Chưa tính được'
    end as verdict_vi,
    count(*) as claims
from marts.rpt_published_totals
left join names using (bloc_code)
group by 1, 2
