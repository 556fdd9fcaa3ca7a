"""Cells → values of a column's type; a cell that does not fit is a fault, no guess."""

import re
from dataclasses import dataclass
from decimal import Decimal

from bloc_warehouse.forms.model import Column, Value
from bloc_warehouse.intake.grid import Cell, CellError, text_of
from bloc_warehouse.vietnamese import fold, normalise

ParsedValue = int | Decimal | str | None

ZERO_WORDS = {"khong", "khong co"}
_DASHES = {"-", "–", "—", "−"}
_NOT_APPLICABLE = {"x"}
_LARGEST = 10**12
_LONGEST_TEXT = 200
_WHOLE = re.compile(r"-?\d+")
_GROUPED = re.compile(r"-?\d{1,3}(\.\d{3})+")
_DECIMAL = re.compile(r"-?\d+([.,]\d+)?")


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


def parse_cell(cell: Cell, column: Column) -> Parsed | ValueFault:
    """Read a cell as ``column`` wants it.

    Blank stays blank; ``-``, *không* and *không có* are zero for counts, ``x`` is
    not applicable, as the legend on every form says.
    """
    if isinstance(cell, CellError):
        return ValueFault("V306", cell.text)
    if cell is None or (isinstance(cell, str) and not normalise(cell)):
        return Parsed()
    if not column.is_key and text_of(cell).strip().lower() in _NOT_APPLICABLE:
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


def _count(cell: Cell) -> Parsed | ValueFault:
    shown = text_of(cell)
    if isinstance(cell, bool) or not isinstance(cell, (int, float, str)):
        return ValueFault("V301", shown)
    number = _count_of_text(cell) if isinstance(cell, str) else Decimal(str(cell))
    if number is None:
        return ValueFault("V301", shown)
    if not number.is_finite() or abs(number) > _LARGEST:
        return ValueFault("V307", shown)
    if number != number.to_integral_value():
        return ValueFault("V302", shown, _thousandfold(number))
    if number < 0:
        return ValueFault("V303", shown)
    return Parsed(int(number))


def _count_of_text(text: str) -> Decimal | None:
    plain = re.sub(r"\s", "", normalise(text))
    if plain in _DASHES or fold(text) in ZERO_WORDS:
        return Decimal(0)
    if _GROUPED.fullmatch(plain):
        return Decimal(plain.replace(".", ""))
    if _WHOLE.fullmatch(plain):
        return Decimal(plain)
    if _DECIMAL.fullmatch(plain):
        return Decimal(plain.replace(",", "."))
    return None


def _thousandfold(number: Decimal) -> str:
    """Suggest what an English Excel made of 4.851; never applied."""
    thousandfold = number * 1000
    if thousandfold != thousandfold.to_integral_value():
        return ""
    grouped = f"{int(thousandfold):,}".replace(",", ".")
    return f"{grouped}?"


def _percent(cell: Cell) -> Parsed | ValueFault:
    shown = text_of(cell)
    plain = re.sub(r"[\s%]", "", shown)
    if isinstance(cell, bool) or not _DECIMAL.fullmatch(plain):
        return ValueFault("V315", shown)
    number = Decimal(plain.replace(",", "."))
    if number < 0:
        return ValueFault("V303", shown)
    if number > _LARGEST // 10**8:
        return ValueFault("V307", shown)
    return Parsed(round(number, 4))


def _year(cell: Cell) -> Parsed | ValueFault:
    shown = text_of(cell)
    if isinstance(cell, bool) or not re.fullmatch(r"(19|20)\d{2}", shown.strip()):
        return ValueFault("V312", shown)
    return Parsed(int(shown))


def _code(cell: Cell, values: tuple[Value, ...]) -> Parsed | ValueFault:
    shown = normalise(text_of(cell))
    wanted = fold(shown)
    for value in values:
        if wanted in {fold(label) for label in (value.label_vi, *value.aliases)} or (
            shown == value.code
        ):
            return Parsed(value.code)
    return ValueFault("V305", shown, "; ".join(value.label_vi for value in values))
