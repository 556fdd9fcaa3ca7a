"""Bytes of a list → its lines, as text that says one thing in one way only.

Excel saves CSV with a mark in front, with semicolons or tabs, or as UTF-16: all read.
Anything that would have to be guessed (old encodings, days as 3/4/2025) is a fault.
"""

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from bloc_warehouse.reference.lists.faults import ListFault
from bloc_warehouse.reference.lists.shapes import Shape

Values = Mapping[str, str | None]

_SEPARATORS = ",;\t"
_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 1, 1)
_CURES = {
    "date": "write the day as 2025-03-01 (year-month-day), in Excel in a text cell",
    "integer": "write a whole number, without separators",
    "bigint": "write a whole number, without separators",
    "numeric": "write a number with a decimal point, such as 0.4",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list: its number and its values, blank as None."""

    number: int
    values: Values


@dataclass(frozen=True, slots=True)
class ReadList:
    """What could be read of a list, and what could not."""

    shape: Shape
    lines: Sequence[Line]
    faults: Sequence[ListFault]


def read_list(shape: Shape, content: bytes) -> ReadList:
    """Read a list from a file's bytes."""
    reader = _Reader(shape)
    lines = list(reader.lines(content))
    return ReadList(shape, lines, reader.faults)


class _Reader:
    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.faults: list[ListFault] = []

    def lines(self, content: bytes) -> Iterator[Line]:
        text = self._decoded(content)
        if text is None:
            return
        first = text.partition("\n")[0]
        separator = max(_SEPARATORS, key=first.count)
        table = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        try:
            header = [name.strip().lower() for name in next(table, [])]
            while header and not header[-1]:  # columns that Excel added
                header.pop()
            if not self._fits(header):
                return
            yield from self._body(table, header)
        except csv.Error as error:
            self._report(
                table.line_num, "", "csv", str(error), "save the list as CSV again"
            )

    def _decoded(self, content: bytes) -> str | None:
        coding = "utf-8-sig"
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            coding = "utf-16"
        try:
            text = content.decode(coding)
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            self._report(
                line, "", "encoding", "the text is not UTF-8",
                "save it in Excel as “CSV UTF-8 (Comma delimited)”",
            )  # fmt: skip
            return None
        return unicodedata.normalize("NFC", text)

    def _fits(self, header: Sequence[str]) -> bool:
        wrong = [
            (name, "is missing", "add the column")
            for name in self.shape.columns
            if name not in header
        ] + [
            (name, "is unknown", "remove the column, or mend its name")
            for name in header
            if name not in self.shape.columns
        ]
        twice = sorted({name for name in header if header.count(name) > 1})
        wrong += [(name, "appears twice", "remove one of them") for name in twice]
        for name, what, remedy in wrong:
            columns = ", ".join(self.shape.columns)
            message = f"the column {name or '(blank)'} {what}"
            self._report(1, name, "columns", message, f"{remedy}; there are {columns}")
        return not wrong

    def _body(
        self, table: Iterator[list[str]], header: Sequence[str]
    ) -> Iterator[Line]:
        number = table.line_num  # type: ignore[attr-defined]
        for cells in table:
            first, number = number + 1, table.line_num  # type: ignore[attr-defined]
            values = [cell.strip() for cell in cells]
            if not any(values):
                continue
            if any(values[len(header) :]) or len(values) < len(header):
                self._report(
                    first, "", "cells",
                    f"cells: {len(values)}, where there should be {len(header)}",
                    "put text with separators or line breaks between quotes",
                )  # fmt: skip
                continue
            yield self._line(first, dict(zip(header, values, strict=False)))

    def _line(self, number: int, values: Mapping[str, str]) -> Line:
        known: dict[str, str | None] = {}
        for name, kind in self.shape.columns.items():
            value = values[name]
            known[name] = self._value(number, name, kind, value) if value else None
            if not value and name in self.shape.required:
                self._report(number, name, "required", "is blank", "fill it in")
            choices = self.shape.choices.get(name, ())
            if value and choices and value not in choices:
                self._report(
                    number, name, "choices", f"{value} is not known",
                    f"one of {', '.join(choices)}",
                )  # fmt: skip
        return Line(number, known)

    def _value(self, number: int, name: str, kind: str, value: str) -> str | None:
        try:
            return _normal(kind, value)
        except (ValueError, InvalidOperation):
            self._report(number, name, "type", f"{value!r} is no {kind}", _CURES[kind])
            return None

    def _report(
        self, line: int, column: str, rule: str, message: str, remedy: str
    ) -> None:
        self.faults.append(
            ListFault(self.shape.file_name, line, column, rule, message, remedy)
        )


def _normal(kind: str, value: str) -> str:
    """Write a value in the one way in which it is kept and compared."""
    match kind:
        case "date":
            day = date.fromisoformat(value)
            if not _EARLIEST <= day <= _LATEST:
                raise ValueError(value)
            return day.isoformat()
        case "integer" | "bigint":
            if not value.removeprefix("-").isascii():
                raise ValueError(value)
            return str(int(value.replace("_", "x")))
        case "numeric":
            number = Decimal(value.replace("_", "x"))
            if not number.is_finite():
                raise ValueError(value)
            return format(number.normalize(), "f")
        case _:
            return value
