-- ends the rows that readers no longer see so, and begins those that they see now;
-- found by a hash of the row, because rows without one are compared each with each
with live as (
    select
        {columns},
        hash_record_extended(row({columns}), 0) as row_hash
    from marts.{live}
),

ended as (
    update quality.{seen} set seen_to = {moment}
    where {seen}.seen_to is null
        and not exists (
            select from live
            where live.row_hash = hash_record_extended(row({seen_columns}), 0)
                and ({live_columns}) is not distinct from ({seen_columns})
        )
)

insert into quality.{seen} ({columns}, release_id, seen_from)
select
    {live_columns},
    {release_id} as release_id,
    {moment} as seen_from
from live
where not exists (
        select from quality.{seen}
        where {seen}.seen_to is null
            and live.row_hash = hash_record_extended(row({seen_columns}), 0)
            and ({live_columns}) is not distinct from ({seen_columns})
    )
