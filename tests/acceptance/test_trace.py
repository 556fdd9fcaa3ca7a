"""From a figure and from a total back to the file, the cell and its own text."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bloc_warehouse.cli.app import app
from bloc_warehouse.cli.returns import trace as trace_command
from bloc_warehouse.cli.totals import history as history_command
from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.name_lookup import UnknownNameError
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.history.facts import facts
from bloc_warehouse.history.totals import resolve
from bloc_warehouse.history.trace import Request, Trace, trace
from bloc_warehouse.history.trace_total import trace_total
from bloc_warehouse.settings import Settings


def row_of(settings: Settings, query: str) -> tuple[Any, ...]:
    with connect("ingest", settings=settings) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return tuple(row)


def traced(settings: Settings, unit: str, period: str, measure: str) -> Trace:
    return trace(settings, Request("fct_membership", unit, period, measure, {}))


def test_a_stock_leads_to_one_cell_that_says_the_same(published: Settings) -> None:
    unit, value = row_of(
        published,
        "select reporting_unit_code, closing_total from marts.fct_membership_stocks"
        " where bloc_code = 'LAN' and period_code = '2024-H1' order by 1",
    )
    found = traced(published, unit.lower(), "2024-h1", "Closing_Total")
    [part] = found.parts
    [cell] = part.cells
    assert (found.value, part.value, cell.loaded) == (value, value, value)
    assert (cell.text or "").replace(".", "") == str(value)
    assert cell.address == f"{cell.letter}{cell.row}"
    assert cell.label_vi == "Đảng viên cuối kỳ: Tổng số"
    assert (len(part.sha256), part.versions[-1].reported_to) == (64, None)
    assert found.adds_up


def test_a_flow_is_the_difference_of_two_returns(published: Settings) -> None:
    unit, period, value = row_of(
        published,
        "select reporting_unit_code, period_code, inc_total from marts.fct_membership"
        " where _previous_submission_id is not null and inc_total > 0"
        " and period_type = 'Y' order by bloc_code, reporting_unit_code",
    )
    found = traced(published, unit, period, "inc_total")
    assert [part.sign for part in found.parts] == [1, -1]
    assert sum(part.sign * (part.value or 0) for part in found.parts) == value
    assert found.adds_up


@pytest.mark.parametrize(
    ("fact", "found_in", "measure"),
    [
        ("fct_petitions", "fct_petition_stocks", "pending"),
        ("fct_inspections", "fct_inspection_targets", "planned"),
        ("fct_admission_plans", "fct_admission_plans", "planned_admissions"),
        (
            "fct_admission_term_plans",
            "fct_admission_term_plans",
            "planned_admissions",
        ),
    ],
)
def test_what_stands_in_a_table_of_its_own_leads_to_its_cell(
    published: Settings, fact: str, found_in: str, measure: str
) -> None:
    """Asked of either of the form's facts, by all of the breakdown."""
    keys = facts(load_registry())[found_in].keys
    *breakdown, unit_code, period, value = row_of(
        published,
        f"select {''.join(f'{key}::text, ' for key in keys)} reporting_unit_code,"
        f" period_code, {measure} from marts.{found_in}"
        f" where {measure} > 0 and _sheet_row is not null order by 1, 2, 3",
    )
    given = dict(zip(keys, breakdown, strict=True))
    found = trace(published, Request(fact, unit_code, period, measure, given))
    [cell] = found.parts[0].cells
    assert (found.fact, found.value, cell.loaded) == (found_in, value, value)
    assert found.adds_up


def test_what_is_withheld_from_readers_leads_the_office_to_its_cell(
    published: Settings,
) -> None:
    """A small count, of which readers get no row, and one of a part of a year."""
    for condition in (
        "reprimand_year_to_date between 1 and 2",
        "reprimand_year_to_date > 2 and interval_end < make_date(period_year, 12, 31)",
    ):
        unit, period, body, value = row_of(
            published,
            "select unit_code, period_code, body, reprimand_year_to_date"
            " from intermediate.int_discipline_confidential where subject = 'member'"
            f" and {condition} order by bloc_code, unit_code, period_code",
        )
        keys = {"subject": "member", "body": body}
        found = trace(
            published, Request("fct_discipline", unit, period, "reprimand", keys)
        )
        assert [(part.sign, part.value) for part in found.parts] == [(1, value)]
        assert found.parts[0].cells[0].loaded == value
        assert (found.value, found.is_withheld, found.adds_up) == (None, True, True)


@pytest.mark.parametrize(
    ("bloc", "period", "indicators"),
    [
        ("LAN", "2024-H1", ("member_count", "unit_count_dbcs", "members_admitted")),
        ("DLK", "2019-Y", ("inspection_turns", "members_rated", "people_trained")),
    ],
)
def test_a_total_is_the_sum_of_the_cells_that_it_lists(
    bloc: str, period: str, indicators: tuple[str, ...], published: Settings
) -> None:
    question = resolve(published, bloc, period)
    for indicator in indicators:
        total = trace_total(published, question, indicator)
        assert total.adds_up, indicator
        assert len(total.missing) == total.units_expected - total.units_reported
        assert any(addend.cell for addend in total.addends)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (Request("fct_membreship", "LAN-001", "2024-H1", "x", {}), "fct_membership"),
        (
            Request("fct_membership", "LAN-01", "2024-H1", "closing_total", {}),
            "LAN-0.1",
        ),
        (
            Request("fct_membership", "LAN-001", "2024-H3", "closing_total", {}),
            "2024-H1",
        ),
        (Request("fct_membership", "LAN-001", "2024-H1", "closing_totl", {}), "_total"),
        (Request("fct_membership", "LAN-001", "2012-Q1", "sub_cells", {}), "no row of"),
        (
            Request("fct_membership_stocks", "LAN-001", "2024-H1", "inc_totl", {}),
            "inc_total",
        ),
        (
            Request("fct_ratings", "LAN-001", "2024-H1", "good", {"subjct": "unit"}),
            "subject",
        ),
    ],
)
def test_what_is_not_there_is_named_with_what_is_near(
    question: Request, said: str, published: Settings
) -> None:
    with pytest.raises(UnknownNameError, match=said):
        trace(published, question)


@pytest.fixture
def archived(published: Settings) -> Iterator[tuple[str, Path]]:
    """A unit and its archived file, put back after the test."""
    unit, path = row_of(
        published,
        "select unit_code, archive_path from raw.submissions"
        " inner join raw.files using (file_id) where period_code = '2024-H1'"
        " and form = 'membership' and submissions.state = 'accepted' order by 1",
    )
    file = Path(str(published.archive_dir)) / path
    kept = file.read_bytes()
    yield unit, file
    file.write_bytes(kept)


def test_archived_bytes_that_are_gone_or_damaged_are_said(
    published: Settings, archived: tuple[str, Path]
) -> None:
    unit, file = archived
    file.chmod(0o644)
    file.write_bytes(b"PK something else")
    damaged = traced(published, unit, "2024-H1", "closing_total").parts[0].cells[0]
    file.unlink()
    gone = traced(published, unit, "2024-H1", "closing_total").parts[0].cells[0]
    assert "damaged" in (damaged.obstacle or "")
    assert "gone" in (gone.obstacle or "")
    assert damaged.loaded == gone.loaded


@pytest.fixture
def shown(published: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings, as those that the commands find."""
    for module in (trace_command, history_command):
        monkeypatch.setattr(module, "get_settings", lambda: published)
    monkeypatch.setenv("COLUMNS", "160")
    return published


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_the_commands_print_the_way_and_end_as_promised(shown: Settings) -> None:
    (unit,) = row_of(
        shown,
        "select min(reporting_unit_code) from marts.fct_membership"
        " where bloc_code = 'LAN' and period_code = '2024-H1'",
    )
    figure = ("fct_membership", "--unit", unit, "--period", "2024-H1")
    result = run("trace", *figure, "--measure", "closing_total")
    assert result.exit_code == 0
    assert "cell" in result.stdout
    assert "sha256" in result.stdout
    as_json = json.loads(
        run("trace", *figure, "--measure", "closing_total", "--json").stdout
    )
    assert as_json["adds_up"] is True
    assert run("trace", *figure, "--measure", "closing").exit_code == 2
    assert run("trace", *figure).exit_code == 2
    total = ("--bloc", "LAN", "--period", "2024-H1")
    result = run("trace", "rpt_bloc_totals", *total, "--indicator", "member_count")
    assert "80 of 80 units reported" in result.stdout
    result = run("totals", *total)
    assert (result.exit_code, "4.851" in result.stdout) == (0, True)
    assert run("totals", "--bloc", "LAM", "--period", "2024-H1").exit_code == 2
    seen = run("totals", *total, "--seen-on", "2001-01-01")
    assert seen.exit_code == 1
    assert "No totals of LAN, 2024-H1, as readers saw them on" in seen.stdout
    assert "No unit had reported" not in seen.stdout
    before_all = run("totals", *total, "--as-of", "2001-01-01")
    assert before_all.exit_code == 1
    of = "No totals of LAN, 2024-H1, from what had been received by"
    assert of in before_all.stdout
    assert run("releases", "--json").exit_code == 0


def test_an_empty_moment_is_wrong_use(shown: Settings) -> None:
    total = ("--bloc", "LAN", "--period", "2024-H1")
    assert run("totals", *total, "--as-of", "").exit_code == 2
    assert run("totals", *total, "--seen-on", "").exit_code == 2
    assert run("releases", "--on", "").exit_code == 2
