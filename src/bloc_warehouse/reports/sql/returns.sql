-- grain: one row per form that is owed or came
select
    form,
    min(due_on) as due_on,
    count(*) filter (where is_expected) as expected,
    count(*) filter (where state = 'accepted' and not is_late) as on_time,
    count(*) filter (where state = 'accepted' and is_late) as late,
    count(*) filter (where state = 'held') as held,
    count(*) filter (where state = 'rejected') as rejected,
    count(*) filter (where state = 'missing') as missing,
    count(*) filter (where state = 'not_due') as not_due,
    coalesce(
        array_agg(unit_code order by unit_code) filter (
            where state in ('held', 'rejected', 'missing')
        ),
        '{}'
    ) as lacking
from marts.fct_returns
where bloc_code = %(bloc)s and period_code = %(period)s
group by form
order by form
