"""A closed period: later files are accepted, marked, and let in when it reopens."""

import json
from typing import Any

import pytest
from tests import builders
from typer.testing import CliRunner

from bloc_warehouse import pipeline
from bloc_warehouse.build import releases
from bloc_warehouse.cli.app import app
from bloc_warehouse.cli.totals import period
from bloc_warehouse.database.connection import connect
from bloc_warehouse.intake.revise.withdraw import withdraw
from bloc_warehouse.intake.run import ingest, write_receipts
from bloc_warehouse.publish.period_closing import (
    ClosingError,
    close_period,
    list_closings,
    obstacles,
    reopen_period,
)
from bloc_warehouse.settings import Settings

H1 = ("LAN", "2024-H1")


@pytest.fixture
def office(intake: Settings) -> Settings:
    """A warehouse with its calendar, one accepted return, and a live release."""
    with connect("ingest", settings=intake) as connection:
        connection.execute("insert into reference.ref_blocs (bloc_code) values ('LAN')")
    with connect("transform", settings=intake) as connection:
        connection.execute(
            "create table reference.ref_periods as select '2024-H1' as period_code,"
            " date '2024-06-30' as period_end;"
            "create table marts.fct_returns as select 'LAN' as bloc_code,"
            " '2024-H1' as period_code, 'LAN-001' as unit_code, 'membership' as form,"
            " 'accepted' as state, true as is_expected"
        )
    send(intake, "first.xlsx")
    publish(intake)
    return intake


def send(settings: Settings, name: str, number: int | None = None, **row: int) -> None:
    rows = {"membership": [builders.membership_row(**row)]}
    content = builders.workbook(rows, submission_no=number)
    builders.land(settings.landing_dir, "LAN-001", name, content)
    ingest(settings)


def publish(settings: Settings) -> None:
    """Record a live release that rests on all that came so far."""
    with connect("transform", settings=settings) as connection:
        connection.execute("update quality.releases set state = 'retired'")
    release_id = releases.begin_build(settings)
    releases.finish_build(settings, release_id)
    with connect("transform", settings=settings) as connection:
        connection.execute(
            "update quality.releases set state = 'live' where state = 'candidate'"
        )


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with connect("ingest", settings=settings) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


def receipt(settings: Settings, name: str) -> dict[str, Any]:
    (path,) = (settings.outbox_dir / "LAN-001").glob(f"*-{name}.json")
    return dict(json.loads(path.read_text(encoding="utf-8")))


def advice(settings: Settings, name: str) -> str:
    return " ".join(
        advice_line["vi"] + advice_line["en"]
        for advice_line in receipt(settings, name)["advice"]
    )


def states(settings: Settings) -> list[tuple[Any, ...]]:
    return rows(
        settings,
        "select submission_no, state, closed_at_receipt from raw.submissions"
        " order by submission_id",
    )


def test_a_later_file_is_a_marked_correction_until_the_period_is_open_again(
    office: Settings,
) -> None:
    assert close_period(office, *H1, by="ana").left_open == []
    send(office, "late.xlsx", made_official=1)
    assert states(office) == [
        (1, "superseded", False),
        (2, "accepted", True),
    ]
    kept = "select submission_id from quality.closed_returns"
    assert rows(office, kept) == rows(
        office, "select min(submission_id) from raw.submissions"
    )
    assert "đã khóa sổ" in advice(office, "late.xlsx")
    assert "kept as a correction" in advice(office, "late.xlsx")
    assert "Nothing more" not in advice(office, "late.xlsx")
    (closing,) = list_closings(office)
    assert (closing.corrections, closing.reopened_at) == (1, None)

    publish(office)
    assert not pipeline.needs_build(office)
    reopen_period(office, *H1, by="ana", reason="the unit counted anew")
    assert pipeline.needs_build(office)
    assert write_receipts(office) == 1
    assert "open again" in advice(office, "late.xlsx")
    send(office, "later.xlsx", made_official=2)
    assert states(office)[-1] == (3, "accepted", False)


def test_what_is_withdrawn_stays_in_the_figures_of_a_closed_period(
    office: Settings,
) -> None:
    close_period(office, *H1, by="ana")
    withdraw(office, "F-1", "sent by mistake", "ana")
    write_receipts(office)
    assert "figures stay as they are" in advice(office, "first.xlsx")
    assert rows(office, "select count(*) from quality.closed_returns") == [(1,)]
    reopen_period(office, *H1, by="ana", reason="it was a mistake")
    write_receipts(office)
    assert "figures stay" not in advice(office, "first.xlsx")


def test_what_is_open_keeps_a_period_open(office: Settings) -> None:
    with connect("transform", settings=office) as connection:
        connection.execute(
            "insert into marts.fct_returns values"
            " ('LAN', '2024-H1', 'LAN-002', 'membership', 'missing', true),"
            " ('LAN', '2024-H1', 'LAN-003', 'membership', 'missing', false)"
        )
    with connect("ingest", settings=office) as connection:
        connection.execute(
            "insert into quality.runs (stage) values ('audit');"
            "insert into quality.violations (stage, rule, severity, unit_code,"
            " period_code, message_vi, message_en, state, first_seen, opened_at,"
            " last_seen, last_run_id) values ('cross_check', 'P1', 'critical',"
            " 'LAN-001', '2024-H1', '', 'differs', 'open', now(), now(), now(), 1)"
        )
        connection.execute(
            "insert into quality.violations (stage, rule, severity, bloc_code,"
            " period_code, subject, message_vi, message_en, state, first_seen,"
            " opened_at, last_seen, last_run_id) values ('audit', 'H1', 'critical',"
            " 'LAN', '2024-H1', 'members_disciplined', '', '3 or 4', 'open', now(),"
            " now(), now(), 1)"
        )
    send(office, "late.xlsx", made_official=1)
    found = obstacles(office, *H1)
    assert [point.split(" came ")[0] for point in found] == [
        "1 file",
        "critical finding P1 LAN-001: differs",
        # readers see what is left open
        "critical finding V-2: discipline figures, not shown here",
        "return LAN-002 membership: missing",
    ]
    with pytest.raises(ClosingError, match="has critical findings") as refused:
        close_period(office, *H1, by="ana")
    assert refused.value.obstacles == found
    reason = "the congress is tomorrow"
    with pytest.raises(ClosingError, match="critical findings"):
        close_period(office, *H1, by="ana", reason=reason, incomplete=True)
    with pytest.raises(ClosingError, match="critical findings"):
        close_period(office, *H1, by="ana", reason=reason, accepted=found)
    closing = close_period(
        office,
        *H1,
        by="ana",
        reason=reason,
        incomplete=True,
        with_critical_findings=True,
    )
    assert tuple(closing.left_open) == found


def test_a_period_without_figures_is_closed_only_in_so_many_words(
    office: Settings,
) -> None:
    """Nothing is owed there, as after a bloc's end, or nothing came."""
    assert obstacles(office, "LAN", "2023-Y") == (
        "no return is owed for 2023-Y: no obligation names it, or the bloc was not"
        " there",
        "nobody has reported for 2023-Y: there are no figures to close",
    )
    with pytest.raises(ClosingError, match="2 points are open"):
        close_period(office, "LAN", "2023-Y", by="ana")
    with connect("transform", settings=office) as connection:
        connection.execute(
            "insert into marts.fct_returns values"
            " ('LAN', '2023-Y', 'LAN-001', 'inspections', 'accepted', false)"
        )
    assert [point.split(":")[0] for point in obstacles(office, "LAN", "2023-Y")] == [
        "no return is owed for 2023-Y"
    ]
    closing = close_period(
        office, "LAN", "2023-Y", by="ana", reason="a late return", incomplete=True
    )
    assert len(closing.left_open) == 1


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (("close", "LAN", "2024-H1"), 0),
        (("close", "XXX", "2024-H1"), 2),
        (("close", "LAN", "2024-H7"), 2),
        (("close", "LAN", "2099-H1"), 1),
        (("close", "LAN", "2024-H1", "--incomplete"), 2),
        (("reopen", "LAN", "2024-H1", "--reason", "why"), 2),
        (("reopen", "LAN", "2024-H1"), 2),
        (("list",), 0),
    ],
)
def test_orders_end_with_their_code(
    office: Settings, monkeypatch: pytest.MonkeyPatch, order: list[str], code: int
) -> None:
    monkeypatch.setattr(period, "get_settings", lambda: office)
    assert CliRunner().invoke(app, ["period", *order]).exit_code == code


def test_a_closing_is_shown_with_what_was_left_open(
    office: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(period, "get_settings", lambda: office)
    send(office, "late.xlsx", made_official=1)
    order = ["period", "close", "lan", "2024-h1", "--incomplete", "--reason", "why"]
    closed = CliRunner().invoke(app, order)
    assert "left open: 1 file came after" in " ".join(closed.stdout.split())
    listed = CliRunner().invoke(app, ["period", "list", "--json"])
    assert json.loads(listed.stdout)[0]["reason"] == "why"
    again = CliRunner().invoke(app, [*order[:4], "--json"])
    assert json.loads(again.stdout)["error"] == "LAN 2024-H1 is closed already"
