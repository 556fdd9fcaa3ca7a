"""Cells → values of a column's type; a cell that does not fit is a fault, no guess."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache

from bloc_warehouse.domain.vietnamese import fold, normalise
from bloc_warehouse.forms.model import Column, Value
from bloc_warehouse.intake.read.grid import Cell, CellError, PercentCell, text_of

ParsedValue = int | Decimal | str | None

ZERO_WORDS = {"khong", "khong co"}
_DASHES = {"-", "–", "—", "−"}
_NOT_APPLICABLE = {"x"}
_LARGEST = 10**9  # more than all members of the Party, and more than all turns
_LARGEST_PERCENT = 10_000
_LONGEST_TEXT = 200
_WHOLE = re.compile(r"-?[0-9]+")
_GROUPED = re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?")
_DECIMAL = re.compile(r"-?[0-9]+([.,][0-9]+)?")
_ENGLISH = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_IN_BRACKETS = re.compile(r"\(\s*[0-9][0-9.,\s]*\)")
_RATIO = re.compile(r"[0-9.\s]+/[0-9.\s]+")
_ERROR_TEXT = re.compile(r"#[A-Z0-9/]+[!?]?|Err:\d+")
_FORMULA_TEXT = re.compile(r"[=@]|[+\-][A-Za-z0-9.]*[(|!]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|_x00[01][0-9A-Fa-f]_")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－−", "0123456789.,--")
# what offices write after a number, folded: 12 đồng chí, 0 đ/c, 74 lượt tổ chức
_COUNTED = re.compile(
    r"(luot )?(dong chi|d ?c|dang vien|dv|nguoi|chi bo|dang bo|to chuc( dang)?|tccsd"
    r"|luot|lop|don|cuoc|vu|can bo|truong hop|doan vien|quan chung)"
)


@dataclass(frozen=True, slots=True)
class ValueFault:
    """Why a cell does not fit: the fault's code and both sides."""

    code: str
    found: str
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A cell as understood: a value, a blank (``value`` None), or *not applicable*."""

    value: ParsedValue = None
    not_applicable: bool = False


_BLANK = Parsed()


def parse_cell(cell: Cell, column: Column) -> Parsed | ValueFault:
    """Read a cell as ``column`` wants it.

    Blank stays blank; ``-``, *không* and *không có* are zero for counts, ``x`` is
    not applicable, as the legend on every form says.
    """
    if cell is None:
        return _BLANK
    if isinstance(cell, float) and column.type == "count":
        return _count(cell)
    return _refused(cell, column) or _parsed(cell, column)


def _parsed(cell: Cell, column: Column) -> Parsed | ValueFault:
    cell = _cleaned(cell)
    if cell is None:
        return Parsed()
    if _is_not_applicable(cell, column):
        return Parsed(not_applicable=True)
    match column.type:
        case "count":
            return _count(cell)
        case "percent":
            return _percent(cell)
        case "year":
            return _year(cell)
        case "code":
            return _code(cell, column.values)
        case _:
            return Parsed(normalise(text_of(cell))[:_LONGEST_TEXT])


def _cleaned(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return normalise(_CONTROLS.sub("", cell)) or None
    return cell


def _is_not_applicable(cell: Cell, column: Column) -> bool:
    return not column.is_key and text_of(cell).strip().lower() in _NOT_APPLICABLE


def _refused(cell: Cell, column: Column) -> ValueFault | None:
    """Refuse what is no value in any column: errors, formulas as text, dates."""
    if isinstance(cell, CellError):
        return ValueFault("V306", cell.text)
    if isinstance(cell, str):
        text = cell.strip()
        if _ERROR_TEXT.fullmatch(text):
            return ValueFault("V306", text)
        return ValueFault("V319", text) if _FORMULA_TEXT.match(text) else None
    if isinstance(cell, (date, datetime, time, timedelta)) and column.type != "text":
        return _of_date(cell)
    return None


def _of_date(cell: date | datetime | time | timedelta) -> ValueFault:
    """Refuse what Excel made a date of, showing what was probably typed: 2/3."""
    if isinstance(cell, (date, datetime)):
        return ValueFault("V317", text_of(cell), f"{cell.day}/{cell.month}?")
    return ValueFault("V317", text_of(cell))


def _count(cell: Cell) -> Parsed | ValueFault:
    if isinstance(cell, float) and cell.is_integer() and 0 <= cell <= _LARGEST:
        return Parsed(int(cell))  # nearly every cell
    shown = text_of(cell)
    if isinstance(cell, str):
        return _count_of_text(cell, shown)
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return ValueFault("V301", shown)
    return _whole(Decimal(str(cell)), shown)


@lru_cache(maxsize=20_000)
def _count_of_text(text: str, shown: str) -> Parsed | ValueFault:
    if fold(text) in ZERO_WORDS:
        return Parsed(0)
    plain = _plain_number(text)
    if plain in _DASHES:
        return Parsed(0)
    if _RATIO.fullmatch(plain):
        return ValueFault("V316", shown, plain.partition("/")[0])
    if _IN_BRACKETS.fullmatch(plain):
        return ValueFault("V303", shown)
    if _ENGLISH.fullmatch(plain):
        whole = plain.partition(".")[0].replace(",", "")
        return ValueFault("V318", shown, f"{_grouped(int(whole))}?")
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(".", "")
    if _DECIMAL.fullmatch(plain):
        return _whole(Decimal(plain.replace(",", ".")), shown)
    return ValueFault("V301", shown)


def _plain_number(text: str) -> str:
    """Return a number's text without spaces and without the word for what it counts."""
    plain = normalise(text).translate(_FULL_WIDTH).strip("'’ ").rstrip(".")
    match = re.match(r"[0-9.,\s]*[0-9]", plain)
    if match and _COUNTED.fullmatch(fold(plain[match.end() :])):
        plain = match[0]
    return re.sub(r"\s", "", plain)


def _whole(number: Decimal, shown: str) -> Parsed | ValueFault:
    if not number.is_finite() or abs(number) > _LARGEST:
        return ValueFault("V307", shown)
    if number != number.to_integral_value():
        return _fraction(number, shown)
    if number < 0:
        return ValueFault("V303", shown)
    return Parsed(int(number))


def _fraction(number: Decimal, shown: str) -> ValueFault:
    """Suggest what an English Excel made of 4.851; never applied."""
    thousandfold = number * 1000
    if thousandfold != thousandfold.to_integral_value():
        return ValueFault("V302", shown)
    stored = f"{number.normalize():f}".replace(".", ",")
    return ValueFault("V321", stored, _grouped(int(thousandfold)))


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _percent(cell: Cell) -> Parsed | ValueFault:
    shown = text_of(cell)
    if isinstance(cell, PercentCell):
        return _percentage(cell.percentage, shown)
    plain = re.sub(r"[\s%]", "", shown)
    if isinstance(cell, bool) or not _DECIMAL.fullmatch(plain):
        return ValueFault("V315", shown)
    return _percentage(Decimal(plain.replace(",", ".")), shown)


def _percentage(number: Decimal, shown: str) -> Parsed | ValueFault:
    if not number.is_finite() or number > _LARGEST_PERCENT:
        return ValueFault("V307", shown)
    if number < 0:
        return ValueFault("V303", shown)
    return Parsed(round(number, 4))


def _year(cell: Cell) -> Parsed | ValueFault:
    shown = text_of(cell)
    match = re.fullmatch(r"(?:nam )?((?:19|20)[0-9]{2})", fold(shown))
    if isinstance(cell, bool) or not match:
        return ValueFault("V312", shown)
    return Parsed(int(match[1]))


def _code(cell: Cell, values: tuple[Value, ...]) -> Parsed | ValueFault:
    shown = normalise(text_of(cell))
    code = _codes(values).get(fold(shown))
    if code is None and any(value.code == shown for value in values):
        code = shown
    if code is None:
        labels = "; ".join(value.label_vi for value in values)
        return ValueFault("V305", shown, labels)
    return Parsed(code)


@cache
def _codes(values: tuple[Value, ...]) -> dict[str, str]:
    """Folded label or alias → code; the first of two values that share one wins."""
    codes: dict[str, str] = {}
    for value in values:
        for label in (value.label_vi, *value.aliases):
            codes.setdefault(fold(label), value.code)
    return codes
