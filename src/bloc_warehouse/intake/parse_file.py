"""A file's bytes → its submissions, with every fault that the file alone can show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bloc_warehouse.forms.model import Form
from bloc_warehouse.forms.registry import Registry
from bloc_warehouse.intake.faults.faults import FaultList
from bloc_warehouse.intake.parse.outside import OutsideCells, outside_cells
from bloc_warehouse.intake.parse.parse_table import parse_table
from bloc_warehouse.intake.parse.parsed import (
    ParseContext,
    ParsedFile,
    ParsedForm,
)
from bloc_warehouse.intake.parse.recognise import (
    WRITE_CODE,
    HeaderField,
    Sender,
    identify,
    read_header,
    recognise_form,
    sender_of,
)
from bloc_warehouse.intake.parse.table_finder import FoundTable, find_tables
from bloc_warehouse.intake.parse.unit_directory import UNKNOWN_SENDER, Reference
from bloc_warehouse.intake.privacy.personal import (
    add_personal_faults,
    add_personal_faults_beside,
)
from bloc_warehouse.intake.read.grid import Sheet
from bloc_warehouse.intake.read.limits import UnreadableFileError
from bloc_warehouse.intake.read.read import ReadFile, read_file
from bloc_warehouse.storage.names import FILE_NAME, personal_codes

_LANDING = "landing"  # a file that lies in it beside the folders


@dataclass(frozen=True, slots=True)
class _SeenSheet:
    """A sheet with what was recognised in it before anything is judged."""

    sheet: Sheet
    header: Mapping[str, HeaderField]
    form: Form | None
    tables: Mapping[str, FoundTable]
    faults: FaultList


def parse_file(
    name: str, content: bytes, sender_code: str | None, context: ParseContext
) -> ParsedFile:
    """Read and recognise one file; every fault is a value, nothing is raised.

    A file with what looks like personal data has only the faults that name its cells.

    Args:
        name: The file's name as it is shown, for its type.
        content: The bytes as sent.
        sender_code: The landing folder's name; None (a dry run) takes the unit that
            the file itself names.
        context: Forms, units and limits.
    """
    parsed = ParsedFile()
    for code in personal_codes(name):
        parsed.faults.add(code, found=FILE_NAME)
    if parsed.faults.has_error:
        return parsed
    try:
        read = read_file(name, content, context.limits, context.vocabulary)
    except UnreadableFileError as error:
        parsed.faults.add(error.code, found=error.found, expected=error.expected)
        return parsed
    sheets = read.sheets
    if not any(cell is not None for s in sheets for row in s.rows for cell in row):
        parsed.faults.add("F102")
        return parsed
    seen = [_seen(sheet, context.registry) for sheet in sheets]
    _check_personal(seen, read, context, parsed.faults)
    if parsed.faults.has_error:
        return parsed
    _parse_seen(seen, sender_code, context, parsed)
    _bound_faults(parsed.faults, context.limits.max_faults)
    parsed.outside = _outside(sheets, parsed)
    return parsed


def _seen(sheet: Sheet, registry: Registry) -> _SeenSheet:
    faults = FaultList()
    header = read_header(sheet)
    form = recognise_form(sheet, header, registry, faults)
    tables = find_tables(sheet, form) if form else {}
    return _SeenSheet(sheet, header, form, tables, faults)


def _check_personal(
    seen: Sequence[_SeenSheet],
    read: ReadFile,
    context: ParseContext,
    faults: FaultList,
) -> None:
    for seen_sheet in seen:
        add_personal_faults(
            seen_sheet.sheet, seen_sheet.tables.values(), context.is_known, faults
        )
    add_personal_faults_beside(read.others, faults)


def _parse_seen(
    seen: Sequence[_SeenSheet],
    sender_code: str | None,
    context: ParseContext,
    parsed: ParsedFile,
) -> None:
    reference = context.reference
    named = reference.code_of(_stated_unit(seen)) if sender_code is None else None
    sender = sender_of(sender_code or named or "", reference)
    if sender is None:
        _add_unknown_sender(sender_code, seen, reference, parsed.faults)
        return
    for seen_sheet in seen:
        _note_legacy(seen_sheet.sheet, parsed.faults)
        parsed.faults.faults += seen_sheet.faults.faults
        if seen_sheet.form is None:
            _note_ignored(seen_sheet.sheet, parsed.faults)
        else:
            _parse_sheet(seen_sheet, seen_sheet.form, sender, context, parsed)
    if not parsed.forms:
        parsed.faults.add("R201")
    _check_one_return(parsed)


def _outside(sheets: Sequence[Sheet], parsed: ParsedFile) -> OutsideCells:
    figures = {form.sheet: set(form.figure_places()) for form in parsed.forms}
    faulty = [
        (fault.sheet, fault.cell)
        for fault in parsed.faults.faults
        if fault.severity == "error"
    ]
    return outside_cells(sheets, figures, faulty)


def _stated_unit(seen: Sequence[_SeenSheet]) -> str:
    codes = (seen_sheet.header.get("unit_code") for seen_sheet in seen)
    return next((code.text for code in codes if code and code.text), "")


def _add_unknown_sender(
    sender_code: str | None,
    seen: Sequence[_SeenSheet],
    reference: Reference,
    faults: FaultList,
) -> None:
    """Say who is not known, the folder or what the file names, and who may be meant."""
    is_in_no_folder = sender_code in (None, UNKNOWN_SENDER)
    typed = _stated_unit(seen) if is_in_no_folder else sender_code or ""
    blocs = {span.bloc_code for span in reference.spans}
    near = reference.code_of(typed) or reference.nearest(typed, blocs)
    expected = f"{near}?" if near else "" if typed else WRITE_CODE
    code = "R202" if sender_code is None else "F104"
    found = _LANDING if sender_code == UNKNOWN_SENDER else typed
    faults.add(code, found=found, expected=expected)


def _note_legacy(sheet: Sheet, faults: FaultList) -> None:
    if sheet.legacy:
        faults.add("F112", sheet=sheet.name, found=sheet.legacy, severity="warning")


def _note_ignored(sheet: Sheet, faults: FaultList) -> None:
    has_figures = any(
        isinstance(cell, (int, float)) and not isinstance(cell, bool)
        for row in sheet.rows
        for cell in row
    )
    if has_figures and not sheet.is_hidden:
        faults.add("R219", sheet=sheet.name, found=sheet.name, severity="warning")


def _parse_sheet(
    seen: _SeenSheet,
    form: Form,
    sender: Sender,
    context: ParseContext,
    parsed: ParsedFile,
) -> None:
    sheet, faults = seen.sheet, parsed.faults
    identity = identify(sheet, form, seen.header, sender, context.reference, faults)
    if any(known.identity.form.name == form.name for known in parsed.forms):
        faults.add("R217", sheet=sheet.name, found=form.code)
        return
    if sheet.is_hidden:
        faults.add("R220", sheet=sheet.name, found=sheet.name, severity="warning")
    tables = []
    for table in form.tables:
        if table.name in seen.tables:
            place = seen.tables[table.name]
            tables.append(parse_table(sheet, place, identity, context, faults))
        else:
            faults.add("R207", sheet=sheet.name, found=table.title_vi)
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


def _bound_faults(faults: FaultList, limit: int) -> None:
    """Keep a long list readable: errors first, and a word about those left out."""
    if len(faults.faults) <= limit:
        return
    faults.faults.sort(key=lambda fault: fault.severity != "error")
    left_out = len(faults.faults) - limit
    del faults.faults[limit:]
    faults.add(
        "F113", found=left_out, severity="error" if faults.has_error else "warning"
    )
