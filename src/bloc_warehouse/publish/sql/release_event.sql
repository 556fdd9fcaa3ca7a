-- the live release, what its audit or a person said of it, and the blocs that are new
select
    releases.release_id,
    case
        when releases.is_overridden then 'overridden' else releases.audit_outcome
    end as verdict,
    array(
        select release_blocs.bloc_code
        from quality.release_blocs
        where release_blocs.release_id = releases.release_id
            and release_blocs.outcome in ('published', 'overridden')
        order by release_blocs.bloc_code
    ) as blocs
from quality.releases
where releases.state = 'live'
