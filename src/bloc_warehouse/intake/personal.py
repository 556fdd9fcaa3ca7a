"""Finds what looks like personal data, so that a file with it is never kept.

Only the cells are told, never what stands in them. Counts and codes in known columns
are not looked at as numbers; the signature block and the preparer's line may hold names
and numbers, since they are never loaded.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from bloc_warehouse.intake.fault_marks import senders_note
from bloc_warehouse.intake.faults import FaultList
from bloc_warehouse.intake.grid import Cell, Sheet, address
from bloc_warehouse.intake.person_names import looks_like_name, names_in_list
from bloc_warehouse.intake.table_finder import (
    FoundTable,
    fold_cached,
    starts_signature,
)

IDENTITY, PHONE, BANK, EMAIL, NAMES = "P501", "P502", "P503", "P504", "P505"

_ENOUGH_NAMES = 3  # of one column; fewer are a mention, not a list
_SIGNATURE_ROWS = 12
_ROWS_BELOW_LABEL = 200
_SHOWN_CELLS = 12
_NOTE = "ghi chú, note"
_PREPARER = re.compile(
    r"^(nguoi|can bo|chuyen vien) (lap|bao cao|gui|tong hop)|^lap bieu"
)
_MAYBE = re.compile(r"\d[\d .\-()]{6,}|@")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_IDENTITY = re.compile(
    r"(?<![\d.,/-])(?:0\d{11}|\d{9}|0\d{2}(?: \d{3}){3})(?![\d,/-]|\.\d)"
)
_PHONE = re.compile(
    r"(?<![\d.,/-])(?:\(?0(?:2\d{1,2}|[35789]\d)\)?|(?:\+|00)?84[ .-]?[235789]\d)"
    r"(?:[ .-]?\d){7,8}(?![\d,/-]|\.\d)"
)
_PHONE_DIGITS = (10, 11, 12, 13)
_BANK = re.compile(
    r"(?:\bstk\b|tài khoản|tai khoan)\D{0,25}\d(?:[ .-]?\d){5,18}"
    r"|(?<![\d.,/-])\d{13,19}(?![\d.,/-])",
    re.IGNORECASE,
)
_TAX_CODE = re.compile(r"mã số thuế|\bmst\b", re.IGNORECASE)
_LABELS = {
    "so cccd": IDENTITY, "cccd": IDENTITY, "cmnd": IDENTITY, "so cmnd": IDENTITY,
    "cccd cmnd": IDENTITY, "cmnd cccd": IDENTITY, "so can cuoc": IDENTITY,
    "so can cuoc cong dan": IDENTITY, "so the dang": IDENTITY,
    "so dien thoai": PHONE, "dien thoai": PHONE, "sdt": PHONE, "so dt": PHONE,
    "so tai khoan": BANK, "stk": BANK, "so tk": BANK,
    "ho va ten": NAMES, "ho ten": NAMES, "ho va ten dang vien": NAMES,
    "ho ten dang vien": NAMES, "ten dang vien": NAMES,
}  # fmt: skip
_MONEY = 1_000  # amounts are round, numbers of persons are not
_DIGITS_OF_NUMBERS = {9: IDENTITY, 11: IDENTITY, 12: IDENTITY}
_BANK_DIGITS = range(13, 20)
_FIRST_DIGITS_OF_MOBILES = "35789"

Place = tuple[int, int]


def personal_spans(text: str) -> list[tuple[int, int, str]]:
    """Return where a short text, e.g. a name, holds what of a person: start, end, code.

    They do not overlap; the first kind that fits counts.
    """
    spans: list[tuple[int, int, str]] = []
    for code, pattern, is_one in (
        (EMAIL, _EMAIL, None),
        (BANK, _BANK, None),
        (PHONE, _PHONE, _is_phone),
        (IDENTITY, _IDENTITY, _is_identity),
    ):
        for match in pattern.finditer(text):
            start, end = match.span()
            is_free = all(end <= first or last <= start for first, last, _ in spans)
            if is_free and (is_one is None or is_one(match[0])):
                spans.append((start, end, code))
    return sorted(spans)


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


def _personal_notes(sheet: Sheet) -> dict[str, set[Place]]:
    """Return code → the cells whose notes hold it; there nothing is exempt."""
    found: dict[str, set[Place]] = defaultdict(set)
    for place, text in sheet.notes.items():
        note = senders_note(text.strip())
        for code in _kinds_of_text(note):
            found[code].add(place)
        if len(names_in_list(note)) >= _ENOUGH_NAMES:
            found[NAMES].add(place)
    return found


def _personal_places(
    sheet: Sheet, tables: Collection[FoundTable], is_known: Callable[[str], bool]
) -> dict[str, set[Place]]:
    places: dict[str, set[Place]] = defaultdict(set)
    names: dict[int, set[Place]] = defaultdict(set)
    exempt = _signature_rows(sheet)
    counted = _counted_places(tables)
    for place, cell in _filled_cells(sheet, exempt):
        for code in _kinds(cell, is_counted=place in counted):
            places[code].add(place)
        if isinstance(cell, str) and not _is_plain(cell):
            _note_names(cell, place, is_known, places, names)
            _note_labelled(sheet, cell, place, exempt, places)
    for column_places in names.values():
        if len(column_places) >= _ENOUGH_NAMES:
            places[NAMES] |= column_places
    return {code: found for code, found in places.items() if found}


def _filled_cells(sheet: Sheet, exempt: set[int]) -> Iterator[tuple[Place, Cell]]:
    for row_index, row in enumerate(sheet.filled):
        if row_index in exempt:
            continue
        for column, cell in row:
            if not isinstance(cell, bool):
                yield (row_index, column), cell


def _signature_rows(sheet: Sheet) -> set[int]:
    """Rows of signatures, each block bounded, and lines that name the preparer."""
    rows: set[int] = set()
    for index, row in enumerate(sheet.texts):
        if any(_names_preparer(text) for _, text in row):
            rows.add(index)
        if any(starts_signature(text) for _, text in row):
            is_words = not any(
                isinstance(cell, (int, float)) for _, cell in sheet.filled[index]
            )
            if is_words:
                rows.update(range(index, index + _SIGNATURE_ROWS))
    return rows


@lru_cache(maxsize=50_000)
def _names_preparer(text: str) -> bool:
    return bool(_PREPARER.match(fold_cached(text)))


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
        kinds = _kinds_of_text(cell)
        if not is_counted or not kinds:
            return kinds
        # a count never begins with 0 and goes on for nine digits
        digits = re.sub(r"\D", "", cell)
        is_number = digits.startswith("0") and len(digits) > 8
        return [code for code in kinds if code == EMAIL or is_number]
    if is_counted or not isinstance(cell, (int, float)):
        return ()
    return _kinds_of_number(cell)


def _kinds_of_number(number: float) -> Collection[str]:
    if number < 10**8 or number >= 10**19 or number % 1 or number % _MONEY == 0:
        return ()
    digits = str(int(number))
    if len(digits) in _BANK_DIGITS:
        return (BANK,)
    if len(digits) == 9 and digits[0] in _FIRST_DIGITS_OF_MOBILES:
        return (PHONE,)
    code = _DIGITS_OF_NUMBERS.get(len(digits))
    return (code,) if code else ()


@lru_cache(maxsize=20_000)
def _kinds_of_text(text: str) -> tuple[str, ...]:
    if not _MAYBE.search(text):
        return ()
    kinds = []
    if _EMAIL.search(text):
        kinds.append(EMAIL)
    if _TAX_CODE.search(text):
        return tuple(kinds)
    plain = unicodedata.normalize("NFC", text).replace("\u00a0", " ")
    if _BANK.search(plain):
        kinds.append(BANK)
    elif any(_is_phone(match[0]) for match in _PHONE.finditer(plain)):
        kinds.append(PHONE)
    elif any(_is_identity(match[0]) for match in _IDENTITY.finditer(plain)):
        kinds.append(IDENTITY)
    return tuple(kinds)


def _is_phone(text: str) -> bool:
    return len(re.sub(r"\D", "", text)) in _PHONE_DIGITS


def _is_identity(text: str) -> bool:
    digits = text.replace(" ", "")
    return len(digits) == 12 or not digits.endswith("000")


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


def _note_names(
    text: str,
    place: Place,
    is_known: Callable[[str], bool],
    places: Mapping[str, set[Place]],
    names: Mapping[int, set[Place]],
) -> None:
    if len(text) > 4 and looks_like_name(text):
        if not is_known(fold_cached(text)):
            names[place[1]].add(place)
    elif len(names_in_list(text)) >= _ENOUGH_NAMES:
        places[NAMES].add(place)


def _note_labelled(
    sheet: Sheet,
    text: str,
    place: Place,
    exempt: set[int],
    places: Mapping[str, set[Place]],
) -> None:
    """Take what stands below or beside a label such as *Họ và tên* for what it says."""
    code = _label_code(text)
    if code is None:
        return
    row, column = place
    beside = sheet.rows[row][column + 1 : column + 2]
    if beside and _is_value(beside[0], code):
        places[code].add((row, column + 1))
    for below, cell in _below(sheet, place):
        if below not in exempt and _is_value(cell, code):
            places[code].add((below, column))


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
    return isinstance(cell, str) and len(re.sub(r"\D", "", cell)) > 5
