"""How the untidy layouts write values: Vietnamese numbers, dashes, labels for codes."""

from collections.abc import Sequence
from decimal import Decimal

from bloc_samples.returns.model import CellValue, Row
from bloc_warehouse.forms.model import Column


def label_of(column: Column, value: CellValue, *, short: bool = False) -> CellValue:
    """Return a code's label, or an alias of it; other values as they are."""
    for choice in column.values:
        if choice.code == value:
            return choice.aliases[0] if short and choice.aliases else choice.label_vi
    return value


def as_text(column: Column, value: CellValue, *, zero: str = "0") -> str:
    """Return what a clerk types: 4.851, 15,16, and ``zero`` for nothing."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value}".replace(".", ",")
    if column.type == "count" and isinstance(value, int):
        return f"{value:,}".replace(",", ".") if value else zero
    return str(value)


def column_sum(column: Column, lines: Sequence[Row]) -> int | None:
    """Return what a total line shows; None if nothing is to be added."""
    values = [line.get(column.name) for line in lines]
    numbers = [value for value in values if isinstance(value, int)]
    return sum(numbers) if column.type == "count" and numbers else None
