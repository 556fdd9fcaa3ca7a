"""What an export of a bloc's period holds, whatever it is written as.

A form by unit has one row a unit and one column a line of the form. A line is a figure
of the form, or of one breakdown of it: *turns done* of *UBKT cơ sở · Đảng viên · Giám
sát chuyên đề*.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from bloc_warehouse.domain.periods import Period
from bloc_warehouse.export.reading import LiveRelease
from bloc_warehouse.forms.model import Form, Nature


class Absence(Enum):
    """Why there is no figure."""

    BLANK = ("", "bỏ trống", "blank")
    NO_LINE = ("", "không có dòng này", "no such line")
    NOT_REPORTED = ("", "chưa báo cáo", "not reported")
    NOT_APPLICABLE = ("x", "không áp dụng", "not applicable")
    WITHHELD = ("không hiển thị", "không hiển thị", "withheld")

    def __init__(self, cell: str, label_vi: str, label_en: str) -> None:
        self.cell = cell
        self.label_vi = label_vi
        self.label_en = label_en


Figure = int | float | Decimal | Absence


@dataclass(frozen=True, slots=True)
class Line:
    """A column of a form by unit.

    Attributes:
        table: The form's table, and its title in ``table_vi``.
        breakdown: The codes of the breakdown, in the order of the table's keys.
        breakdown_vi: The same in words; "" for a table without a breakdown.
        measure: The column of the form, e.g. ``closing_total``.
        group_vi: The header above the label, "" without one.
        nature: How the figure adds up.
    """

    table: str
    table_vi: str
    breakdown: tuple[str | int | None, ...]
    breakdown_vi: str
    measure: str
    group_vi: str
    label_vi: str
    label_en: str
    nature: Nature

    @property
    def adds_up(self) -> bool:
        """Whether the bloc's figure is the sum of its units'."""
        return self.nature in ("flow", "stock", "target", "opening")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit in a form by unit.

    Attributes:
        state_vi: What became of its return.
        is_expected: Whether it owes the form for the period, or a part of it.
        is_reported: Whether its figures are known to the period's end, or to its own.
    """

    code: str
    name: str
    state_vi: str
    is_expected: bool
    is_reported: bool


@dataclass(frozen=True, slots=True)
class FormByUnit:
    """A form's lines, unit by unit; ``figures`` by the unit's code and the line."""

    form: Form
    lines: tuple[Line, ...]
    units: tuple[UnitRow, ...]
    figures: Mapping[tuple[str, Line], Figure]

    def figure(self, unit: UnitRow, line: Line) -> Figure:
        """Return a unit's figure."""
        absent = Absence.NOT_REPORTED
        if unit.is_reported:
            absent = Absence.NO_LINE if line.breakdown else Absence.BLANK
        return self.figures.get((unit.code, line), absent)

    @property
    def units_expected(self) -> int:
        """How many units owe the form."""
        return sum(unit.is_expected for unit in self.units)

    @property
    def units_reported(self) -> int:
        """How many of these have reported."""
        return sum(unit.is_expected and unit.is_reported for unit in self.units)

    def total(self, line: Line) -> Figure | None:
        """Return the sum over the units; None where the line does not add up."""
        figures = [self.figure(unit, line) for unit in self.units]
        if Absence.WITHHELD in figures:
            return Absence.WITHHELD
        if not line.adds_up:
            return None
        known = [one for one in figures if not isinstance(one, Absence)]
        return sum(known) if known else Absence.BLANK

    def is_partial(self, line: Line) -> bool:
        """Whether a line's sum lacks units, or cells that these left blank."""
        return self.units_reported < self.units_expected or any(
            self.figure(unit, line) is Absence.BLANK for unit in self.units
        )


@dataclass(frozen=True, slots=True)
class SummaryTotal:
    """A total of the bloc, as in ``rpt_bloc_totals``.

    Attributes:
        figure: Our sum over the units.
        declared: What the bloc's office stated; None: nothing, or it is withheld.
    """

    indicator: str
    figure: Figure
    declared: int | None
    units_reported: int
    units_expected: int
    blank_count: int
    is_partial: bool


@dataclass(frozen=True, slots=True)
class BlocPeriod:
    """A bloc's period: the totals that its summary has, and the forms by unit.

    Attributes:
        totals: None: the reader may not see the bloc's totals.
    """

    bloc_code: str
    bloc_name: str
    period: Period
    release: LiveRelease
    reader: str
    totals: tuple[SummaryTotal, ...] | None
    forms: tuple[FormByUnit, ...]

    @property
    def figures_release(self) -> int | None:
        """The release that the bloc's figures are of: an earlier one if it is kept."""
        return self.release.shown.of_bloc(self.bloc_code)
