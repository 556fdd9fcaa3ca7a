-- files by state and the bloc of their sender
with senders as (
    select
        sender,
        state,
        count(*) as file_count
    from raw.files
    group by sender, state
)

select
    coalesce(quality.bloc_of_unit(sender, current_date), '') as bloc,
    state,
    sum(file_count)::double precision as reading
from senders
group by bloc, state
order by bloc, state
