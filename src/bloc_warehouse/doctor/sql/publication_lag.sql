-- seconds from the registration of a file until the first release that shows it: of
-- the last thousand accepted files
with loaded as (
    select
        registered_at,
        answered_at
    from raw.files
    where state = 'accepted' and answered_at is not null
    order by file_id desc
    limit 1000
),

shown as (
    select extract(epoch from published.published_at - loaded.registered_at) as seconds
    from loaded
    cross join
        lateral ( -- noqa: ST05
            select min(releases.published_at) as published_at
            from quality.releases
            where releases.build_started_at >= loaded.answered_at
                and releases.published_at is not null
        ) as published
    where published.published_at is not null
)

select
    quantiles.quantile::text as quantile,
    percentile_disc(quantiles.quantile) within group (
        order by shown.seconds
    )::double precision as reading
from shown
cross join (values (0.5), (0.95), (1.0)) as quantiles (quantile)
group by quantiles.quantile
order by quantiles.quantile
