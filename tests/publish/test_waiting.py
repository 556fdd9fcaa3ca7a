"""What did not reach readers waits for a run, wherever the one before it died."""

from bloc_warehouse.alerts.alerts import list_alerts, refresh
from bloc_warehouse.build import releases
from bloc_warehouse.database.connection import connect
from bloc_warehouse.pipeline import needs_build
from bloc_warehouse.publish.publish import publish, rollback
from bloc_warehouse.reports.status import read_status
from bloc_warehouse.settings import Settings

BY = "schedule:build_warehouse"


def receive(settings: Settings) -> None:
    with connect("ingest", settings=settings) as connection:
        connection.execute(
            "insert into raw.files (sender, path, file_name, sha256, byte_size,"
            " received_at, received_at_source, state, archive_path, answered_at)"
            " select 'LAN-001', number::text, 'a', md5(number::text), 1, now(),"
            " 'folder', 'accepted', 'x', clock_timestamp()"
            " from (select count(*) as number from raw.files) as files"
        )


def begin(settings: Settings) -> None:
    releases.begin_build(settings)


def build(settings: Settings) -> None:
    number = releases.begin_build(settings)
    releases.finish_build(settings, number)


def audit(settings: Settings, critical: int = 0) -> None:
    with connect("ingest", settings=settings) as connection:
        number = releases.candidate(connection)
        (run_id,) = connection.execute(
            "insert into quality.runs (stage, finished_at, critical_count,"
            " warning_count) values ('audit', clock_timestamp(), %s, 0)"
            " returning run_id",
            [critical],
        ).fetchone() or (0,)
        if critical:  # of no bloc, so that the whole release is blocked
            connection.execute(
                "insert into quality.findings (run_id, rule, severity, message_vi,"
                " message_en) values (%s, 'H1', 'critical', 'lệch', 'differs')",
                [run_id],
            )
        releases.record_audit(connection, number or 0, run_id)


def block(settings: Settings) -> None:
    audit(settings, critical=1)


def show(settings: Settings) -> None:
    publish(settings, by=BY)


def order(settings: Settings) -> None:
    publish(settings, by="ana")


def take_back(settings: Settings) -> None:
    rollback(settings, by="ana")


WHOLE = (receive, build, audit, show)

LIVES = {
    "nothing came in": ((), False),
    "answered": ((receive,), True),
    "died while it was built": ((receive, begin), True),
    "died before the audit": ((receive, build), True),
    "died before publishing": ((receive, build, audit), True),
    "published": (WHOLE, False),
    "published, and one more": ((*WHOLE, receive), True),
    "blocked, so a person decides": ((receive, build, block, show), False),
    "blocked, and one more": ((receive, build, block, show, receive), True),
    "a build for nothing died": ((*WHOLE, begin), False),
    "a build for nothing threw another away": ((receive, build, audit, begin), True),
    "a build for nothing threw a blocked one away": (
        (receive, build, block, show, begin), True,
    ),
    "died after another was published": ((*WHOLE, receive, build), True),
    "taken back": ((*WHOLE, *WHOLE, take_back), False),
    "taken back, and one more": ((*WHOLE, *WHOLE, take_back, receive), True),
    "taken back, the next waits for a person": (
        (*WHOLE, *WHOLE, take_back, receive, build, audit, show), False,
    ),
    "taken back, but not audited": (
        (*WHOLE, *WHOLE, take_back, receive, build), True,
    ),
    "taken back, then unpinned": ((*WHOLE, *WHOLE, take_back, order), True),
    "taken back, built anew, and published": (
        (*WHOLE, *WHOLE, take_back, order, build, audit, show), False,
    ),
}  # fmt: skip


def start_over(settings: Settings) -> None:
    with connect("ingest", settings=settings) as connection:
        connection.execute(
            "truncate raw.files, quality.releases, quality.runs restart identity"
            " cascade; update quality.publishing set pinned = false"
        )


def test_a_build_is_due_until_readers_or_a_person_have_what_came_in(
    warehouse: Settings,
) -> None:
    for life, (steps, is_due) in LIVES.items():
        for step in steps:
            step(warehouse)
        assert needs_build(warehouse) is is_due, life
        assert bool(read_status(warehouse).waiting) is is_due, life
        start_over(warehouse)


WAITING = {
    (receive,): "files that were read and wait for a build: 1",
    (receive, begin): "files that were read and wait for a build: 1",
    (receive, build): "build 1 waits for its audit and to be published",
    (receive, build, audit): "build 1 waits for its audit and to be published",
}


def test_what_waits_for_hours_is_an_alert_until_it_is_published(
    warehouse: Settings,
) -> None:
    for steps, words in WAITING.items():
        for step in steps:
            step(warehouse)
        with connect("ingest", settings=warehouse) as connection:
            connection.execute(
                "update raw.files set answered_at = now() - interval '7 hours';"
                "update quality.releases set built_at = built_at - interval '7 hours',"
                " build_started_at = build_started_at - interval '8 hours'"
            )
        refresh(warehouse)
        (alert,) = list_alerts(warehouse)
        assert (alert.kind, alert.severity) == ("warehouse_stale", "critical")
        assert words in alert.text_en
        for step in (build, audit, show):
            step(warehouse)
        assert refresh(warehouse).closed == 1
        start_over(warehouse)
