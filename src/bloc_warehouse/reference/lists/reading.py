"""Bytes of a list → its lines, as text that says one thing in one way only.

Excel saves CSV with a mark in front, with semicolons or tabs, or as UTF-16: all read.
Lines that begin with # are remarks, as `bloc init` writes them above the header.
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
class Written:
    """A list's text, and how its file writes it."""

    text: str
    coding: str
    separator: str

    @property
    def header(self) -> list[str]:
        """The names of the columns, as the file orders them."""
        return _names(next(_table(self), []))


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


def decoded(content: bytes) -> Written:
    """Return a list's text with its coding and separator.

    Raises:
        UnicodeDecodeError: It is neither UTF-8 nor UTF-16.
    """
    coding = "utf-8-sig" if content.startswith(codecs.BOM_UTF8) else "utf-8"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        coding = "utf-16"
    text = unicodedata.normalize("NFC", content.decode(coding))
    header = next((line for line in text.splitlines() if not _is_remark(line)), "")
    return Written(text, coding, max(_SEPARATORS, key=header.count))


def _table(written: Written) -> Iterator[list[str]]:
    """Yield the header and the lines after it; remarks before it are passed over."""
    for _, cells in _numbered(written):
        yield cells


def _numbered(written: Written) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the number of its first line."""
    table = csv.reader(
        io.StringIO(written.text, newline=""), delimiter=written.separator
    )
    first = 1
    for cells in table:
        if not (cells and _is_remark(cells[0])):
            yield first, cells
        first = table.line_num + 1


def _is_remark(line: str) -> bool:
    return line.lstrip().removeprefix('"').startswith("#")


def _names(header: Sequence[str]) -> list[str]:
    names = [name.strip().lower() for name in header]
    while names and not names[-1]:  # columns that Excel added
        names.pop()
    return names


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
        written = self._decoded(content)
        if written is None:
            return
        rows, last = _numbered(written), 1
        try:
            last, header = next(rows, (1, []))
            names = _names(header)
            if not self._fits(last, names):
                return
            for last, cells in rows:
                yield from self._row(last, cells, names)
        except csv.Error as error:
            self._report(last, "", "csv", str(error), "save the list as CSV again")

    def _decoded(self, content: bytes) -> Written | None:
        try:
            return decoded(content)
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            self._report(
                line, "", "encoding", "the text is not UTF-8",
                "save it in Excel as “CSV UTF-8 (Comma delimited)”",
            )  # fmt: skip
            return None

    def _fits(self, number: int, header: Sequence[str]) -> bool:
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
            self._report(
                number, name, "columns", message, f"{remedy}; there are {columns}"
            )
        return not wrong

    def _row(
        self, number: int, cells: Sequence[str], header: Sequence[str]
    ) -> Iterator[Line]:
        values = [cell.strip() for cell in cells]
        if not any(values):
            return
        if any(values[len(header) :]) or len(values) < len(header):
            self._report(
                number, "", "cells",
                f"cells: {len(values)}, where there should be {len(header)}",
                "put text with separators or line breaks between quotes",
            )  # fmt: skip
            return
        yield self._line(number, dict(zip(header, values, strict=False)))

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
