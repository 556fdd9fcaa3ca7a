"""Publishing drops from the log of changes what no build can need any more."""

from collections.abc import Callable

import psycopg
import pytest

from bloc_warehouse.build import releases, scope
from bloc_warehouse.build.scope import Basis
from bloc_warehouse.database.changes import mark_changed, position
from bloc_warehouse.database.connection import connect
from bloc_warehouse.publish.publish import publish, rollback
from bloc_warehouse.settings import Settings

Step = Callable[..., int]


def kept(settings: Settings) -> list[int]:
    """Return the numbers of the log's rows."""
    with connect("ingest", settings=settings) as connection:
        rows = connection.execute("select change_id from raw.changes order by 1")
        return [number for (number,) in rows]


def at(settings: Settings) -> int:
    with connect("transform", settings=settings) as connection:
        return position(connection)


@pytest.fixture
def change(warehouse: Settings) -> Step:
    """Have a unit's year change; return the row's number."""

    def make(year: int = 2024) -> int:
        with connect("transform", settings=warehouse) as connection:
            mark_changed(connection, [("LAN-001", year)], "test")
        return kept(warehouse)[-1]

    return make


@pytest.fixture
def begin(warehouse: Settings) -> Step:
    """Begin a build; return its number."""

    def make(lists: str = "lists") -> int:
        release_id = releases.begin_build(warehouse)
        with connect("transform", settings=warehouse) as connection:
            basis = Basis(position(connection), lists, "models")
            releases.record_basis(connection, release_id, basis, "asked")
        return release_id

    return make


@pytest.fixture
def build(warehouse: Settings, begin: Step) -> Step:
    """Make a candidate that was audited; return the position it rests on."""

    def make(lists: str = "lists") -> int:
        rests_on = at(warehouse)
        releases.finish_build(warehouse, begin(lists))
        with connect("ingest", settings=warehouse) as connection:
            connection.execute(
                "update quality.releases set audit_outcome = 'passed'"
                " where state = 'candidate'"
            )
        return rests_on

    return make


def test_what_the_oldest_standing_build_took_up_is_dropped(
    warehouse: Settings, change: Step, build: Step
) -> None:
    rests_on = []
    for _ in range(5):
        change()
        change()
        rests_on.append(build())
        publish(warehouse, by="ana")
        # the candidate's schema holds the release of two publications ago
        lowest, newest = min(rests_on[-3:]), at(warehouse)
        assert kept(warehouse) == (list(range(lowest + 1, newest + 1)) or [newest])


def test_the_position_never_goes_back(
    warehouse: Settings, change: Step, build: Step
) -> None:
    last = change()
    for _ in range(4):
        build()
        publish(warehouse, by="ana")
        assert kept(warehouse) == [last]
        assert at(warehouse) == last


def test_a_discarded_or_dead_build_keeps_what_its_tables_lack(
    warehouse: Settings, change: Step, build: Step, begin: Step
) -> None:
    for _ in range(3):
        change()
        build()
        publish(warehouse, by="ana")
    oldest = kept(warehouse)[0]
    change()
    begin()
    with connect("transform", settings=warehouse) as connection:
        releases.lock(connection)
        assert scope.prune_changes(connection) == 0
    assert kept(warehouse)[0] == oldest


def test_a_release_taken_back_keeps_what_the_live_one_lacks(
    warehouse: Settings, change: Step, build: Step
) -> None:
    change()
    first = build()
    publish(warehouse, by="ana")
    change()
    build()
    publish(warehouse, by="ana")
    rollback(warehouse, by="ana")
    change()
    build()
    publish(warehouse, by="ana")  # the first one is the previous one now
    assert kept(warehouse)[0] == first + 1


def test_lists_that_may_be_put_back_keep_their_changes(
    warehouse: Settings, change: Step, build: Step
) -> None:
    change()
    first = build("older lists")
    publish(warehouse, by="ana")
    change()
    build()
    publish(warehouse, by="ana")
    assert kept(warehouse)[0] == first + 1


def test_nothing_is_dropped_while_no_position_is_known(
    warehouse: Settings, change: Step
) -> None:
    numbers = [change(), change()]
    with connect("transform", settings=warehouse) as connection:
        assert scope.prune_changes(connection) == 0
    assert kept(warehouse) == numbers


def test_a_sender_who_has_not_committed_loses_nothing_and_does_not_wait(
    warehouse: Settings, change: Step, build: Step
) -> None:
    change()
    change()
    build()
    with connect("ingest", settings=warehouse) as sender:
        mark_changed(sender, [("LAN-002", 2024)], "sent")
        publish(warehouse, by="ana")
        mark_changed(sender, [("LAN-003", 2024)], "sent")
    with connect("ingest", settings=warehouse) as connection:
        units = connection.execute("select unit_code from raw.changes order by 1")
        assert [unit for (unit,) in units] == ["LAN-001", "LAN-002", "LAN-003"]


def test_a_log_that_cannot_be_pruned_undoes_no_publishing(
    warehouse: Settings,
    change: Step,
    build: Step,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(_: object) -> int:
        raise psycopg.errors.LockNotAvailable

    change()
    build()
    monkeypatch.setattr(scope, "prune_changes", fail)
    assert publish(warehouse, by="ana").state == "published"
    with connect("transform", settings=warehouse) as connection:
        assert releases.release_in(connection, "live")
    assert "could not be pruned" in caplog.text
