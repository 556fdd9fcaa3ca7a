"""A form's lines by unit, from rows as the marts have them."""

from typing import Any

import pytest

from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.export.period.content import (
    Absence,
    Figure,
    FormByUnit,
    Line,
    UnitRow,
)
from bloc_warehouse.export.period.lines import Row, Shown, figures_of, lines_of
from bloc_warehouse.forms.registry import load_registry

H1 = period_of("2024-H1")
OPEN = frozenset({"A"})


def shown(table: str, **fields: Any) -> Shown:  # noqa: ANN401
    """What readers are shown of a table: nothing, save what is given."""
    registry = load_registry()
    form = registry.form(registry.form_of_table(table))
    nothing = {"flows": (), "stated": (), "facts": (), "versions": ()}
    return Shown(
        table=form.table(table),
        is_withheld_in_part=False,
        **{**nothing, **fields},
    )


def fact(value: int | None, **others: object) -> Row:
    return {"reporting_unit_code": "A", "admitted_total": value, **others}


def version(period: str, **values: object) -> Row:
    return {"reporting_unit_code": "A", "period_code": period, **values}


@pytest.mark.parametrize(
    ("facts", "versions", "figure"),
    [
        ([fact(2), fact(3)], [], 5),
        ([fact(None)], [version("2024-Q1", admitted_total=None)], Absence.BLANK),
        # the half-year says what the quarter left out: its interval cannot
        (
            [fact(None), fact(None)],
            [version("2024-Q1", admitted_total=None),
             version("2024-H1", admitted_total=7)],
            7,
        ),
        # the second quarter says nothing of the first
        (
            [fact(None), fact(4)],
            [version("2024-Q1", admitted_total=None),
             version("2024-Q2", admitted_total=4)],
            Absence.BLANK,
        ),
        ([fact(None, not_applicable=["admitted_total"])], [], Absence.NOT_APPLICABLE),
        ([fact(None, is_withheld=True)], [], Absence.WITHHELD),
    ],
)  # fmt: skip
def test_a_flow_is_added_up_over_the_period(
    facts: list[Row], versions: list[Row], figure: Figure
) -> None:
    found = figures_of(
        shown("admissions", flows=("admitted_total",), facts=facts, versions=versions),
        H1,
        OPEN,
    )
    assert found == {("A", (), "admitted_total"): figure}


STATED = ("opening_total", "closing_total")


@pytest.mark.parametrize(
    ("versions", "figures"),
    [
        ([("2024-Q1", 10, 11), ("2024-H1", 10, 12)], (10, 12)),
        # a return of its own days opens in April, the year in January
        ([("2024-Q1", 10, 11), ("2024-Q2", 11, 12)], (10, 12)),
        ([("2024-Q1", 10, 11)], (10, None)),  # no stock of 30 June
        ([("2024-Y", 10, 14)], None),  # later than the period
    ],
)
def test_a_stock_is_of_the_last_day_and_an_opening_of_the_first(
    versions: list[tuple[str, int, int]], figures: tuple[int, int | None] | None
) -> None:
    rows = [
        version(period, opening_total=opening, closing_total=closing)
        for period, opening, closing in versions
    ]
    found = figures_of(shown("membership", stated=STATED, versions=rows), H1, OPEN)
    expected = dict(zip(STATED, figures or (), strict=False))
    assert found == {
        ("A", (), name): value for name, value in expected.items() if value is not None
    }


def test_a_unit_that_is_closed_by_then_has_no_stock() -> None:
    rows = [version("2024-H1", opening_total=3, closing_total=0)]
    found = figures_of(
        shown("membership", stated=STATED, versions=rows), H1, frozenset()
    )
    assert found == {("A", (), "opening_total"): 3}


def test_subjects_met_in_two_returns_are_not_added_up() -> None:
    keys = {"body": "cell", "subject": "member", "kind": "regular_supervision"}
    rows = [version(period, distinct_subjects=4, **keys) for period in ("2024-Q2",)]
    found = figures_of(
        shown("inspections", stated=("distinct_subjects",), versions=rows), H1, OPEN
    )
    assert list(found.values()) == [Absence.BLANK]


def test_lines_are_those_of_which_anything_is_known_in_the_forms_order() -> None:
    labels = {"award_count": ("Kết quả", "Số được khen", "Awards given")}
    common = {"subject": "member", "merit_from_year": 2018, "award_count": 1}
    rows = [
        {"reporting_unit_code": "A", **common, **keys}
        for keys in (
            {"level": "bloc", "kind": "flag", "merit_to_year": 2018},
            {"level": "central", "kind": "party_badge", "merit_to_year": 2022},
        )
    ]
    table = shown("awards", flows=("award_count",), facts=rows)
    lines = lines_of(table, figures_of(table, H1, OPEN), labels)
    assert [line.breakdown_vi for line in lines] == [
        "Trung ương · Huy hiệu Đảng · Đảng viên · 2018–2022",
        "Đảng ủy Khối · Cờ · Đảng viên · 2018",
    ]


def line(nature: str = "flow", breakdown: tuple[str, ...] = ()) -> Line:
    return Line("t", "T", breakdown, "", "m", "", "M", "M", nature)  # type: ignore[arg-type]


def by_unit(states: str, figures: list[Figure | None], of: Line) -> FormByUnit:
    """Units, reported (r), missing (m) or not expected (n), with their figures."""
    units = tuple(
        UnitRow(f"U{at}", "", "", is_expected=state != "n", is_reported=state != "m")
        for at, state in enumerate(states)
    )
    given = {
        (f"U{at}", of): figure
        for at, figure in enumerate(figures)
        if figure is not None
    }
    form = load_registry().form("membership")
    return FormByUnit(form, (of,), units, given)


@pytest.mark.parametrize(
    ("states", "figures", "of", "total", "is_partial"),
    [
        ("rr", [1, 2], line(), 3, False),
        ("rm", [1, None], line(), 1, True),
        ("rr", [1, None], line(), 1, True),  # a blank
        ("rr", [1, None], line(breakdown=("a",)), 1, False),  # nothing of that kind
        ("rr", [1, Absence.NOT_APPLICABLE], line(), 1, False),
        ("rn", [1, 2], line(), 3, False),
        ("rr", [1, Absence.WITHHELD], line(), Absence.WITHHELD, False),
        ("rr", [1, 2], line("distinct"), None, False),
        ("mm", [None, None], line(), Absence.BLANK, True),
    ],
)
def test_a_sum_says_whether_it_lacks_anything(
    states: str,
    figures: list[Figure | None],
    of: Line,
    total: Figure | None,
    is_partial: bool,
) -> None:
    found = by_unit(states, figures, of)
    assert found.total(of) == total
    assert found.is_partial(of) is is_partial
