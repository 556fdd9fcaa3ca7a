"""``bloc rules`` and ``bloc violations`` on a small made warehouse."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result
from tests.conftest import copied, copied_for_many, database_of
from tests.expectations.conftest import fill_lists, fill_tables, make_tables
from tests.expectations.marts import fill_marts, make_marts
from typer.testing import CliRunner

from bloc_warehouse.checks.rules import record_findings
from bloc_warehouse.checks.suites import load_suites
from bloc_warehouse.checks.violations import merge_violations
from bloc_warehouse.cli.app import app
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import Settings


class Office:
    """A warehouse in which rules are run, and the commands of its office."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def bloc(self, *words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    def asked(self, *words: str, code: int = 0) -> Any:  # noqa: ANN401
        result = self.bloc(*words, "--json")
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    def change(self, statement: str, *values: object) -> None:
        with connect("owner", settings=self.settings) as connection:
            connection.execute(statement, values)  # type: ignore[arg-type]

    def run(self) -> None:
        """Run the cross-check's rules, without Great Expectations."""
        folder = self.settings.project_dir / "expectations"
        with connect("ingest", settings=self.settings) as connection:
            (run_id,) = connection.execute(
                "insert into quality.runs (stage) values ('cross_check')"
                " returning run_id"
            ).fetchone() or (0,)
            for suite in load_suites(folder, "cross_check"):
                for rule in suite.active:
                    record_findings(connection, run_id, rule)
            merge_violations(connection, self.settings.zone, run_id, "cross_check")

    def only(self, *words: str) -> dict[str, Any]:
        (line,) = self.asked("violations", "list", *words)
        return dict(line)

    def steps(self, name: str) -> list[str]:
        story = self.asked("violations", "show", name)
        return [event["event"] for event in story["events"]]


@pytest.fixture
def office(
    server: embedded.Server,
    made: Settings,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Office]:
    """Each test's own, copied from the one that was made."""
    with copied(server, database_of(made), settings) as own:
        for module in ("checks.rules", "checks.violations", "returns.submissions"):
            monkeypatch.setattr(
                f"bloc_warehouse.cli.{module}.get_settings", lambda: own
            )
        yield Office(own)


@pytest.fixture(scope="module")
def made(
    server: embedded.Server,
    warehouse_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Settings]:
    """A warehouse with the small made state."""
    with copied_for_many(server, warehouse_template, tmp_path_factory) as own:
        _fill(own)
        yield own


def _fill(warehouse: Settings) -> None:
    with connect("ingest", settings=warehouse) as connection:
        fill_lists(connection)
        connection.execute("insert into reference.ref_blocs (bloc_code) values ('DLK')")
    with connect("transform", settings=warehouse) as connection:
        make_tables(connection)
        fill_tables(connection)
        make_marts(connection)
        fill_marts(connection)
    with connect("ingest", settings=warehouse) as connection:
        connection.execute(
            "insert into raw.files (sender, path, file_name, sha256, byte_size,"
            " received_at, received_at_source, state, answered_at) values"
            " ('a', 'a', 'a', 'a', 1, now(), 'folder', 'accepted', now())"
        )
        connection.execute(
            "insert into raw.submissions (submission_id, file_id, form, form_version,"
            " sheet, received_at) overriding system value select number, 1, 'ratings',"
            " 1, 'BXL', now() from generate_series(900501, 900504) as number"
        )


def rate(office: Office, members: int, submission: int | None = None) -> None:
    """Write how many members LAN-002 rates; 11 is right (rule C3, a warning)."""
    office.change(
        "update intermediate.int_ratings_current set total_subject = %s,"
        " submission_id = coalesce(%s, submission_id)",
        members,
        submission,
    )
    office.change(
        "update intermediate.int_submissions_current set"
        " submission_id = coalesce(%s, submission_id) where form = 'ratings'",
        submission,
    )


def test_rules_are_listed_with_what_is_open(office: Office) -> None:
    rate(office, 12)
    office.run()
    lines = {line["rule"]: line for line in office.asked("rules", "list")}
    assert lines["M1"]["stage"] == "intake"
    assert lines["C3"]["open_violations"] == 1
    assert lines["C3"]["severity"] == "warning"
    assert {line["is_on"] for line in lines.values()} <= {True, False}
    assert "C3" in office.bloc("rules", "list", "--stage", "cross_check").stdout


def test_a_rule_is_shown_in_full_with_when_it_fired(office: Office) -> None:
    rate(office, 12)
    office.run()
    story = office.asked("rules", "show", "c3")
    assert story["declared"]["missing"] == "fail"
    assert "ratings.total_subject" in story["declared"]["sql"]
    assert story["history"][0]["opened"] == 1
    page = office.bloc("rules", "show", "C3").stdout
    assert "Số đảng viên ở biểu BXL" in page
    assert "The members to be rated" in page
    assert office.asked("rules", "show", "M1")["stage"] == "intake"
    assert office.bloc("rules", "show", "Z9").exit_code == 2


def test_a_rule_is_tried_on_a_past_period_without_writing(office: Office) -> None:
    office.change(
        "update intermediate.int_membership_current set closing_total = 12"
        " where unit_code = 'LAN-002' and period_code = '2024-Y'"
    )
    trial = office.asked("rules", "test", "P5", "--period", "2024-Y")
    assert trial["findings"] == []
    trial = office.asked(
        "rules", "test", "P5", "--period", "2024-Y", "--tolerance", "0.1", code=1
    )
    (finding,) = trial["findings"]
    assert (finding["unit_code"], finding["left_value"]) == ("LAN-002", "12")
    assert "lệch trên 10 %" in finding["message_vi"]
    assert (
        office.asked(
            *("rules", "test", "P5", "--period", "2024-Y", "--tolerance", "0.1"),
            *("--bloc", "DLK"),
        )["findings"]
        == []
    )
    assert office.asked("violations", "list", "--state", "open") == []


def test_a_rule_that_is_off_or_only_in_a_file_is_tried_too(
    office: Office, tmp_path: Path
) -> None:
    rule = {
        "id": "MINE",
        "severity": "info",
        "title_vi": "Thử",
        "title_en": "Mine",
        "message_vi": "{unit} có {left}",
        "message_en": "{unit} has {left}",
        "remedy_vi": "Xem",
        "remedy_en": "Look",
        "audience": ["bloc"],
        "enabled": False,
        "compare": "<=",
        "tolerance": 0,
        "missing": "skip",
    }
    query = tmp_path / "mine" / "MINE.sql"
    query.parent.mkdir()
    query.write_text(
        "select bloc_code, unit_code, period_code, closing_total as left_value,"
        " 40 as right_value from intermediate.int_membership_current"
    )
    suite = {
        "suite": "mine",
        "table": "intermediate.int_membership_current",
        "title_vi": "Thử",
        "title_en": "Mine",
        "expectations": [rule],
    }
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(suite), encoding="utf-8")
    words = ("rules", "test", "MINE", "--period", "2024-Y", "--file", str(path))
    trial = office.asked(*words, code=1)
    assert (trial["is_on"], len(trial["findings"])) == (False, 1)
    assert trial["findings"][0]["message_en"] == "LAN-001 has 51"
    query.write_text("select nonsense from nowhere")
    assert office.bloc(*words).exit_code == 2
    path.write_text("- no suite", encoding="utf-8")
    result = office.bloc(*words)
    assert (result.exit_code, "mine.yaml: wants exactly" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    "words",
    [
        ("P5", "--period", "2024"),
        ("Z9", "--period", "2024-Y"),
        ("C1", "--period", "2024-Y", "--tolerance", "-1"),
        ("dim_units-kind", "--period", "2024-Y"),
        ("N1", "--period", "2024-Y", "--tolerance", "1"),
    ],
)
def test_what_cannot_be_tried_is_wrong_use(
    office: Office, words: tuple[str, ...]
) -> None:
    assert office.bloc("rules", "test", *words).exit_code == 2


def test_life_of_a_violation(office: Office) -> None:
    rate(office, 12, 900501)
    office.run()
    line = office.only("--rule", "C3")
    assert (line["state"], line["left_value"], line["right_value"]) == (
        "open",
        "12",
        "11",
    )
    assert "S-900501" in line["submissions"]
    assert len(line["submissions"]) == 2
    name = line["violation"]
    office.asked("explain", name, "--reason", "Một người chuyển đến", "--by", "Lan")
    line = office.only("--rule", "C3")
    assert (line["state"], line["explained_by"]) == ("explained", "Lan")
    office.run()  # ten runs later it is still explained
    assert office.only("--rule", "C3")["state"] == "explained"
    rate(office, 13, 900502)  # other figures, another version: it says nothing of them
    office.run()
    line = office.only("--rule", "C3")
    assert (line["state"], line["left_value"]) == ("open", "13")
    assert line["explanation_lapsed_at"]
    assert "lapsed" in office.bloc("violations", "show", name).stdout
    rate(office, 11, 900503)
    office.run()
    line = office.only("--state", "resolved")
    assert line["resolving_submission"] == "S-900503"
    assert line["hours_to_resolve"] is not None
    rate(office, 12, 900504)
    office.run()
    line = office.only("--rule", "C3")
    assert (line["violation"], line["reopened_count"]) == (name, 1)
    assert office.steps(name) == [
        "opened", "explained", "changed", "lapsed", "resolved", "reopened",
    ]  # fmt: skip


def test_a_resubmission_of_the_same_figures_needs_a_new_explanation(
    office: Office,
) -> None:
    rate(office, 12, 900501)
    office.run()
    name = office.only("--rule", "C3")["violation"]
    office.asked("explain", name, "--reason", "vì thế")
    rate(office, 12, 900502)
    office.run()
    assert office.only("--rule", "C3")["state"] == "open"


def test_what_blocks_is_not_explained_away(office: Office) -> None:
    office.change(
        "update intermediate.int_admissions_current set admitted_total = 2"
        " where unit_code = 'LAN-002'"
    )
    office.run()
    name = office.only("--rule", "C1")["violation"]
    result = office.bloc("explain", name, "--reason", "vì thế")
    assert result.exit_code == 2
    assert "critical" in result.stderr


def test_an_accepted_difference_is_accepted_until_its_day(office: Office) -> None:
    rate(office, 12)
    office.run()
    line = office.only("--rule", "C3")
    office.change(
        "insert into reference.ref_accepted_differences values (%s, %s, %s, %s, %s, '',"
        " 12, 11, 'Hai người nghỉ hưu', 'Lan', %s)",
        *(line["rule"], line["bloc_code"], line["unit_code"], line["form"]),
        *(line["period_code"], date(2100, 1, 1)),
    )
    office.run()
    line = office.only("--rule", "C3")
    assert (line["state"], line["accepted_until"]) == ("accepted", "2100-01-01")
    office.change(
        "update reference.ref_accepted_differences set valid_until = '2020-1-1'"
    )
    office.run()
    assert office.only("--rule", "C3")["state"] == "open"
    assert office.steps(line["violation"]) == ["opened", "accepted", "acceptance_ended"]
    office.change(
        "update reference.ref_accepted_differences set valid_until = '2100-1-1',"
        " left_value = 13"
    )
    office.run()
    assert office.only("--rule", "C3")["state"] == "open"


@pytest.mark.parametrize("words", [("show", "V-99"), ("list", "--state", "lost")])
def test_violations_that_are_not_there_are_wrong_use(
    office: Office, words: tuple[str, ...]
) -> None:
    assert office.bloc("violations", *words).exit_code == 2


def test_what_must_be_done_first_is_listed_and_the_rest_is_counted(
    office: Office,
) -> None:
    with connect("ingest", settings=office.settings) as connection:
        connection.execute(
            "insert into quality.runs (stage) values ('cross_check');"
            "insert into quality.violations (last_run_id, stage, state, rule, severity,"
            " unit_code, period_code, subject, message_vi, message_en, first_seen,"
            " opened_at, last_seen) select max(run_id), 'cross_check', 'open',"
            " case when number % 60 = 1 then 'P1' when number % 2 = 1 then 'C3'"
            " else 'O-peers' end,"
            " case when number % 60 = 1 then 'critical' when number % 2 = 1"
            " then 'warning' else 'info' end, 'LAN-002', '2024-Y', number::text, 'vi',"
            " 'en', now() - make_interval(mins => number), now(), now()"
            " from generate_series(1, 120) as number cross join quality.runs"
            " group by number"
        )
    text = office.bloc("violations", "list").output
    assert text.index("critical") < text.index("warning")
    assert text.count("O-peers") == 1
    assert "Not shown: 100" in text
    assert "O-peers ×60" in text
    assert len(office.bloc("violations", "list", "--all").output.split("O-peers")) == 61
    assert (
        office.bloc("violations", "list", "--rule", "O-peers").output.count("O-peers")
        > 20
    )
