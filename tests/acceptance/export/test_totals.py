"""An export of every bloc's period adds up to the totals that the bloc published."""

import csv
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.periods import CUMULATIVE
from bloc_warehouse.export.period.bloc_period import read_bloc_period
from bloc_warehouse.export.period.content import Absence, BlocPeriod, Figure
from bloc_warehouse.export.period.file import export_bloc_period
from bloc_warehouse.settings import Settings

# indicator → the form's table, its measure, and the breakdown it is of
_SUMMED = {
    "member_count": ("membership", "closing_total", None),
    "members_admitted": ("admissions", "admitted_total", None),
    "members_rated": ("ratings", "rated_total", "member"),
    "awards_given": ("awards", "award_count", None),
    "people_trained": ("training", "attendees", None),
    "inspection_turns": ("inspections", "done", None),
}


def summed(content: BlocPeriod, indicator: str) -> Figure:
    table, measure, breakdown = _SUMMED[indicator]
    figures = [
        form.total(line)
        for form in content.forms
        for line in form.lines
        if (line.table, line.measure) == (table, measure)
        and breakdown in (None, *line.breakdown)
    ]
    return sum(one for one in figures if isinstance(one, int))


@pytest.fixture(scope="module")
def contents(published: Settings) -> list[BlocPeriod]:
    """Every period of which a bloc has totals of units that owe returns."""
    with connect("ingest", settings=published) as connection:
        periods = connection.execute(
            "select bloc_code, period_code from marts.rpt_bloc_totals"
            " where period_type = any(%s) group by 1, 2 having max(units_reported) > 0"
            " order by 1, 2",
            [list(CUMULATIVE)],
        ).fetchall()
    return [read_bloc_period(published, bloc, period) for bloc, period in periods]


def test_the_forms_by_unit_add_up_to_the_totals(contents: list[BlocPeriod]) -> None:
    compared = [
        (
            (content.bloc_code, content.period.code, total.indicator),
            total.figure,
            summed(content, total.indicator),
        )
        for content in contents
        for total in content.totals or ()
        if total.indicator in _SUMMED and not isinstance(total.figure, Absence)
    ]
    assert len(compared) > 30
    assert [one for one in compared if one[1] != one[2]] == []


@pytest.fixture
def withheld(published: Settings) -> Iterator[BlocPeriod]:
    """A bloc's period whose discipline is withheld, as if too little could be shown."""
    shown = "marts.rpt_bloc_totals where indicator = 'members_disciplined'"
    figures = "computed_total, declared_total, difference, is_withheld"
    with connect("transform", settings=published) as connection:
        found = connection.execute(
            f"select bloc_code, period_code, {figures} from {shown}"  # type: ignore[arg-type]
            " and computed_total is not null order by 1, 2 limit 1"
        ).fetchone()
    assert found
    whose, before = found[:2], found[2:]
    change = (
        f"update marts.rpt_bloc_totals set ({figures}) = (%s, %s, %s, %s)"
        " where indicator = 'members_disciplined' and bloc_code = %s"
        " and period_code = %s"
    )
    with connect("transform", settings=published) as connection:
        connection.execute(change, [None, None, None, True, *whose])  # type: ignore[arg-type]
    yield read_bloc_period(published, *whose)
    with connect("transform", settings=published) as connection:
        connection.execute(change, [*before, *whose])  # type: ignore[arg-type]


def test_what_is_withheld_is_in_no_cell(
    published: Settings, withheld: BlocPeriod, tmp_path: Path
) -> None:
    kept_back = [
        total for total in withheld.totals or () if total.figure is Absence.WITHHELD
    ]
    assert [total.declared for total in kept_back] == [None]
    discipline = [
        (form, line)
        for form in withheld.forms
        for line in form.lines
        if line.table == "discipline"
    ]
    assert discipline
    for form, line in discipline:
        assert {form.figure(unit, line) for unit in form.units} == {Absence.WITHHELD}
        assert form.total(line) is Absence.WITHHELD
    whose = (withheld.bloc_code, withheld.period.code)
    for ending in ("xlsx", "csv"):
        export_bloc_period(published, tmp_path / f"a.{ending}", *whose)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["THK"]
    said = {row[0]: row[1:] for row in sheet.iter_rows(values_only=True)}
    assert "không hiển thị" in said["Số đảng viên bị kỷ luật"]
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        told = [
            (row["value"], row["state"])
            for row in csv.DictReader(file, delimiter=";")
            if row["measure"] == "members_disciplined" or row["table"] == "discipline"
        ]
    assert set(told) == {("", "withheld")}
