select
    case
        when opened_at > now() - interval '1 day' then '1. Hôm nay'
        when opened_at > now() - interval '8 days' then '2. Từ 1 đến 7 ngày'
        when opened_at > now() - interval '31 days' then '3. Từ 8 đến 30 ngày'
        else '4. Hơn 30 ngày'
    end as age_vi,
    case severity
        when 'critical' then 'Nghiêm trọng'
        when 'warning' then 'Cảnh báo'
        else 'Thông tin'
    end as severity_vi,
    count(*) as violations_open
from monitoring.violations where state = 'open'
group by 1, 2
