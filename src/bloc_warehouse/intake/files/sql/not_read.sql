-- which of the files in landing, by their places in the arrays, are not surely what was
-- delivered last under their path and version: its bytes were read, or its size forbids
-- that, and a change would have shown
with listed as (
    select *
    from
        unnest(
            %(paths)s::text[], %(versions)s::text[], %(too_large)s::boolean[]
        ) with ordinality as places (path, version, is_too_large, place)
)

select listed.place
from listed
left join lateral (
    select
        files.sha256,
        files.landing_version
    from raw.files
    where files.path = listed.path
        and ltrim(files.landing_version, '~') = listed.version
    order by files.file_id desc
    limit 1
) as delivered on true
where delivered.landing_version is distinct from listed.version
    or (delivered.sha256 is null and not listed.is_too_large)
order by listed.place
