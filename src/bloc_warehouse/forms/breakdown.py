"""Which rows a table shows: those given, those printed on the form, and spare ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from bloc_warehouse.forms.filled import CellValue, FilledForm, RowValues
from bloc_warehouse.forms.model import Column, Table, Value

_PRINTED_COMBINATIONS = 12
_SPARE_ROWS = {"one": 0, "fixed": 0, "open": 18, "list": 40}


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row of a sheet; in a ``printed`` one the breakdown is part of the form."""

    values: RowValues
    printed: bool = False


def planned_rows(
    table: Table, filled: FilledForm, *, template: bool
) -> tuple[PlannedRow, ...]:
    """Return a table's rows; there is always at least one, if only a blank one."""
    given = [PlannedRow(values) for values in filled.rows.get(table.name, ())]
    if table.rows == "fixed" or (template and prints_breakdown(table)):
        return _printed_rows(table, filled.header.sender, given)
    spare = _SPARE_ROWS[table.rows] if template else 0
    rows = [*given, *(PlannedRow({}) for _ in range(spare))]
    return tuple(rows) or (PlannedRow({}),)


def prints_breakdown(table: Table) -> bool:
    """Return whether a template prints the table's breakdown row by row.

    Such a row without any figure is one that the sender had no use for.
    """
    sizes = [len(key.values) for key in table.keys]
    return bool(sizes) and 0 < prod(sizes) <= _PRINTED_COMBINATIONS


def allowed_values(column: Column, sender: str) -> tuple[Value, ...]:
    """Return the values of a breakdown that this kind of sender may use."""
    return tuple(
        value for value in column.values if not value.senders or sender in value.senders
    )


def printed_value(column: Column, value: CellValue) -> CellValue:
    """Return what a cell shows: a code becomes its label, the rest stays."""
    for choice in column.values:
        if choice.code == value:
            return choice.label_vi
    return value


def _printed_rows(
    table: Table, sender: str, given: Sequence[PlannedRow]
) -> tuple[PlannedRow, ...]:
    names = [key.name for key in table.keys]
    left = {tuple(row.values.get(name) for name in names): row for row in given}
    rows = []
    for codes in product(*(_codes(key, sender) for key in table.keys)):
        row = left.pop(codes, PlannedRow(dict(zip(names, codes, strict=True))))
        rows.append(PlannedRow(row.values, printed=True))
    return (*rows, *left.values())


def _codes(key: Column, sender: str) -> list[CellValue]:
    return [value.code for value in allowed_values(key, sender)]
