-- what readers see from this moment on, and from whom
update quality.publication_log set shown_to = {moment}
where shown_to is null;

insert into quality.publication_log (
    release_id, cause, shown_from, shown_by, reason, is_overridden, audit_outcome,
    blocked_blocs
)
select
    releases.release_id,
    {cause} as cause,
    {moment} as shown_from,
    {by} as shown_by,
    {reason} as reason,
    releases.is_overridden,
    releases.audit_outcome,
    array(
        select release_blocs.bloc_code
        from quality.release_blocs
        where release_blocs.release_id = releases.release_id
            and release_blocs.outcome = 'carried'
        order by release_blocs.bloc_code
    ) as blocked_blocs
from quality.releases
where releases.release_id = {release_id}
