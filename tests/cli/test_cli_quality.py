"""What the commands of quality print, and how they end."""

import json

import pytest
from typer.testing import CliRunner

from bloc_warehouse.build import releases
from bloc_warehouse.cli.app import app
from bloc_warehouse.cli.checks import alerts, quality
from bloc_warehouse.cli.totals import report
from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import Settings

runner = CliRunner()


@pytest.fixture(autouse=True)
def _own_warehouse(warehouse: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (alerts, quality):
        monkeypatch.setattr(module, "get_settings", lambda: warehouse)


@pytest.fixture
def blocked(warehouse: Settings) -> int:
    """A candidate that one critical finding blocks."""
    release_id = releases.begin_build(warehouse)
    releases.finish_build(warehouse, release_id)
    with connect("ingest", settings=warehouse) as connection:
        connection.execute(
            "insert into quality.runs (stage, finished_at, critical_count,"
            " warning_count) values ('audit', now(), 1, 0)"
        )
        for table, columns, values in (
            ("findings", "run_id", "1"),
            (
                "violations",
                "last_run_id, stage, state, first_seen, opened_at, last_seen",
                "1, 'audit', 'open', now(), now(), now()",
            ),
        ):
            connection.execute(
                f"insert into quality.{table} (rule, severity, bloc_code, period_code,"
                f" message_vi, message_en, {columns}) values ('H1', 'critical', 'LAN',"
                f" '2024-H1', 'các đơn vị cộng lại 79', 'units add up to 79', {values})"
            )
        releases.record_audit(connection, release_id, 1)
    return release_id


def invoke(*arguments: str) -> tuple[int, str]:
    result = runner.invoke(app, arguments, env={"COLUMNS": "200"})
    return result.exit_code, result.stdout


def test_why_not_names_the_release_that_an_override_means(blocked: int) -> None:
    code, text = invoke("publish", "--why-not")
    assert code == 1
    assert f"override_publish in Airflow with release {blocked}" in text
    _, shown = invoke("publish", "--why-not", "--json")
    assert json.loads(shown)["overridable_release"] == blocked
    for order in (("--reason", "because"), ("--override",), ("--bloc", "LAN")):
        assert invoke("publish", "--why-not", *order)[0] == 2


def test_a_reason_that_is_not_kept_is_not_taken_silently(blocked: int) -> None:
    code, text = invoke("publish", "--reason", "counted by hand")
    assert code == 1
    assert "the reason is not kept (--override publishes what is blocked)" in text
    code, text = invoke("publish", "--override", "--reason", "counted by hand")
    assert "not kept" not in text


def test_status_of_an_empty_warehouse() -> None:
    code, text = invoke("status")
    assert code == 0
    assert "Nothing is published yet" in text
    code, text = invoke("status", "--json")
    state = json.loads(text)
    assert state["files"]["received"] == 0
    assert (state["release"], state["alerts_open"], state["pinned"]) == (None, 0, False)


def test_blocked_publish_says_why_and_ends_with_1(blocked: int) -> None:
    for arguments in (("publish", "--why-not"), ("publish",)):
        code, text = invoke(*arguments)
        assert code == 1
        assert f"release {blocked} is blocked" in text
        assert "units add up to 79" in text
    code, text = invoke("publish", "--json")
    assert (code, json.loads(text)["state"]) == (1, "blocked")
    _, text = invoke("status")
    assert "publish_blocked" in text
    assert "bloc publish --why-not" in text
    _, text = invoke("alerts")
    assert "Chưa công bố được: LAN 2024-H1" in text


def test_what_a_closed_period_blocks_names_the_way_out(
    blocked: int, warehouse: Settings
) -> None:
    with connect("ingest", settings=warehouse) as connection:
        connection.execute(
            "insert into quality.period_closings (bloc_code, period_code, closed_by,"
            " left_open) values ('LAN', '2024-H1', 'ana', '{}')"
        )
    way_out = "bloc period reopen LAN 2024-H1"
    code, text = invoke("publish")
    assert (code, f"release {blocked} is blocked" in text) == (1, True)
    assert "LAN 2024-H1 was closed by ana" in text
    assert way_out in text
    assert invoke("alerts")[1].count(way_out) == 2
    assert way_out in invoke("status")[1]


def test_override_without_a_reason_is_wrong_use(blocked: int) -> None:
    assert invoke("publish", "--override")[0] == 2
    code, text = invoke("publish", "--override", "--reason", "the office agreed")
    assert code == 0
    assert f"release {blocked} is live" in text
    _, text = invoke("alerts", "--json")
    kinds = sorted(alert["kind"] for alert in json.loads(text))
    assert kinds == ["check_failed", "publish_overridden"]


def test_rollback_without_an_earlier_release_is_wrong_use() -> None:
    assert invoke("rollback")[0] == 2


def test_audit_with_nothing_built_says_so() -> None:
    code, text = invoke("audit")
    assert code == 0
    assert "Nothing to audit" in text


def test_audit_of_an_unfinished_build_is_no_success(warehouse: Settings) -> None:
    releases.begin_build(warehouse)
    assert invoke("audit")[0] == 3


def test_an_alert_can_be_shown_with_who_was_notified(blocked: int) -> None:
    invoke("publish")
    code, text = invoke("alerts", "deliver")
    assert (code, text) == (0, "1 message sent, 0 to be tried again, 0 given up\n")
    code, text = invoke("alerts", "show", "1", "--json")
    shown = json.loads(text)
    assert shown["alert"]["kind"] == "publish_blocked"
    assert [
        (event["event"], event["channel"], event["state"]) for event in shown["events"]
    ] == [("opened", "log", "sent")]
    assert "sent" in invoke("alerts", "show", "1")[1]
    assert invoke("alerts", "show", "99")[0] == 2
    assert "taken" in invoke("alerts", "test")[1]
    assert invoke("alerts", "remind")[0] == 0


def test_a_wrong_file_of_routes_is_named(warehouse: Settings) -> None:
    warehouse.alert_routes.parent.mkdir(parents=True, exist_ok=True)
    warehouse.alert_routes.write_text("routes: []", encoding="utf-8")
    result = runner.invoke(app, ["alerts", "test"])
    assert "alerts.yaml: routes: must be a list" in str(result.exception)


def test_a_report_of_nothing_is_wrong_use(
    warehouse: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "get_settings", lambda: warehouse)
    assert invoke("report", "2024-H1", "--bloc", "LAN")[0] == 2
