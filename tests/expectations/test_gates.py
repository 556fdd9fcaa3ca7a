"""The gates with Great Expectations: counting, severity, data docs, holds, releases."""

from pathlib import Path
from typing import ClassVar

import pytest
from psycopg import Connection
from tests.expectations.gx_runs import Rows, built, new_run, run, run_suites
from tests.paths import EXPECTATIONS

from bloc_warehouse.build import releases
from bloc_warehouse.checks import gate, run_report
from bloc_warehouse.checks.gate import audit, cross_check
from bloc_warehouse.checks.model import Expectation, Suite
from bloc_warehouse.checks.suites import load_suites
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.locks import LockHeldError
from bloc_warehouse.settings import Settings

MANY = 250  # more than the 200 rows that Great Expectations gives back


class TestStandardExpectations:
    """Great Expectations' own types, one bad row each."""

    BAD_ROWS: ClassVar = {
        "dim_units-kind": "unit_kind = 'club'",
        "fct_admissions-not-negative": "admitted_total = -1",
        "fct_awards-not-negative": "award_count = -1",
        "fct_discipline-not-negative": "discipline_total = -1",
        "fct_inspections-not-negative": "done = -1",
        "fct_membership-decreases": "dec_total = -1",
        "fct_membership-increases": "inc_total = -1",
        "fct_returns-state": "state = 'lost'",
        "fct_training-not-negative": "attendees = -1",
        "rpt_published_totals-verdict": "verdict = 'maybe'",
    }

    @staticmethod
    def standard() -> dict[str, tuple[Suite, Expectation]]:
        return {
            rule.id: (suite, rule)
            for suite in load_suites(EXPECTATIONS, "audit")
            for rule in suite.expectations
            if rule.type
        }

    def test_every_one_has_a_bad_row(self) -> None:
        assert set(self.BAD_ROWS) == set(self.standard())

    def test_one_bad_row_fails_exactly_one(self, made: Connection) -> None:
        own = {
            rule: suite.model_copy(
                update={
                    "expectations": tuple(
                        rule for rule in suite.expectations if rule.type
                    )
                }
            )
            for rule, (suite, _) in self.standard().items()
        }
        assert (
            self.failed(made, list({rule.name: rule for rule in own.values()}.values()))
            == []
        )
        failed = {}
        for rule, change in self.BAD_ROWS.items():
            suite = own[rule]
            with made.transaction(force_rollback=True):
                made.execute(
                    f"update {suite.table_schema}.{suite.table} set {change}"  # type: ignore[arg-type]
                    " where ctid = '(0,1)'"
                )
                failed[rule] = self.failed(made, [suite])
        assert failed == {rule: [rule] for rule in self.BAD_ROWS}

    @staticmethod
    def failed(connection: Connection, suites: list[Suite]) -> list[str]:
        with connection.transaction(force_rollback=True):
            connection.execute("set local role ingest")
            results = run_suites(connection, new_run(connection, "audit"), suites)
        return [result.rule for result in results if not result.success]


@pytest.fixture
def contradiction(filled: Settings) -> Settings:
    """As ``filled``, save that one unit's two forms contradict each other."""
    run(
        filled,
        "update intermediate.int_admissions_current set admitted_total = 2"
        " where unit_code = 'LAN-002'",
    )
    return filled


def active_holds(settings: Settings) -> Rows:
    return run(
        settings,
        "select unit_code, form, period_code, rule from quality.holds"
        " where released_at is null order by form",
        "ingest",
    )


def test_what_holds_passes_both_gates(filled: Settings) -> None:
    built(filled)
    for outcome in (cross_check(filled), audit(filled)):
        assert (outcome.success, outcome.critical, outcome.warnings) == (True, 0, 0)
        assert outcome.report
        assert Path(outcome.report).is_file()


def test_contradiction_holds_both_forms_and_tells_the_sender(
    contradiction: Settings,
) -> None:
    outcome = cross_check(contradiction)
    assert (outcome.success, outcome.critical, outcome.held) == (False, 1, 2)
    assert active_holds(contradiction) == [
        ("LAN-002", "admissions", "2024-Y", "C1"),
        ("LAN-002", "membership", "2024-Y", "C1"),
    ]
    letters = sorted((contradiction.outbox_dir / "LAN-002").glob("*.html"))
    assert [letter.name for letter in letters] == [
        "follow-up-2024-Y-admissions.html",
        "follow-up-2024-Y-membership.html",
    ]
    assert "Số kết nạp ở biểu BDV là 1, ở biểu BKN là 2" in letters[0].read_text()


def test_a_repeated_run_changes_nothing(contradiction: Settings) -> None:
    def record() -> Rows:
        return run(
            contradiction,
            "select rule, state, first_seen, opened_at, reopened_count"
            " from quality.violations union all"
            " select rule, form, held_at, told_at, hold_id from quality.holds"
            " order by 1, 2",
            "ingest",
        )

    cross_check(contradiction)
    before = record()
    letters = list((contradiction.outbox_dir / "LAN-002").iterdir())
    written = [letter.stat().st_mtime_ns for letter in letters]
    cross_check(contradiction)
    assert record() == before
    assert [letter.stat().st_mtime_ns for letter in letters] == written


def test_hold_ends_by_itself_and_returns_with_the_contradiction(
    contradiction: Settings,
) -> None:
    def correct(admitted: int) -> None:
        run(
            contradiction,
            "update intermediate.int_admissions_current"
            f" set admitted_total = {admitted} where unit_code = 'LAN-002'",
        )
        cross_check(contradiction)

    cross_check(contradiction)
    correct(1)
    assert active_holds(contradiction) == []
    page = contradiction.outbox_dir / "LAN-002" / "follow-up-2024-Y-membership.html"
    assert "SỐ LIỆU ĐÃ ĐƯỢC TỔNG HỢP LẠI" in page.read_text()
    correct(2)
    assert len(active_holds(contradiction)) == 2
    lives = run(
        contradiction,
        "select rule, state, reopened_count from quality.violations",
        "ingest",
    )
    assert lives == [("C1", "open", 1)]


def test_a_closed_periods_figures_are_not_held(contradiction: Settings) -> None:
    with connect("ingest", settings=contradiction) as connection:
        connection.execute(
            "insert into raw.files (sender, path, file_name, sha256, byte_size,"
            " received_at, received_at_source) values ('', '', '', '', 1, now(),"
            " 'folder');"
            "insert into raw.submissions (file_id, form, form_version, sheet,"
            " received_at) values (1, 'membership', 1, '', now());"
            "insert into quality.period_closings (bloc_code, period_code, closed_by)"
            " values ('LAN', '2024-Y', 'ana');"
            "insert into quality.closed_returns values"
            " (1, 'LAN-002', 'membership', '2024-Y', 1)"
        )
    cross_check(contradiction)
    assert active_holds(contradiction) == [("LAN-002", "admissions", "2024-Y", "C1")]


def test_an_audits_finding_over_a_unit_holds_it_until_another_version_counts(
    filled: Settings,
) -> None:
    run(filled, "update marts_candidate.fct_membership_stocks set closing_total = 52")
    built(filled)
    outcome = audit(filled)
    assert (outcome.success, outcome.held, outcome.blocked_blocs) == (
        False,
        1,
        ("LAN",),
    )
    held = [("LAN-001", "membership", "2024-Y", "M1-intervals")]
    assert active_holds(filled) == held
    assert (filled.outbox_dir / "LAN-001").is_dir()
    cross_check(filled)
    assert active_holds(filled) == held
    for table in ("submissions", "membership"):
        run(
            filled,
            f"update intermediate.int_{table}_current set submission_id ="
            " submission_id + 1000 where unit_code = 'LAN-001'"
            " and form = 'membership' and period_code = '2024-Y'",
        )
    cross_check(filled)
    assert active_holds(filled) == []


def test_no_finding_is_lost_above_200(filled: Settings) -> None:
    run(
        filled,
        "insert into marts_candidate.fct_returns (unit_code, bloc_code, form,"
        " period_code, state, is_expected, is_due, owed_by)"
        " select 'LAN-VP' || number, 'LAN', 'inspections', '2024-Y', 'missing', true,"
        f" true, 'bloc_office' from generate_series(1, {MANY}) as number",
    )
    built(filled)
    assert audit(filled).warnings == MANY
    counted = run(
        filled, "select finding_count from quality.results where rule = 'N1'", "ingest"
    )
    assert counted == [(MANY,)]


def test_data_docs_hold_no_password(filled: Settings) -> None:
    outcome = cross_check(filled)
    pages = list(Path(str(outcome.report)).parent.rglob("*.html"))
    assert len(pages) > 1
    assert not [
        page
        for page in pages
        if filled.ingest_password.get_secret_value() in page.read_text("utf-8")
    ]


def test_a_standard_expectation_that_fails_is_a_finding_as_well(
    filled: Settings,
) -> None:
    run(
        filled,
        "update marts_candidate.dim_units set unit_kind = 'club'"
        " where unit_code = 'LAN-001'",
    )
    built(filled)
    outcome = audit(filled)
    assert (outcome.success, outcome.blocked_blocs) == (False, ("*",))
    assert run(
        filled, "select rule, left_value, message_en from quality.findings", "ingest"
    ) == [
        (
            "dim_units-kind",
            1,
            "A unit is a committee, a cell or a bloc's office: 1 rows fail",
        )
    ]


def test_old_data_docs_go_but_not_those_of_a_release(
    filled: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_report, "KEPT_RUNS", 1)
    built(filled)
    audit(filled)
    for _ in range(2):
        cross_check(filled)
    left = sorted(path.name for path in (filled.reports_dir / "audits").iterdir())
    assert left == ["000001-audit", "000003-cross_check"]


def test_an_expectation_that_cannot_be_tried_has_failed(
    filled: Settings,
) -> None:
    suite = load_suites(EXPECTATIONS, "audit")[0]
    lost = Expectation(
        id="lost",
        severity="critical",
        title_vi="-",
        title_en="a column that is not there",
        message_vi="",
        message_en="",
        remedy_vi="-",
        remedy_en="-",
        audience=("operator",),
        type="expect_column_values_to_not_be_null",
        kwargs={"column": "nowhere"},
    )
    with connect("ingest", settings=filled) as connection:
        run_id = new_run(connection, "audit")
        suite = suite.model_copy(update={"expectations": (lost,)})
        (result,) = run_suites(connection, run_id, [suite])
    assert not result.success
    assert "nowhere" in str(result.exception)


def test_audit_needs_a_whole_build(filled: Settings) -> None:
    assert audit(filled).run_id is None
    releases.begin_build(filled)
    with pytest.raises(releases.UnfinishedBuildError):
        audit(filled)


def test_nobody_publishes_what_an_audit_looks_at(
    filled: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would look at an older release, and find all that is wrong mended."""
    built(filled)
    refused = []

    def look(*_: object) -> gate.AuditOutcome:
        with connect("transform", settings=filled) as other:
            other.execute("set local lock_timeout = '100ms'")
            try:
                releases.lock(other)
            except LockHeldError as error:
                refused.append(error)
                other.rollback()
        return gate.AuditOutcome(1, "audit", True, 0, 0, 0, (), 0, 0, 0, None)

    monkeypatch.setattr(gate, "_run", look)
    audit(filled)
    assert len(refused) == 1
    with connect("transform", settings=filled) as other:
        other.execute("set local lock_timeout = '100ms'")
        releases.lock(other)  # free again
