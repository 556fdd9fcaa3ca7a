"""How many cells of a file were read, and what each of them is; the counts add up.

*Cells read* are all cells of the file that hold something, and the blank cells among
a table's figures and among those at fault. Each is exactly one of:

* ``faulty``: named by an error;
* ``new``: holds a figure where the version that counted before has none;
* ``changed``: that version has another figure, or has one where this cell is blank;
* ``unchanged``: the same figure as in that version;
* ``ignored``, with why: ``row_labels`` (they name the row), ``blank`` (blank before,
  too), ``text`` (titles, labels, number rows, total lines, signatures),
  ``other_sheets`` (no form was recognised there), ``unknown_row`` and
  ``unknown_return`` (it is unknown what the figure would be compared with).

The version that counted before is the one that counted when the file was received,
whatever the order in which files were read.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from bloc_warehouse.forms.registry import Registry
from bloc_warehouse.intake.faults.faults import Fault
from bloc_warehouse.intake.load.figures import (
    FigureRow,
    Figures,
    figures_of,
    read_row,
    row_key,
)
from bloc_warehouse.intake.parse.parsed import ParsedFile, ParsedForm

COUNTED = ("new", "changed", "unchanged", "faulty")
"""What a cell read can be, beside ignored."""


@dataclass(frozen=True, slots=True)
class CellCounts:
    """What the cells of a file are.

    Attributes:
        gone: Figures of the version before for which this file has no row; they are
            no cells of this file, so they are not among ``read``.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    faulty: int = 0
    gone: int = 0
    ignored: Mapping[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """Return the counts in the stable shape for machines."""
        return {
            "read": self.read,
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "faulty": self.faulty,
            "ignored": dict(sorted(self.ignored.items())),
            "gone": self.gone,
        }


def count_cells(
    registry: Registry,
    parsed: ParsedFile,
    faults: Sequence[Fault],
    before: Sequence[Figures | None],
) -> CellCounts:
    """Count what the cells of a file are.

    Args:
        registry: All forms.
        parsed: The file as read.
        faults: Its faults, those of the forms' rules included.
        before: For each of the file's forms the version that counted before; None
            where none did.
    """
    wrong = {(fault.sheet, fault.cell) for fault in faults if fault.severity == "error"}
    outside = parsed.outside
    kinds = Counter(
        text=outside.text, other_sheets=outside.other_sheets, faulty=outside.faulty
    )
    gone = 0
    for form, earlier in zip(parsed.forms, before, strict=True):
        kinds.update(_kinds(registry, form, wrong, earlier))
        if earlier:
            gone += _gone(registry, earlier, figures_of(registry, form))
    counted = {name: kinds.pop(name, 0) for name in COUNTED}
    ignored = {reason: number for reason, number in kinds.items() if number}
    read = sum(counted.values()) + sum(ignored.values())
    return CellCounts(read=read, gone=gone, ignored=ignored, **counted)


def _kinds(
    registry: Registry,
    form: ParsedForm,
    wrong: Set[tuple[str | None, str | None]],
    before: Figures | None,
) -> Iterator[str]:
    """Yield what each figure cell of a form is."""
    is_known = bool(form.identity.unit_code and form.identity.period)
    for table in form.tables:
        keys = {column.name for column in form.identity.form.table(table.name).keys}
        rows_before = before.rows.get(table.name, {}) if before else {}
        for row in table.rows:
            key = row_key(registry, form, table, row)
            earlier = rows_before.get(key) if key is not None else None
            now = read_row(table, row)
            for name, letter in table.columns.items():
                if (form.sheet, f"{letter}{row.sheet_row}") in wrong:
                    yield "faulty"
                elif name in keys:
                    yield "row_labels"
                elif not is_known:
                    yield "unknown_return"
                elif key is None:
                    yield "unknown_row"
                else:
                    yield _kind(now, earlier, name)


def _kind(row: FigureRow, before: FigureRow | None, measure: str) -> str:
    now = row.stated(measure)
    then = before.stated(measure) if before else None
    if then is None:
        return "blank" if now is None else "new"
    return "unchanged" if now == then else "changed"


def _gone(registry: Registry, before: Figures, now: Figures) -> int:
    columns = registry.raw_tables()
    return sum(
        row.stated(measure) is not None
        for table, rows in before.rows.items()
        for key, row in rows.items()
        if key not in now.rows.get(table, {})
        for measure, column in columns[table].items()
        if not column.is_key
    )
