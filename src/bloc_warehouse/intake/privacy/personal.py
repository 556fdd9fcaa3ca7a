"""Finds what looks like personal data, so that a file with it is never kept.

Only the places are reported, never their content. Counts and codes in known columns
are not looked at as numbers. Names are allowed in the signatures at a form's end and in
the preparer's line, since neither is ever loaded; a preparer may leave one telephone
number and one e-mail address. Nothing else is exempt, wherever it is.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bloc_warehouse.domain.personal_text import (
    BANK,
    EMAIL,
    IDENTITY,
    NAMES,
    PHONE,
    kinds_of_number,
    kinds_of_text,
    normalised,
    personal_spans,
)
from bloc_warehouse.intake.faults.faults import FaultList
from bloc_warehouse.intake.parse.table_finder import (
    FoundTable,
    fold_cached,
    starts_signature,
)
from bloc_warehouse.intake.privacy.cell_notes import senders_note
from bloc_warehouse.intake.privacy.person_names import looks_like_name, names_in_list
from bloc_warehouse.intake.read.grid import Cell, Sheet, address
from bloc_warehouse.intake.read.package_texts import NOTES, OtherText

_ENOUGH_NAMES = 3  # of one column or row; fewer are a mention, not a list
_MOST_SIGNATURES = 6  # names in the block; more are a list
_SIGNATURE_ROWS = 12
_PREPARER_CELLS = 3  # of the line, from its label on
_ROWS_BELOW_LABEL = 200
_SHOWN_CELLS = 12
_NOTE = "ghi chú, note"
_SHEET_NAME = "tên trang tính (sheet name)"
_PREPARER = re.compile(
    r"^(nguoi|can bo|chuyen vien) (lap|bao cao|gui|tong hop)|^lap bieu"
)
_LABELS = {
    "so cccd": IDENTITY, "cccd": IDENTITY, "cmnd": IDENTITY, "so cmnd": IDENTITY,
    "cccd cmnd": IDENTITY, "cmnd cccd": IDENTITY, "so can cuoc": IDENTITY,
    "so can cuoc cong dan": IDENTITY, "so the dang": IDENTITY,
    "so the dang vien": IDENTITY, "so dinh danh": IDENTITY,
    "so dinh danh ca nhan": IDENTITY,
    "so dien thoai": PHONE, "dien thoai": PHONE, "sdt": PHONE, "so dt": PHONE,
    "di dong": PHONE, "so di dong": PHONE, "dien thoai di dong": PHONE,
    "so tai khoan": BANK, "stk": BANK, "so tk": BANK,
    "ho va ten": NAMES, "ho ten": NAMES, "ho va ten dang vien": NAMES,
    "ho ten dang vien": NAMES, "ten dang vien": NAMES, "ho va chu dem": NAMES,
    "ho va ten nguoi duoc ket nap": NAMES, "ho va ten can bo": NAMES,
}  # fmt: skip

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Exempt:
    """Where names are exempt.

    Attributes:
        rows: The rows of the signatures at the form's end.
        preparer: The cells of the preparer's line.
    """

    rows: range = range(0)
    preparer: frozenset[Place] = frozenset()

    def has_names(self, place: Place) -> bool:
        """Whether a name is allowed in a cell."""
        return place[0] in self.rows or place in self.preparer


@dataclass(slots=True)
class _Found:
    """What was found in a sheet, by kind, and names by where a list of them may be."""

    places: dict[str, set[Place]] = field(default_factory=lambda: defaultdict(set))
    names: dict[tuple[str, int], set[Place]] = field(
        default_factory=lambda: defaultdict(set)
    )
    preparers: set[str] = field(default_factory=set)  # kinds that the preparer left

    def note_name(self, place: Place) -> None:
        """Note one name."""
        self.names["row", place[0]].add(place)
        self.names["column", place[1]].add(place)


def add_personal_faults(
    sheet: Sheet,
    tables: Collection[FoundTable],
    is_known: Callable[[str], bool],
    faults: FaultList,
) -> None:
    """Add one fault a kind of personal data, naming its cells.

    Args:
        sheet: Any sheet, a form or not.
        tables: The form's tables in it.
        is_known: Tells folded texts that are no persons: labels and units' names.
        faults: Takes the faults.
    """
    places = _personal_places(sheet, tables, is_known)
    notes = _personal_notes(sheet)
    for code in sorted(places.keys() | notes.keys()):
        cells = [address(*place) for place in sorted(places.get(code, ()))]
        noted = [address(*place) for place in sorted(notes.get(code, ()))]
        all_shown = cells + [f"{cell} ({_NOTE})" for cell in noted]
        more = len(all_shown) - _SHOWN_CELLS
        shown = ", ".join(all_shown[:_SHOWN_CELLS])
        faults.add(
            code,
            sheet=sheet.name,
            cell=(cells + noted)[0],
            found=shown + (f" (+{more})" if more > 0 else ""),
        )
    for code in kinds_of_text(sheet.name):
        faults.add(code, sheet=sheet.name, found=_SHEET_NAME)


def add_personal_faults_beside(texts: Iterable[OtherText], faults: FaultList) -> None:
    """Add one fault a kind and place for what a workbook holds beside its cells.

    A note is reported with its cell, if it has one.
    """
    told = {fault.code for fault in faults.faults}
    found = {
        (code, text.place)
        for text in texts
        for code in _kinds_of_passage(text.text)
        if text.place != NOTES or code not in told
    }
    for code, place in sorted(found):
        faults.add(code, found=place)


def _personal_notes(sheet: Sheet) -> dict[str, set[Place]]:
    """Return code → the cells whose notes hold it; there nothing is exempt."""
    found: dict[str, set[Place]] = defaultdict(set)
    for place, text in sheet.notes.items():
        for code in _kinds_of_passage(senders_note(text.strip())):
            found[code].add(place)
    return found


def _kinds_of_passage(text: str) -> list[str]:
    kinds = list(kinds_of_text(text))
    if len(names_in_list(text)) >= _ENOUGH_NAMES:
        kinds.append(NAMES)
    return kinds


def _personal_places(
    sheet: Sheet, tables: Collection[FoundTable], is_known: Callable[[str], bool]
) -> dict[str, set[Place]]:
    found = _Found()
    exempt = _exempt(sheet, tables)
    counted = _counted_places(tables)
    for place, cell in _filled_cells(sheet):
        kinds = _kinds(cell, is_counted=place in counted)
        if place in exempt.preparer:
            kinds = _beyond_one_preparer(cell, kinds, found.preparers)
        for code in kinds:
            found.places[code].add(place)
        if isinstance(cell, str) and not exempt.has_names(place):
            _note_text(sheet, cell, place, is_known, exempt, found)
    for listed in found.names.values():
        if len(listed) >= _ENOUGH_NAMES:
            found.places[NAMES] |= listed
    return {code: places for code, places in found.places.items() if places}


def _filled_cells(sheet: Sheet) -> Iterator[tuple[Place, Cell]]:
    for row_index, row in enumerate(sheet.filled):
        for column, cell in row:
            if not isinstance(cell, bool):
                yield (row_index, column), cell


def _exempt(sheet: Sheet, tables: Collection[FoundTable]) -> _Exempt:
    return _Exempt(_signature_rows(sheet, tables), _preparers_line(sheet))


def _signature_rows(sheet: Sheet, tables: Collection[FoundTable]) -> range:
    """Return the rows of the one block of signatures: a few names at a form's end."""
    filled = [index for index, row in enumerate(sheet.filled) if row]
    if not tables or not filled:
        return range(0)
    last_of_tables = max((max(table.rows, default=0) for table in tables), default=0)
    rows = range(
        max(last_of_tables + 1, filled[-1] - _SIGNATURE_ROWS + 1), filled[-1] + 1
    )
    for first in rows:
        if any(starts_signature(text) for _, text in sheet.texts[first]):
            block = range(first, rows.stop)
            return block if _is_of_signatures(sheet, block) else range(0)
    return range(0)


def _is_of_signatures(sheet: Sheet, rows: range) -> bool:
    cells = [cell for row in rows for _, cell in sheet.filled[row]]
    names = [cell for cell in cells if isinstance(cell, str) and looks_like_name(cell)]
    has_figures = any(
        isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in cells
    )
    return len(names) <= _MOST_SIGNATURES and not has_figures


def _preparers_line(sheet: Sheet) -> frozenset[Place]:
    """Return the cells of the first line that names the preparer."""
    for index, row in enumerate(sheet.texts):
        for at, (column, text) in enumerate(row):
            if _names_preparer(text):
                beside = [place for place, _ in row[at : at + _PREPARER_CELLS]]
                return frozenset(
                    (index, cell_column) for cell_column in (column, *beside)
                )
    return frozenset()


@lru_cache(maxsize=50_000)
def _names_preparer(text: str) -> bool:
    return bool(_PREPARER.match(fold_cached(text)))


def _beyond_one_preparer(
    cell: Cell, kinds: Collection[str], left: set[str]
) -> Collection[str]:
    """Let the preparer leave one number to call and one address, and no more."""
    if not isinstance(cell, str):
        return kinds
    more = [code for code in kinds if code not in (PHONE, EMAIL)]
    for _, _, code in personal_spans(normalised(cell)):
        if code in (PHONE, EMAIL) and code in left:
            more.append(code)
        left.add(code)
    return more


def _counted_places(tables: Collection[FoundTable]) -> set[Place]:
    return {
        (row, position)
        for table in tables
        for name, position in table.columns.items()
        if table.table.column(name).type != "text"
        for row in (*table.rows, *table.totals)
    }


def _kinds(cell: Cell, *, is_counted: bool) -> Collection[str]:
    if isinstance(cell, str):
        kinds = kinds_of_text(cell)
        if not is_counted or not kinds:
            return kinds
        # a count never begins with 0 and goes on for nine digits
        digits = re.sub(r"\D", "", normalised(cell))
        is_number = digits.startswith("0") and len(digits) > 8
        return [code for code in kinds if code == EMAIL or is_number]
    if is_counted or not isinstance(cell, (int, float)):
        return ()
    return kinds_of_number(cell)


def _note_text(
    sheet: Sheet,
    text: str,
    place: Place,
    is_known: Callable[[str], bool],
    exempt: _Exempt,
    found: _Found,
) -> None:
    if _is_plain(text):
        return
    if len(names_in_list(text)) >= _ENOUGH_NAMES:
        found.places[NAMES].add(place)
    elif len(text) > 4 and looks_like_name(text) and not is_known(fold_cached(text)):
        found.note_name(place)
    _note_labelled(sheet, text, place, exempt, found)


@lru_cache(maxsize=20_000)
def _is_plain(text: str) -> bool:
    """Whether a text is no name, no list of names and no label of personal data."""
    return not (
        looks_like_name(text)
        or len(names_in_list(text)) >= _ENOUGH_NAMES
        or _label_code(text)
    )


def _label_code(text: str) -> str | None:
    return _LABELS.get(fold_cached(text.rstrip(" :")))


def _note_labelled(
    sheet: Sheet, text: str, place: Place, exempt: _Exempt, found: _Found
) -> None:
    """Treat what is below or beside a label such as *Họ và tên* as what it says."""
    code = _label_code(text)
    if code is None:
        return
    row, column = place
    beside = sheet.rows[row][column + 1 : column + 2]
    if beside and _is_value(beside[0], code):
        found.places[code].add((row, column + 1))
    for below, cell in _below(sheet, place):
        if not exempt.has_names((below, column)) and _is_value(cell, code):
            found.places[code].add((below, column))


def _below(sheet: Sheet, place: Place) -> Iterator[tuple[int, Cell]]:
    row, column = place
    for index in range(row + 1, min(len(sheet.rows), row + 1 + _ROWS_BELOW_LABEL)):
        cells: Sequence[Cell] = sheet.rows[index]
        yield index, cells[column] if column < len(cells) else None


def _is_value(cell: Cell, code: str) -> bool:
    if code == NAMES:
        return isinstance(cell, str) and looks_like_name(cell, is_labelled=True)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return cell >= 10**5
    return isinstance(cell, str) and len(re.sub(r"\D", "", normalised(cell))) > 5
