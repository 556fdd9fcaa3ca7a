"""Publishing rotates the schemas whole; a rollback swaps them back and pins."""

import threading
from collections.abc import Callable

import psycopg
import pytest

from bloc_warehouse.build import releases
from bloc_warehouse.database.connection import Role, connect, dsn
from bloc_warehouse.publish.plan import PublishError
from bloc_warehouse.publish.publish import publish, rollback, why_not
from bloc_warehouse.settings import Settings

Build = Callable[..., int]


def one(settings: Settings, query: str, role: Role = "ingest") -> object:
    """Return the only value of a query, None without a row."""
    with connect(role, settings=settings) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def execute(settings: Settings, statement: str, role: Role = "ingest") -> None:
    with connect(role, settings=settings) as connection:
        connection.execute(statement)


@pytest.fixture
def build(warehouse: Settings) -> Build:
    """Build a candidate that holds its own number, and audit it."""

    def make(outcome: str | None = "passed") -> int:
        release_id = releases.begin_build(warehouse)
        execute(
            warehouse,
            "drop table if exists marts_candidate.facts;"
            f"create table marts_candidate.facts as select {release_id} as release,"
            " generate_series(1, 50) as row",
            "transform",
        )
        releases.finish_build(warehouse, release_id)
        if outcome:
            audited(warehouse, release_id, critical=int(outcome == "critical"))
        return release_id

    return make


def audited(settings: Settings, release_id: int, *, critical: int) -> None:
    """Record an audit with its findings, as the gate does."""
    with connect("ingest", settings=settings) as connection:
        (run_id,) = connection.execute(
            "insert into quality.runs (stage, finished_at, critical_count,"
            " warning_count) values ('audit', clock_timestamp(), %s, 0)"
            " returning run_id",
            [critical],
        ).fetchone() or (0,)
        for _ in range(critical):
            connection.execute(
                "insert into quality.findings (run_id, rule, severity, bloc_code,"
                " period_code, message_vi, message_en) values"
                " (%s, 'H1', 'critical', 'LAN', '2024-H1', 'lệch', 'differs')",
                [run_id],
            )
        releases.record_audit(connection, release_id, run_id)


def live(settings: Settings) -> object:
    """Return which build BI reads, None where it finds no table."""
    try:
        return one(settings, "select min(release) from marts.facts", "bi_reader")
    except psycopg.errors.UndefinedTable:
        return None


def test_audited_candidate_becomes_what_bi_reads(
    warehouse: Settings, build: Build
) -> None:
    assert live(warehouse) is None
    for by in ("ana", "schedule:build_warehouse", "run:ana"):
        number = build()
        outcome = publish(warehouse, by=by)
        assert (outcome.state, outcome.live) == ("published", number)
        assert live(warehouse) == number
        assert (
            one(
                warehouse,
                "select published_by from quality.releases where state = 'live'",
            )
            == by
        )


def test_previous_is_what_was_live_before_also_while_a_build_runs(
    warehouse: Settings, build: Build
) -> None:
    first, second, third = build(), 0, 0
    publish(warehouse, by="ana")
    second = build()
    publish(warehouse, by="ana")
    third = build("critical")
    publish(warehouse, by="ana")
    releases.begin_build(warehouse)
    previous = "select min(release) from marts_previous.facts"
    assert (live(warehouse), one(warehouse, previous)) == (second, first)
    assert rollback(warehouse, by="ana").live == first
    assert live(warehouse) == first
    assert third not in (first, second)


@pytest.mark.parametrize("schema", ["marts_candidate", "marts_previous"])
def test_bi_reader_is_refused_outside_the_live_schema(
    warehouse: Settings, build: Build, schema: str
) -> None:
    for _ in range(4):
        build()
        publish(warehouse, by="ana")
    build()
    rollback(warehouse, by="ana")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        one(warehouse, f"select release from {schema}.facts", "bi_reader")


def test_nothing_newer_is_a_clear_no_op(warehouse: Settings, build: Build) -> None:
    assert publish(warehouse, by="ana").state == "nothing"
    number = build()
    publish(warehouse, by="ana")
    outcome = publish(warehouse, by="ana")
    assert (outcome.state, outcome.live) == ("nothing", number)
    assert "nothing newer" in outcome.message
    assert live(warehouse) == number


def test_critical_findings_block_and_are_kept(
    warehouse: Settings, build: Build
) -> None:
    good = build()
    publish(warehouse, by="ana")
    build("critical")
    for _ in range(2):
        outcome = publish(warehouse, by="schedule")
        assert (outcome.state, outcome.live) == ("blocked", good)
        assert outcome.reasons[0]["rule"] == "H1"
    assert live(warehouse) == good
    blocks = "select count(*) from monitoring.publish_blocks"
    assert one(warehouse, blocks, "bi_reader") == 1
    build()
    assert publish(warehouse, by="schedule").published


@pytest.mark.parametrize(
    ("by", "reason"), [("ana", None), ("ana", ""), ("schedule:x", "because")]
)
def test_override_needs_a_person_and_a_reason(
    warehouse: Settings, build: Build, by: str, reason: str | None
) -> None:
    build("critical")
    with pytest.raises(PublishError):
        publish(warehouse, by=by, reason=reason, override=True)


def test_override_publishes_and_keeps_the_reason(
    warehouse: Settings, build: Build
) -> None:
    number = build("critical")
    publish(warehouse, by="ana", reason="the office counts otherwise", override=True)
    assert live(warehouse) == number
    assert (
        one(
            warehouse,
            "select (is_overridden, publish_reason)::text from quality.releases"
            " where state = 'live'",
        )
        == '(t,"the office counts otherwise")'
    )


def test_unaudited_or_unfinished_build_is_not_published(
    warehouse: Settings, build: Build
) -> None:
    build(None)
    assert publish(warehouse, by="ana").state == "blocked"
    releases.begin_build(warehouse)
    outcome = publish(warehouse, by="ana")
    assert outcome.state == "nothing"
    assert "not finished" in outcome.message
    assert live(warehouse) is None


def test_a_build_after_the_audit_has_to_be_audited_again(
    warehouse: Settings, build: Build
) -> None:
    stale = build()
    build(None)
    assert publish(warehouse, by="ana").state == "blocked"
    with pytest.raises(releases.UnfinishedBuildError):
        releases.finish_build(warehouse, stale)


def test_rollback_pins_until_a_person_publishes(
    warehouse: Settings, build: Build
) -> None:
    first = build()
    publish(warehouse, by="ana")
    build()
    publish(warehouse, by="ana")
    rollback(warehouse, by="ana")
    third = build()
    for by in ("schedule:build_warehouse", "run:ana"):
        assert publish(warehouse, by=by).state == "pinned"
        assert live(warehouse) == first
    assert publish(warehouse, by="ana").published
    assert live(warehouse) == third
    fourth = build()
    assert publish(warehouse, by="schedule").live == fourth


def test_a_person_unpins_even_with_nothing_to_publish(
    warehouse: Settings, build: Build
) -> None:
    for _ in range(2):
        build()
        publish(warehouse, by="ana")
    rollback(warehouse, by="ana")
    outcome = publish(warehouse, by="ana")
    assert outcome.state == "nothing"
    assert "unpinned" in outcome.message
    build()
    assert publish(warehouse, by="schedule").published


def test_rollback_is_refused_where_there_is_no_earlier_release(
    warehouse: Settings, build: Build
) -> None:
    with pytest.raises(PublishError):
        rollback(warehouse, by="ana")
    build()
    publish(warehouse, by="ana")
    with pytest.raises(PublishError):
        rollback(warehouse, by="ana")
    second = build()
    publish(warehouse, by="ana")
    rollback(warehouse, by="ana")
    with pytest.raises(PublishError):  # what lies there now is later, and taken back
        rollback(warehouse, by="ana")
    assert live(warehouse) == second - 1


def test_why_not_says_it_and_changes_nothing(warehouse: Settings, build: Build) -> None:
    build("critical")
    assert why_not(warehouse).blocked
    assert one(warehouse, "select blocked_at from quality.releases") is None
    build()
    assert why_not(warehouse).message.startswith("nothing")
    assert live(warehouse) is None


def test_a_publication_that_fails_leaves_everything_as_it_was(
    warehouse: Settings, build: Build
) -> None:
    first = build()
    publish(warehouse, by="ana")
    build()
    execute(warehouse, "create schema marts_rotating", "transform")
    with pytest.raises(psycopg.errors.DuplicateSchema):
        publish(warehouse, by="ana")
    assert live(warehouse) == first
    execute(warehouse, "drop schema marts_rotating", "transform")
    assert publish(warehouse, by="ana").published


def test_readers_see_one_release_or_the_other_whole(
    warehouse: Settings, build: Build
) -> None:
    build()
    publish(warehouse, by="ana")
    address = dsn("bi_reader", warehouse)
    stop = threading.Event()
    reads: list[tuple[int, int]] = []
    broken: list[Exception] = []

    def read() -> None:
        query = "select count(*), count(distinct release) from marts.facts"
        try:
            with psycopg.connect(address, autocommit=True) as connection:
                while not stop.is_set():
                    row = connection.execute(query, prepare=True).fetchone()
                    reads.append(row or (0, 0))
        except psycopg.Error as error:
            broken.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(15):
        build()
        publish(warehouse, by="schedule")
    stop.set()
    for reader in readers:
        reader.join()
    assert broken == []
    assert len(reads) > 15
    assert set(reads) == {(50, 1)}


def test_two_at_once_publish_one_build_once(warehouse: Settings, build: Build) -> None:
    number = build()
    states: list[str] = []
    threads = [
        threading.Thread(
            target=lambda: states.append(publish(warehouse, by="ana").state)
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(states) == ["nothing", "nothing", "nothing", "published"]
    assert live(warehouse) == number


def test_a_pin_hides_nothing_of_what_blocks_the_build(
    warehouse: Settings, build: Build
) -> None:
    for _ in range(2):
        build()
        publish(warehouse, by="ana")
    rollback(warehouse, by="ana", reason="wrong plans")
    shown = "select reason from quality.publication_log where shown_to is null"
    assert one(warehouse, shown) == "wrong plans"
    build("critical")
    found = why_not(warehouse)
    assert (found.blocked, bool(found.reasons)) == (True, True)
    assert "pinned by ana" in found.message
    build()
    found = why_not(warehouse)
    assert (found.state, found.reasons) == ("pinned", ())
