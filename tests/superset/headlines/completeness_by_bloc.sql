select
    dim_blocs.bloc_name,
    count(*) filter (where is_expected and is_due) as returns_due,
    count(*) filter (where is_expected and is_due and state = 'accepted') as returns_counted,
    avg((state = 'accepted')::integer) filter (where is_expected and is_due) as completeness,
    avg((state = 'accepted' and not is_late)::integer) filter (
        where is_expected and is_due
    ) as timeliness
from marts.fct_returns
inner join marts.dim_blocs on fct_returns.bloc_code = dim_blocs.bloc_code
group by 1
