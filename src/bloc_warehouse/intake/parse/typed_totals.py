"""Typed total lines are never read as figures, only compared with them."""

from collections.abc import Mapping, Sequence

from bloc_warehouse.forms.model import Column
from bloc_warehouse.intake.faults.faults import FaultList
from bloc_warehouse.intake.parse.table_finder import FoundTable
from bloc_warehouse.intake.parse.values import Parsed, ParsedValue, parse_cell
from bloc_warehouse.intake.read.grid import Sheet, address

_ADDED = {"opening", "flow", "stock", "target"}

RowValues = Mapping[str, ParsedValue]


def check_typed_totals(
    sheet: Sheet,
    found: FoundTable,
    rows: Sequence[tuple[int, RowValues]],
    faults: FaultList,
) -> None:
    """Warn of each total that is not the sum of its rows.

    A line in the middle may add up the rows since the total before it, or all so far.

    Args:
        sheet: The sheet with the table.
        found: The table with its total lines.
        rows: Each row of figures: its number as the sheet shows it, and its values.
        faults: Takes the warnings.
    """
    columns = [measure for measure in found.table.measures if measure.nature in _ADDED]
    start = 0
    for total in found.totals:
        above = [(at, values) for at, values in rows if at <= total]
        own = [values for at, values in above if at > start]
        for column in columns:
            _compare(sheet, found, total, column, (above, own), faults)
        start = total + 1


def _compare(
    sheet: Sheet,
    found: FoundTable,
    total: int,
    column: Column,
    rows: tuple[list[tuple[int, RowValues]], list[RowValues]],
    faults: FaultList,
) -> None:
    position = found.columns.get(column.name)
    row = sheet.row(total)
    if position is None or position >= len(row) or column.type != "count":
        return
    typed = parse_cell(row[position], column)
    if not isinstance(typed, Parsed) or not isinstance(typed.value, int):
        return
    everything = _sum(column.name, [values for _, values in rows[0]])
    part = _sum(column.name, rows[1])
    if typed.value not in (everything, part):
        faults.add(
            "V320",
            sheet=sheet.name,
            cell=address(total, position),
            found=typed.value,
            expected=everything,
            severity="warning",
        )


def _sum(name: str, rows: Sequence[RowValues]) -> int:
    return sum(value for row in rows if isinstance(value := row.get(name), int))
