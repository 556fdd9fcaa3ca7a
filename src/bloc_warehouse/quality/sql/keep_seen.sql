-- ends the rows that readers no longer see so, and begins those that they see now
with live as (
    select {columns} from marts.{live}
),

ended as (
    update quality.{seen} set seen_to = {moment}
    where {seen}.seen_to is null
        and not exists (
            select from live
            where ({live_columns}) is not distinct from ({seen_columns})
        )
)

insert into quality.{seen} ({columns}, release_id, seen_from)
select {live_columns}, {release_id}, {moment}
from live
where not exists (
    select from quality.{seen}
    where {seen}.seen_to is null
        and ({live_columns}) is not distinct from ({seen_columns})
)
