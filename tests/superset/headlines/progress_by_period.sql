select
    period_end,
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
