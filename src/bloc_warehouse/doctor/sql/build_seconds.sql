-- how long the last full and the last incremental build took
select distinct on (is_full)
    case when is_full then 'full' else 'incremental' end as kind,
    extract(epoch from built_at - build_started_at)::double precision as reading
from quality.releases
where built_at is not null and is_full is not null
order by is_full asc, release_id desc
