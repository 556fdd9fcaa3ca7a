"""What the office put in: lists, routes of alerts; and what waits."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from psycopg import Connection

from bloc_warehouse.alerts.routes import RoutesError, load_routes
from bloc_warehouse.build.releases import release_in
from bloc_warehouse.build.waiting import waiting_work
from bloc_warehouse.database.connection import connect, is_down
from bloc_warehouse.doctor.check import Check, tried
from bloc_warehouse.domain.counting import counted
from bloc_warehouse.errors import SetupError
from bloc_warehouse.reference.check import check
from bloc_warehouse.reference.lists.folder import read_folder
from bloc_warehouse.reference.store import compare, keyed, read_applied
from bloc_warehouse.settings import Settings


def look(settings: Settings) -> Iterator[Check]:
    """Look at the routes, and at the lists and the work if the database is there."""
    yield _routes(settings)
    if is_down(settings):
        return
    try:
        with connect("ingest", settings=settings) as connection:
            yield from _lists(connection, settings)
            yield from _waiting(connection, settings)
            yield _publishing(connection)
            yield _alerts(connection)
    except SetupError as error:
        yield Check("lists and work", "skipped", str(error))


def _routes(settings: Settings) -> Check:
    def attempt() -> str:
        try:
            routes = load_routes(settings)
        except RoutesError as error:
            raise ValueError(str(error)) from error
        return "channels " + ", ".join(sorted(routes.channels))

    found = tried("alert routes", attempt, f"mend {settings.alert_routes}")
    if found.state == "ok" and not settings.alert_routes.is_file():
        return Check(
            "alert routes", "warning", "alerts are written to the log only",
            f"write {settings.alert_routes}, then bloc alerts test",
        )  # fmt: skip
    return found


def _lists(connection: Connection, settings: Settings) -> Iterator[Check]:
    applied = read_applied(connection)
    if not any(applied.values()):
        yield Check(
            "lists", "failed", "no lists of blocs and units are in force",
            "bloc reference check, then bloc reference apply",
        )  # fmt: skip
        return
    folder = read_folder(settings.reference_dir)
    faults = check(folder, applied).faults
    if faults:
        yield Check(
            "lists", "warning",
            f"{counted(len(faults), 'fault')} in {settings.reference_dir}; the lists in"
            " force stay",
            "bloc reference check",
        )  # fmt: skip
        return
    changed = sum(1 for _ in compare(keyed(applied), keyed(folder.rows)))
    if changed:
        yield Check(
            "lists", "warning",
            f"{counted(changed, 'line')} of the folder not in force",
            "bloc reference check, then bloc reference apply",
        )  # fmt: skip
    else:
        yield Check("lists", "ok", f"those of {settings.reference_dir} are in force")


def _waiting(connection: Connection, settings: Settings) -> Iterator[Check]:
    """What waits longer than a warehouse may be behind was forgotten by a run."""
    limit = timedelta(hours=settings.stale_hours)
    work = waiting_work(connection)
    for item in work:
        is_late = datetime.now(UTC) - item.since > limit
        yield Check(
            "waiting", "failed" if is_late else "ok",
            f"{item}, since {item.since.astimezone(settings.zone):%d/%m %H:%M}",
            "bloc run, or see why the DAGs do not" if is_late else "",
        )  # fmt: skip
    if not work:
        yield Check("waiting", "ok", "nothing: readers have all that was received")


def _publishing(connection: Connection) -> Check:
    row = connection.execute(
        "select pinned, pinned_by from quality.publishing"
    ).fetchone()
    if row and row[0]:
        return Check(
            "publishing", "warning", f"pinned by {row[1]} after a rollback",
            "bloc run, then bloc publish, once the cause is mended",
        )  # fmt: skip
    live = release_in(connection, "live")
    if live is None:
        return Check("publishing", "warning", "nothing is published yet", "bloc status")
    return Check("publishing", "ok", f"release {live.release_id} is live")


def _alerts(connection: Connection) -> Check:
    row = connection.execute(
        "select count(*), count(*) filter (where severity = 'critical')"
        " from quality.alerts where closed_at is null"
    ).fetchone() or (0, 0)
    found = f"{counted(row[0], 'open alert')}, {row[1]} of them critical"
    return Check(
        "alerts", "warning" if row[1] else "ok", found, "bloc alerts" if row[1] else ""
    )
