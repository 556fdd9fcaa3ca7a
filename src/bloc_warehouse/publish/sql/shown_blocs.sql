-- blocs of which readers see a return that ends on a day, as the live release built it
select distinct fct_returns.bloc_code
from marts.fct_returns
where quality.period_end(fct_returns.period_code) = %(day)s
    and fct_returns.period_code not like '%%-T%%'
    and fct_returns.state = 'accepted'
    and not exists (
        select
        from quality.releases
        inner join quality.release_blocs
            on releases.release_id = release_blocs.release_id
        where releases.state = 'live'
            and release_blocs.bloc_code = fct_returns.bloc_code
            and release_blocs.outcome in ('carried', 'left_out')
    )
