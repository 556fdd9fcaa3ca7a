"""Each state that an installation can be in, and the step that leads out of it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bloc_warehouse.build.waiting import WaitingWork
from bloc_warehouse.database.connection import connect
from bloc_warehouse.reports.next_steps import next_steps
from bloc_warehouse.reports.status import (
    Failure,
    Missing,
    Status,
    Unanswered,
    read_status,
)
from bloc_warehouse.settings import Settings

SINCE = datetime(2026, 11, 30, tzinfo=UTC)
IN_ORDER = {
    "applied_at": SINCE, "applied_by": "lan", "lines_differing": 0, "unreadable": 0,
}  # fmt: skip
LIVE = {"release_id": 3, "kept": []}
CALM = Status(
    files={"received": 1, "pending": 0},
    release=LIVE,
    candidate=None,
    pinned=False,
    pinned_by=None,
    figures_held=0,
    violations_open={},
    alerts_open=0,
    last_audit=None,
    last_received_at=None,
    reference=IN_ORDER,
    lists_in_folder=6,
    first_period="2024-H1",
    failures=[],
    unanswered=[],
    unanswered_count=0,
    missing=[],
    reports=None,
    waiting=[],
    not_taken=[],
    from_the_future=[],
    closed_and_blocked=[],
)
NEW = {"reference": None, "release": None, "files": {"received": 0, "pending": 0}}


def waits(item: str, count: int = 2) -> list[WaitingWork]:
    """Return what waits, of one kind."""
    return [WaitingWork(item, count, SINCE, 4 if item == "release" else None)]


def built(outcome: str | None) -> dict[str, Any]:
    """Return a candidate."""
    return {"release_id": 4, "audit_outcome": outcome}


REJECTED = Unanswered(7, "LAN-002", "rejected", "outbox/LAN-002/F-7.html")

STATES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "nothing to do": ({}, ["bloc reconcile"]),
    "no lists": (NEW | {"lists_in_folder": 0}, ["bloc init"]),
    "lists not applied": (NEW, ["bloc reference check, then bloc reference apply"]),
    "lists edited": (
        {"reference": IN_ORDER | {"lines_differing": 2}},
        ["bloc reference check, then bloc reference apply"],
    ),
    "lists unreadable": (
        {"reference": IN_ORDER | {"unreadable": 1, "lines_differing": 9}},
        ["bloc reference check"],
    ),
    "lists wait for a build": ({"waiting": waits("lists", 1)}, ["bloc run"]),
    "no file yet": (
        {"release": None, "files": {"received": 0, "pending": 0}},
        ["bloc template --all --period 2024-H1 -o templates"],
    ),
    "files wait to be read": (
        {"waiting": waits("pending") + waits("files")}, ["bloc run"],
    ),
    "files wait for a build": (
        {"waiting": waits("files") + waits("lists")}, ["bloc run"],
    ),
    "a file from the future": (
        {"from_the_future": ["F-9 a.csv"]}, ["bloc redate F-9"],
    ),
    "a file was rejected": (
        {"unanswered": [REJECTED], "unanswered_count": 1},
        ["send LAN-002 its receipt"],
    ),
    "many files were rejected": (
        {"unanswered": [REJECTED] * 20, "unanswered_count": 80},
        ["send LAN-002 its receipt"] * 3 + ["bloc alerts"],
    ),
    "returns are owed": (
        {"missing": [Missing("LAN", "2024-H1", ["LAN-001", "LAN-002"], 5,
                             date(2024, 7, 15))]},
        ["remind LAN-001, LAN-002"],
    ),
    "a run failed": (
        {"failures": [Failure("build_warehouse", "build_marts", "disk full")]},
        ["look at build_warehouse in Airflow"],
    ),
    "a build was not audited": (
        {"candidate": built(None)}, ["bloc audit, then bloc publish"],
    ),
    "a release waits": ({"candidate": built("passed")}, ["bloc publish"]),
    "blocked": ({"candidate": built("critical")}, ["bloc publish --why-not"]),
    "a bloc was kept": (
        {"release": LIVE | {"kept": ["LAN stays"]}}, ["bloc publish --why-not"],
    ),
    "pinned": ({"pinned": True}, ["bloc run, then bloc publish"]),
    "alerts are open": ({"alerts_open": 2}, ["bloc alerts"]),
    "much at once": (
        {"failures": [Failure("ingest", "load", "x")], "waiting": waits("pending"),
         "candidate": built("critical"), "alerts_open": 1},
        ["look at ingest in Airflow", "bloc run", "bloc publish --why-not",
         "bloc alerts"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "orders"), STATES.values(), ids=STATES)
def test_each_state_has_its_step(changes: dict[str, Any], orders: list[str]) -> None:
    assert [step.order for step in next_steps(replace(CALM, **changes))] == orders


def test_who_owes_and_where_a_receipt_lies_is_said() -> None:
    owed = Missing("LAN", "2024-H1", [f"LAN-00{n}" for n in range(1, 6)], 9,
                   date(2024, 7, 15))  # fmt: skip
    state = replace(CALM, missing=[owed], unanswered=[REJECTED], unanswered_count=1)
    lines = [str(step) for step in next_steps(state)]
    assert lines == [
        "send LAN-002 its receipt — F-7 was rejected: outbox/LAN-002/F-7.html",
        "remind LAN-001, LAN-002, LAN-003 and 2 more — 9 returns of 2024-H1 owed since"
        " 15/07/2024",
    ]


def test_what_is_read_of_a_warehouse_says_who_has_to_send_again(
    intake: Settings,
) -> None:
    with connect("ingest", settings=intake) as connection:
        connection.execute(
            "insert into raw.files (sender, path, file_name, sha256, byte_size,"
            " received_at, received_at_source, archive_path, state) values"
            " ('LAN-001', 'a.csv', 'a.csv', 'x', 1, now(), 'found', 'x', 'rejected')"
        )
        connection.execute(
            "insert into quality.failures (pipeline, step, run, error)"
            " values ('build_warehouse', 'audit', 'r', 'first line' || chr(10) || 'x')"
        )
        connection.execute(
            "insert into quality.missing_returns (bloc_code, unit_code, form,"
            " period_code, due_on) values"
            " ('LAN', 'LAN-002', 'membership', '2024-H1', '2024-07-15'),"
            " ('LAN', 'LAN-002', 'admissions', '2024-H1', '2024-07-15'),"
            " ('LAN', 'LAN-003', 'admissions', '2042-H1', '2042-07-15')"
        )
    state = read_status(intake)
    assert [(file.sender, file.state) for file in state.unanswered] == [
        ("LAN-001", "rejected")
    ]
    assert "LAN-001" in state.unanswered[0].receipt
    assert state.failures == [Failure("build_warehouse", "audit", "first line")]
    assert state.missing == [
        Missing("LAN", "2024-H1", ["LAN-002"], 2, date(2024, 7, 15))
    ]
