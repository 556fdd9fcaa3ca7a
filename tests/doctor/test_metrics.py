"""What Prometheus is told, and that rules, dashboard and page speak of nothing else."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from tests.paths import ROOT
from tests.session.serving import serve
from typer.testing import CliRunner

from bloc_warehouse.alerts.alerts import refresh
from bloc_warehouse.alerts.failures import report_failure
from bloc_warehouse.cli.app import app
from bloc_warehouse.database.connection import connect
from bloc_warehouse.doctor.health import health_server
from bloc_warehouse.doctor.metrics import ASKED, DISK, SCRAPE, UP, metrics_text
from bloc_warehouse.settings import Settings

MONITORING = ROOT / "deploy" / "monitoring"
PAGE = ROOT / "docs" / "operating" / "monitoring.md"
OURS = {asked.name for asked in ASKED} | {UP[0], SCRAPE[0], DISK[0]}
AIRFLOWS = {"airflow_scheduler_heartbeat_total"}

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def told(settings: Settings) -> Samples:
    """Read what is told as Prometheus does."""
    text = metrics_text(settings).decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(samples: Samples, name: str, **labels: str) -> float:
    return samples[name, frozenset(labels.items())]


@pytest.fixture
def worked(warehouse: Settings) -> Settings:
    """A warehouse with something of everything, as runs leave it in the record."""
    with connect("ingest", settings=warehouse) as connection:
        connection.execute(
            "insert into raw.files (sender, path, file_name, byte_size, received_at,"
            " received_at_source, registered_at, state, answered_at)"
            " select 'LAN-001', number::text, 'a.xlsx', 1, now(), 'found',"
            " now() - make_interval(hours => 10), state, answered"
            " from (values (1, 'accepted', now() - interval '9 hours'),"
            " (2, 'accepted', now() - interval '9 hours'), (3, 'rejected', now()),"
            " (4, 'pending', null)) as files (number, state, answered)"
        )
        connection.execute(
            "insert into quality.releases (state, build_started_at, built_at,"
            " published_at, is_full) values ('live', now() - interval '8 hours',"
            " now() - interval '7 hours', now() - interval '6 hours', true)"
        )
        connection.execute(
            "insert into quality.runs (stage, finished_at) values ('audit', now())"
        )
        connection.execute(
            "insert into quality.violations (stage, rule, severity, bloc_code,"
            " message_vi, message_en, state, first_seen, opened_at, last_seen,"
            " last_run_id) select 'audit', 'H1', 'critical', 'LAN', 'sai', 'wrong',"
            " 'open', now(), now(), now(), run_id from quality.runs"
        )
    report_failure(warehouse, "build_warehouse", "build_marts", "r1", OSError("gone"))
    refresh(warehouse)
    return warehouse


def test_what_is_in_the_record_is_told(worked: Settings) -> None:
    samples = told(worked)
    assert of(samples, "bloc_warehouse_up") == 1
    states = {
        dict(labels)["state"]: value
        for (name, labels), value in samples.items()
        if name == "bloc_files"
    }
    assert states == {"accepted": 2, "rejected": 1, "pending": 1}
    for quantile in ("0.5", "0.95", "1.0"):
        lag = of(samples, "bloc_publication_lag_seconds", quantile=quantile)
        assert lag == pytest.approx(4 * 3600, abs=5)
    assert of(samples, "bloc_waiting_items", item="pending") == 1
    assert of(samples, "bloc_release_number") == 1
    assert of(samples, "bloc_build_duration_seconds", kind="full") == 3600
    assert of(samples, "bloc_findings_open", stage="audit", severity="critical") == 1
    assert (
        of(
            samples,
            "bloc_failures_open",
            pipeline="build_warehouse",
            step="build_marts",
        )
        == 1
    )
    assert (
        of(samples, "bloc_alerts_open", kind="pipeline_failed", severity="critical")
        == 1
    )
    steps = {
        dict(labels)["step"]
        for name, labels in samples
        if name == "bloc_step_last_timestamp_seconds"
    }
    assert steps == {"register", "audit", "build", "publish"}


def test_a_model_s_time_is_told_by_kind_since_the_last_full_build(
    warehouse: Settings,
) -> None:
    with connect("transform", settings=warehouse) as connection:
        connection.execute(
            "insert into quality.model_seconds (model, is_full, release_id, seconds)"
            " values ('gone', true, 1, 9), ('fct_returns', false, 2, 8),"
            " ('dim_units', true, 3, 2.5), ('fct_membership', true, 3, 4),"
            " ('fct_membership', false, 4, 0.25)"
        )
    assert {
        (dict(labels)["kind"], dict(labels)["model"]): value
        for (name, labels), value in told(warehouse).items()
        if name == "bloc_model_duration_seconds"
    } == {
        ("full", "dim_units"): 2.5,
        ("full", "fct_membership"): 4,
        ("incremental", "fct_membership"): 0.25,
    }


def test_a_file_is_of_its_sender_s_bloc(warehouse: Settings) -> None:
    with connect("owner", settings=warehouse) as connection:
        connection.execute(
            "insert into reference.ref_unit_spans (unit_code, bloc_code, unit_name,"
            " valid_from) values ('LAN-001', 'LAN', 'x', '2010-01-01')"
        )
        connection.execute(
            "insert into raw.files (sender, path, file_name, byte_size, received_at,"
            " received_at_source) values ('LAN-001', 'a', 'a', 1, now(), 'found')"
        )
    assert of(told(warehouse), "bloc_files", bloc="LAN", state="pending") == 1


def test_a_warehouse_that_is_down_is_a_number_and_no_error(
    warehouse: Settings,
) -> None:
    samples = told(warehouse.with_changes(ingest_password="other"))
    assert of(samples, "bloc_warehouse_up") == 0
    assert {name for name, _ in samples} == {UP[0], SCRAPE[0], DISK[0]}


def test_units_files_and_passwords_are_in_no_label(worked: Settings) -> None:
    text = metrics_text(worked).decode()
    assert "LAN-001" not in text
    assert ".xlsx" not in text
    assert "gone" not in text
    assert worked.ingest_password.get_secret_value() not in text


@pytest.fixture
def address(worked: Settings) -> Iterator[str]:
    """Where Prometheus asks."""
    with health_server(worked, "127.0.0.1", 0) as server:
        serve(server)
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_prometheus_asks_the_server_that_answers_for_health(address: str) -> None:
    with urlopen(f"{address}/metrics") as answer:  # noqa: S310  our own server
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        assert b"bloc_warehouse_up 1.0" in answer.read()


def test_the_command_prints_them(
    worked: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "bloc_warehouse.cli.operations.doctor.get_settings", lambda: worked
    )
    said = CliRunner().invoke(app, ["metrics"])
    assert said.exit_code == 0
    assert "# TYPE bloc_files gauge" in said.stdout


def test_the_page_says_of_each_metric_what_the_endpoint_says() -> None:
    table = {
        match[1]: (tuple(re.findall(r"`(\w+)`", match[2])), match[3])
        for match in re.finditer(
            r"^\| `(bloc_\w+)` \| (.*?) ?\| (.*) \|$", PAGE.read_text("utf-8"), re.M
        )
    }
    assert table == {
        **{asked.name: (asked.labels, asked.says) for asked in ASKED},
        **{name: ((), says) for name, says in (UP, SCRAPE, DISK)},
    }


def test_names_end_in_their_units() -> None:
    for asked in ASKED:
        if "timestamp" in asked.name or "duration" in asked.name:
            assert asked.name.endswith("_seconds")
        assert not asked.name.endswith(("_total", "_count", "_sum", "_bucket"))


def _names(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:bloc|airflow)_\w+", expression))


def _dashboard() -> Any:  # noqa: ANN401 - JSON
    text = (MONITORING / "grafana_dashboard.json").read_text("utf-8")
    return json.loads(text)


def test_rules_and_dashboard_ask_for_what_there_is() -> None:
    rules = yaml.safe_load((MONITORING / "alert_rules.yaml").read_text("utf-8"))
    asked = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    asked += [
        target["expr"]
        for panel in _dashboard()["panels"]
        for target in panel["targets"]
    ]
    names = set().union(*map(_names, asked))
    assert names <= OURS | AIRFLOWS
    labels = {asked.name: set(asked.labels) for asked in ASKED}
    for expression in asked:
        for name, selector in re.findall(r"(bloc_\w+)\{([^}]*)\}", expression):
            assert set(re.findall(r"(\w+)=~?\"", selector)) <= labels[name]


def test_each_panel_has_a_title_words_a_unit_and_a_place_of_its_own() -> None:
    panels = _dashboard()["panels"]
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        assert panel["title"]
        assert panel["description"]
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        taken |= cells
    assert max(x for x, _ in taken) == 23
