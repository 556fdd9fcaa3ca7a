"""A table found in a sheet → its rows of values, with a fault for every bad cell."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

from bloc_warehouse.forms.model import Column, Form, Table
from bloc_warehouse.forms.registry import Registry
from bloc_warehouse.intake.faults.faults import FaultList
from bloc_warehouse.intake.parse.parsed import ParseContext, ParsedRow, ParsedTable
from bloc_warehouse.intake.parse.recognise import Identity
from bloc_warehouse.intake.parse.table_finder import FoundTable
from bloc_warehouse.intake.parse.typed_totals import check_typed_totals
from bloc_warehouse.intake.parse.unit_directory import OFFICE, Reference
from bloc_warehouse.intake.parse.values import (
    Parsed,
    ParsedValue,
    ValueFault,
    parse_cell,
)
from bloc_warehouse.intake.read.grid import Cell, Sheet, address, column_letter

_SHOWN_HIDDEN = 20

Covered = Mapping[tuple[int, int], tuple[int, int, int, int]]  # place → merged cells


def parse_table(
    sheet: Sheet,
    found: FoundTable,
    identity: Identity,
    context: ParseContext,
    faults: FaultList,
) -> ParsedTable:
    """Read a table's rows; columns, cells and rows that do not fit are faults."""
    _check_columns(sheet, found, faults)
    absent = _absent_fields(identity.form, found.table, context.registry)
    covered = _covered(sheet, found)
    rows = [
        _parse_row(sheet, index, found, covered, absent, faults, identity, context)
        for index in found.rows
    ]
    _check_rows(sheet, found, rows, faults)
    _check_hidden(sheet, found, faults)
    numbered = [(row.sheet_row - 1, row.values) for row in rows]
    check_typed_totals(sheet, found, numbered, faults)
    letters = {name: column_letter(index) for name, index in found.columns.items()}
    return ParsedTable(found.table.name, letters, tuple(rows))


def _check_columns(sheet: Sheet, found: FoundTable, faults: FaultList) -> None:
    row = found.header_row
    for label in found.missing:
        faults.add("R208", sheet=sheet.name, cell=address(row, 0), found=label)
    for index, label in found.unknown.items():
        faults.add("R209", sheet=sheet.name, cell=address(row, index), found=label)
    for index, label in found.repeated.items():
        faults.add("R210", sheet=sheet.name, cell=address(row, index), found=label)


def _absent_fields(form: Form, table: Table, registry: Registry) -> tuple[str, ...]:
    """Fields that other versions of the table have and this one does not."""
    own = {column.name for column in table.columns}
    return tuple(
        dict.fromkeys(
            column.name
            for version in registry.versions(form.name)
            for other in version.tables
            if other.name == table.name
            for column in other.columns
            if column.name not in own
        )
    )


def _parse_row(
    sheet: Sheet,
    index: int,
    found: FoundTable,
    covered: Covered,
    absent: tuple[str, ...],
    faults: FaultList,
    identity: Identity,
    context: ParseContext,
) -> ParsedRow:
    row = sheet.rows[index]
    values: dict[str, ParsedValue] = {}
    not_applicable = list(absent)
    is_faultless = True
    for column in found.table.columns:
        if column.name not in found.columns:
            is_faultless = False
            continue
        position = found.columns[column.name]
        cell = row[position] if position < len(row) else None
        held: Cell | ValueFault = cell
        if cell is None and (area := covered.get((index, position))):
            held = _merged(sheet, area, column, position)
        parsed = _checked(held, column, identity, context)
        if isinstance(parsed, ValueFault):
            is_faultless = False
            faults.add(
                parsed.code,
                sheet=sheet.name,
                cell=address(index, position),
                found=parsed.found,
                expected=parsed.expected,
            )
            continue
        values[column.name] = parsed.value
        if parsed.not_applicable:
            not_applicable.append(column.name)
    return ParsedRow(index + 1, values, tuple(not_applicable), is_faultless)


def _covered(sheet: Sheet, found: FoundTable) -> Covered:
    """Return the table's places that lie under merged cells, but for their corners."""
    columns = set(found.columns.values())
    covered: dict[tuple[int, int], tuple[int, int, int, int]] = {}
    left_over = len(found.rows) * len(columns)  # more would overlap
    for area in sheet.merged:
        top, left, bottom, right = area
        own = [column for column in columns if left <= column <= right]
        first, last = bisect_left(found.rows, top), bisect_right(found.rows, bottom)
        rows = found.rows[first:last] if own else ()
        left_over -= len(rows)
        if left_over < 0:
            break
        covered |= {(row, column): area for row in rows for column in own}
        covered.pop((top, left), None)
    return covered


def _merged(
    sheet: Sheet, area: tuple[int, int, int, int], column: Column, position: int
) -> Cell | ValueFault:
    """Return what a blank place under merged cells holds: a name holds for all rows.

    It is unknown which of its cells a merged figure belongs to.
    """
    top, left, bottom, right = area
    corner = sheet.row(top)
    value = corner[left] if left < len(corner) else None
    is_name = column.is_key or column.type == "text"
    if value is None or (left == position and is_name):
        return value
    merged = f"{address(top, left)}:{address(bottom, right)}"
    return ValueFault("V322", merged, column.label_vi)


def _checked(
    cell: Cell | ValueFault, column: Column, identity: Identity, context: ParseContext
) -> Parsed | ValueFault:
    parsed = cell if isinstance(cell, ValueFault) else parse_cell(cell, column)
    if isinstance(parsed, ValueFault):
        return parsed
    if parsed.value is None and not parsed.not_applicable:
        if column.required:
            return ValueFault("V304", "", column.label_vi)
        return parsed
    if column.type == "unit":
        return _known_unit(str(parsed.value), context.reference)
    if column.type == "code":
        return _allowed_code(str(parsed.value), column, identity, context.reference)
    return parsed


def _known_unit(code: str, reference: Reference) -> Parsed | ValueFault:
    if known := reference.code_of(code):
        return Parsed(known)
    near = reference.nearest(code, {span.bloc_code for span in reference.spans})
    return ValueFault("V311", code, f"{near}?" if near else "")


def _allowed_code(
    code: str, column: Column, identity: Identity, reference: Reference
) -> Parsed | ValueFault:
    if identity.unit_code is None:
        return Parsed(code)
    is_office = reference.kind_of(identity.unit_code) == OFFICE
    sender = OFFICE if is_office else "unit"
    allowed = [
        value for value in column.values if not value.senders or sender in value.senders
    ]
    if any(value.code == code for value in allowed):
        return Parsed(code)
    label = next(value.label_vi for value in column.values if value.code == code)
    return ValueFault("V313", label, "; ".join(value.label_vi for value in allowed))


def _check_rows(
    sheet: Sheet, found: FoundTable, rows: Sequence[ParsedRow], faults: FaultList
) -> None:
    table = found.table
    if not rows and table.rows != "open":
        faults.add("V309", sheet=sheet.name, found=table.title_vi)
    if table.rows == "one":
        for row in rows[1:]:
            cell = address(row.sheet_row - 1, min(found.columns.values()))
            faults.add("V310", sheet=sheet.name, cell=cell, found=table.title_vi)
    else:
        _check_repeated(sheet, found, rows, faults)
    if table.rows == "fixed":
        _check_fixed_rows(sheet, table, rows, faults)


def _check_hidden(sheet: Sheet, found: FoundTable, faults: FaultList) -> None:
    """Say which figures are hidden; they are read like the others."""
    rows = [row for row in found.rows if row in sheet.hidden_rows]
    columns = [
        column
        for column in sorted(found.columns.values())
        if column in sheet.hidden_columns
        and any(
            column < len(sheet.rows[row]) and sheet.rows[row][column] is not None
            for row in found.rows
        )
    ]
    own_rows, own_columns = set(found.rows), set(found.columns.values())
    cells = sorted(
        (row, column)
        for row, column in sheet.unseen
        if row in own_rows and column in own_columns
    )
    if not (rows or columns or cells):
        return
    first_row, first_column = cells[0] if cells else (found.rows[0], min(own_columns))
    shown = [
        *(str(row + 1) for row in rows[:_SHOWN_HIDDEN]),
        *(column_letter(column) for column in columns[:_SHOWN_HIDDEN]),
        *(address(*cell) for cell in cells[:_SHOWN_HIDDEN]),
    ]
    faults.add(
        "R218",
        sheet=sheet.name,
        cell=address(
            rows[0] if rows else first_row, columns[0] if columns else first_column
        ),
        found=", ".join(shown),
        severity="warning",
    )


def _check_repeated(
    sheet: Sheet, found: FoundTable, rows: Sequence[ParsedRow], faults: FaultList
) -> None:
    keys = [column.name for column in found.table.keys]
    seen: dict[tuple[ParsedValue, ...], int] = {}
    for row in rows:
        if not all(key in row.values for key in keys):
            continue
        key = tuple(row.values[name] for name in keys)
        first = seen.setdefault(key, row.sheet_row)
        if first != row.sheet_row:
            faults.add(
                "V308",
                sheet=sheet.name,
                cell=address(row.sheet_row - 1, min(found.columns.values())),
                found=", ".join(str(part) for part in key if part is not None),
                expected=first,
            )


def _check_fixed_rows(
    sheet: Sheet, table: Table, rows: Sequence[ParsedRow], faults: FaultList
) -> None:
    for column in table.keys:
        present = {row.values.get(column.name) for row in rows}
        for value in column.values:
            if value.code not in present:
                faults.add("V314", sheet=sheet.name, found=value.label_vi)
