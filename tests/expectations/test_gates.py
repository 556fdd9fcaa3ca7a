"""The gates with Great Expectations: counting, severity, data docs, holds, releases."""

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from tests.expectations.conftest import fill_lists, fill_tables, make_tables
from tests.expectations.marts import fill_marts, make_marts
from tests.paths import EXPECTATIONS

from bloc_warehouse.build import releases
from bloc_warehouse.checks import data_docs
from bloc_warehouse.checks.gate import audit, cross_check
from bloc_warehouse.checks.model import Expectation, Suite
from bloc_warehouse.checks.suites import load_suites
from bloc_warehouse.checks.validate import validate
from bloc_warehouse.database.connection import Role, connect, sqlalchemy_url
from bloc_warehouse.settings import Settings

MANY = 250  # more than the 200 rows that Great Expectations gives back

Rows = list[tuple[object, ...]]


def run(settings: Settings, statement: str, role: Role = "transform") -> Rows:
    """Run one statement in a transaction of its own; return its rows."""
    with connect(role, settings=settings) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def filled(warehouse: Settings) -> Settings:
    """A warehouse of the test's own in which every expectation holds."""
    with connect("ingest", settings=warehouse) as connection:
        fill_lists(connection)
    with connect("transform", settings=warehouse) as connection:
        make_tables(connection)
        fill_tables(connection)
        make_marts(connection)
        fill_marts(connection)
    return warehouse


def built(settings: Settings) -> int:
    """Record a whole build, as dbt's wrapper does."""
    release_id = releases.begin_build(settings)
    releases.finish_build(settings, release_id)
    return release_id


class TestStandardExpectations:
    """Great Expectations' own types, one bad row each."""

    BAD_ROWS: ClassVar = {
        "dim_units-kind": "dim_units set unit_kind = 'club'",
        "rpt_published_totals-verdict": "rpt_published_totals set verdict = 'maybe'",
    }

    @staticmethod
    def standard() -> dict[str, tuple[Suite, Expectation]]:
        return {
            one.id: (suite, one)
            for suite in load_suites(EXPECTATIONS, "audit")
            for one in suite.expectations
            if one.type
        }

    def test_every_one_has_a_bad_row(self) -> None:
        assert set(self.BAD_ROWS) == set(self.standard())

    def test_one_bad_row_fails_exactly_one(self, filled: Settings) -> None:
        suites = {suite.name: suite for suite, _ in self.standard().values()}
        own = {
            name: replace(
                suite,
                expectations=tuple(one for one in suite.expectations if one.type),
            )
            for name, suite in suites.items()
        }
        assert self.failed(filled, list(own.values())) == []
        failed = {}
        for rule, change in self.BAD_ROWS.items():
            table = change.partition(" ")[0]
            run(filled, f"update marts_candidate.{change} where ctid = '(0,1)'")
            failed[rule] = self.failed(filled, [own[table]])
            with connect("transform", settings=filled) as connection:
                connection.execute(f"truncate marts_candidate.{table}")
                fill_marts(connection)
        assert failed == {rule: [rule] for rule in self.BAD_ROWS}

    @staticmethod
    def failed(settings: Settings, suites: list[Suite]) -> list[str]:
        address = sqlalchemy_url("ingest", settings)
        results = validate(suites, 0, address=address, docs=None)
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
    run(filled, "update marts_candidate.fct_membership set closing_total = 52")
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
    monkeypatch.setattr(data_docs, "KEPT_RUNS", 1)
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
        title_vi="",
        title_en="a column that is not there",
        message_vi="",
        message_en="",
        cure_vi="",
        cure_en="",
        type="expect_column_values_to_not_be_null",
        kwargs={"column": "nowhere"},
    )
    (result,) = validate(
        [replace(suite, expectations=(lost,))],
        0,
        address=sqlalchemy_url("ingest", filled),
        docs=None,
    )
    assert not result.success
    assert "nowhere" in str(result.exception)


def test_audit_needs_a_whole_build(filled: Settings) -> None:
    assert audit(filled).run_id is None
    releases.begin_build(filled)
    with pytest.raises(releases.UnfinishedBuildError):
        audit(filled)
