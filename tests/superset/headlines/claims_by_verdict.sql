select
    initcap(left(rest, 1)) || substr(rest, 2) as bloc_short,
    verdict_vi,
    claims
from (
    select
        regexp_replace(bloc_name, '^Đảng bộ (Khối )?(các )?', '') as rest,
        case verdict
            when 'met' then 'Khớp'
            when 'not_met' then 'Không khớp'
            else 'Chưa tính được'
        end as verdict_vi,
        count(*) as claims
    from marts.rpt_published_totals
    inner join marts.dim_blocs using (bloc_code)
    group by 1, 2
) as counted
