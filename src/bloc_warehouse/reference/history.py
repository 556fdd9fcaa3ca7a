"""What was applied and when, latest first."""

from itertools import groupby
from operator import itemgetter

from bloc_warehouse.database.connection import connect
from bloc_warehouse.reference.store import Application, Change
from bloc_warehouse.settings import DatabaseSettings

Applications = list[tuple[Application, tuple[Change, ...]]]
# a unit's events, aliases and plans have keys of their own, and name it
_CHANGES = """
with wanted as (
    select *
    from quality.reference_changes
    where list = coalesce(%(list)s, list)
        and (
            strpos(row_key, coalesce(%(key)s, '')) > 0
            or exists (
                select 1
                from (values (before), (after)) as lines (line),
                    jsonb_each_text(lines.line) as said
                where said.value = %(key)s
            )
        )
)
select application_id, applied_at, applied_by, reason, list, row_key, before, after
from wanted
inner join quality.reference_applications using (application_id)
where application_id in (
    select application_id from wanted
    group by application_id order by application_id desc limit %(limit)s
)
order by application_id desc, list, row_key
"""


def read_history(
    settings: DatabaseSettings,
    *,
    list_name: str | None = None,
    key: str | None = None,
    limit: int = 20,
) -> Applications:
    """Return the latest applications with the lines that they changed.

    Args:
        settings: Whose warehouse.
        list_name: Only changes of this list.
        key: Only lines whose key contains this text, or that name it.
        limit: So many applications.
    """
    wanted = {"list": list_name, "key": key, "limit": limit}
    with connect("ingest", settings=settings) as connection:
        rows = connection.execute(_CHANGES, wanted).fetchall()
    return [
        (Application(*of), tuple(Change(*change) for *_, change in lines))
        for of, lines in groupby(
            ((row[:4], row[4:]) for row in rows), key=itemgetter(0)
        )
    ]
