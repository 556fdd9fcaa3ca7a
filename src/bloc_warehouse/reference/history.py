"""What was applied and when, latest first."""

from psycopg.rows import class_row

from bloc_warehouse.database.connection import connect
from bloc_warehouse.reference.store import Application, Change
from bloc_warehouse.settings import DatabaseSettings

Applications = list[tuple[Application, tuple[Change, ...]]]


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
        key: Only lines whose key contains this text.
        limit: So many applications.
    """
    wanted = {"list": list_name, "key": key, "limit": limit}
    with connect("ingest", settings=settings) as connection:
        with connection.cursor(row_factory=class_row(Application)) as cursor:
            applications = cursor.execute(
                "select application_id, applied_at, applied_by, reason"
                " from quality.reference_applications as applications where exists ("
                " select 1 from quality.reference_changes as changes"
                " where changes.application_id = applications.application_id"
                " and list = coalesce(%(list)s, list)"
                " and strpos(row_key, coalesce(%(key)s, '')) > 0)"
                " order by application_id desc limit %(limit)s",
                wanted,
            ).fetchall()
        found: Applications = []
        for application in applications:
            with connection.cursor(row_factory=class_row(Change)) as rows:
                changes = rows.execute(
                    "select list, row_key, before, after"
                    " from quality.reference_changes"
                    " where application_id = %(id)s and list = coalesce(%(list)s, list)"
                    " and strpos(row_key, coalesce(%(key)s, '')) > 0"
                    " order by list, row_key",
                    {**wanted, "id": application.application_id},
                ).fetchall()
            found.append((application, tuple(changes)))
    return found
