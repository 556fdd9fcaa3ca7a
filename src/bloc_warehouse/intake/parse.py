"""A file's bytes → its submissions, with every fault that the file alone can show."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bloc_warehouse.forms.model import Column, Form, Table
from bloc_warehouse.forms.registry import Registry
from bloc_warehouse.intake.faults import FaultList
from bloc_warehouse.intake.grid import Cell, Sheet, address, column_letter
from bloc_warehouse.intake.outside import (
    OutsideCells,
    Position,
    column_index,
    outside_cells,
)
from bloc_warehouse.intake.read import UnreadableFileError, read_sheets
from bloc_warehouse.intake.recognise import (
    Identity,
    Sender,
    identify,
    read_header,
    recognise_form,
    sender_of,
)
from bloc_warehouse.intake.reference import OFFICE, Reference
from bloc_warehouse.intake.table_finder import FoundTable, find_tables
from bloc_warehouse.intake.values import Parsed, ParsedValue, ValueFault, parse_cell


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """One row of figures.

    Attributes:
        sheet_row: The row's number as the sheet shows it (from 1).
        values: Field → value; a field the form version lacks is absent.
        not_applicable: Fields that the version lacks or that the sender marked ``x``.
        is_faultless: Whether every cell fits its column, so identities can be tried.
    """

    sheet_row: int
    values: Mapping[str, ParsedValue]
    not_applicable: tuple[str, ...]
    is_faultless: bool


@dataclass(frozen=True, slots=True)
class ParsedTable:
    """A table as understood; ``columns`` is field → column letter."""

    name: str
    columns: Mapping[str, str]
    rows: tuple[ParsedRow, ...]


@dataclass(frozen=True, slots=True)
class ParsedForm:
    """One sheet's form: a submission to be."""

    sheet: str
    identity: Identity
    tables: tuple[ParsedTable, ...]

    def figure_places(self) -> Iterator[Position]:
        """Yield the zero-based row and column of every cell of the tables' rows."""
        for table in self.tables:
            indices = [column_index(letter) for letter in table.columns.values()]
            for row in table.rows:
                for index in indices:
                    yield row.sheet_row - 1, index

    @property
    def content_sha256(self) -> str:
        """Hash of what the form says, without file name, layout and number."""
        period = self.identity.period
        said = [
            self.identity.form.name,
            self.identity.form.version,
            self.identity.unit_code,
            period.code if period else None,
            [
                [table.name, sorted(_row_content(row) for row in table.rows)]
                for table in self.tables
            ],
        ]
        return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()


@dataclass(slots=True)
class ParsedFile:
    """What a file holds and what is wrong with it."""

    forms: list[ParsedForm] = field(default_factory=list)
    faults: FaultList = field(default_factory=FaultList)
    outside: OutsideCells = field(default_factory=OutsideCells)


@dataclass(frozen=True, slots=True)
class ParseContext:
    """What parsing needs beside the bytes: forms, units and limits."""

    registry: Registry
    reference: Reference
    max_unpacked_bytes: int


def parse_file(
    name: str, content: bytes, sender_code: str | None, context: ParseContext
) -> ParsedFile:
    """Read and recognise one file; every fault is a value, nothing is raised.

    Args:
        name: The file's name, for its type.
        content: The bytes as sent.
        sender_code: The landing folder's name; None (a dry run) takes the unit that
            the file itself names.
        context: Forms, units and limits.
    """
    parsed = ParsedFile()
    try:
        sheets = read_sheets(
            name, content, max_unpacked_bytes=context.max_unpacked_bytes
        )
    except UnreadableFileError as error:
        parsed.faults.add(error.code, found=error.found, expected=error.expected)
        return parsed
    if not any(cell is not None for s in sheets for row in s.rows for cell in row):
        parsed.faults.add("F102")
        return parsed
    sender = sender_of(sender_code or _named_unit(sheets), context.reference)
    if sender is None:
        parsed.faults.add("F104", found=sender_code or "")
        return parsed
    for sheet in sheets:
        _parse_sheet(sheet, sender, context, parsed)
    if not parsed.forms:
        parsed.faults.add("R201")
    _check_one_return(parsed)
    parsed.outside = _outside(sheets, parsed)
    return parsed


def _outside(sheets: Sequence[Sheet], parsed: ParsedFile) -> OutsideCells:
    figures = {form.sheet: set(form.figure_places()) for form in parsed.forms}
    faulty = [
        (fault.sheet, fault.cell)
        for fault in parsed.faults.faults
        if fault.severity == "error"
    ]
    return outside_cells(sheets, figures, faulty)


def _named_unit(sheets: Sequence[Sheet]) -> str:
    for sheet in sheets:
        code = read_header(sheet).get("unit_code")
        if code and code.text:
            return code.text.upper()
    return ""


def _parse_sheet(
    sheet: Sheet, sender: Sender, context: ParseContext, parsed: ParsedFile
) -> None:
    header = read_header(sheet)
    form = recognise_form(sheet, header, context.registry, parsed.faults)
    if form is None:
        return
    identity = identify(sheet, form, header, sender, context.reference, parsed.faults)
    if any(known.identity.form.name == form.name for known in parsed.forms):
        parsed.faults.add("R217", sheet=sheet.name, found=form.code)
        return
    found = find_tables(sheet, form)
    tables = []
    for table in form.tables:
        if table.name in found:
            place = found[table.name]
            _check_columns(sheet, place, parsed.faults)
            tables.append(_parse_table(sheet, place, identity, context, parsed.faults))
        else:
            parsed.faults.add("R207", sheet=sheet.name, found=table.title_vi)
    parsed.forms.append(ParsedForm(sheet.name, identity, tuple(tables)))


def _check_one_return(parsed: ParsedFile) -> None:
    """A file speaks of one unit and one period."""
    returns = {
        (form.identity.unit_code, form.identity.period.code)
        for form in parsed.forms
        if form.identity.unit_code and form.identity.period
    }
    if len(returns) > 1:
        shown = "; ".join(sorted(f"{unit} {period}" for unit, period in returns))
        parsed.faults.add("R214", found=shown)


def _check_columns(sheet: Sheet, found: FoundTable, faults: FaultList) -> None:
    row = found.header_row
    for label in found.missing:
        faults.add("R208", sheet=sheet.name, cell=address(row, 0), found=label)
    for index, label in found.unknown.items():
        faults.add("R209", sheet=sheet.name, cell=address(row, index), found=label)
    for index, label in found.repeated.items():
        faults.add("R210", sheet=sheet.name, cell=address(row, index), found=label)


def _parse_table(
    sheet: Sheet,
    found: FoundTable,
    identity: Identity,
    context: ParseContext,
    faults: FaultList,
) -> ParsedTable:
    absent = _absent_fields(identity.form, found.table, context.registry)
    rows = [
        _parse_row(sheet, index, found, absent, faults, identity, context)
        for index in found.rows
    ]
    _check_rows(sheet, found, rows, faults)
    letters = {name: column_letter(index) for name, index in found.columns.items()}
    return ParsedTable(found.table.name, letters, tuple(rows))


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
        parsed = _checked(cell, column, identity, context)
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


def _checked(
    cell: Cell, column: Column, identity: Identity, context: ParseContext
) -> Parsed | ValueFault:
    parsed = parse_cell(cell, column)
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
    if reference.kind_of(code.upper()):
        return Parsed(code.upper())
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


def _row_content(row: ParsedRow) -> str:
    return json.dumps(
        [dict(row.values), sorted(row.not_applicable)], default=str, sort_keys=True
    )
