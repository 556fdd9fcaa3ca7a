"""An ods as it shows itself: values, errors, percentages, hidden and merged cells.

Its cells say in words what they show, whatever the producer calls their type, so the
whole sheet is read here; nothing else reads an ods.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bloc_warehouse.intake.read.formats import NO_VALUE, SheetFormats, check_extent
from bloc_warehouse.intake.read.grid import Cell, CellError, PercentCell
from bloc_warehouse.intake.read.limits import Limits, UnreadableFileError
from bloc_warehouse.intake.read.xlsx_formats import Attributes, stream

CONTENT = "content.xml"
MANIFEST = "META-INF/manifest.xml"
_HIDDEN = {"collapse", "filter"}
_CELLS = ("table-cell", "covered-table-cell")
_NOT_SHEETS = ("dde-link", *_CELLS)  # where a table is no sheet of its own
_NUMBERS = ("float", "percentage", "currency")
_ERROR = re.compile(r"#[A-Z0-9/]+[!?]?|Err:\d+")
_SHOWN_NUMBER = re.compile(r"[-−]?\d[\d.,\s]*")
_DURATION = re.compile(r"(-?)PT(\d+)H(\d+)M(\d+(?:[.,]\d+)?)S")
_BOOLEANS = {"TRUE": True, "FALSE": False}
_MIDNIGHT = datetime(1904, 1, 1)  # noqa: DTZ001  a cell has no zone
_MOST_SPACES = 100


@dataclass(slots=True)
class OdsSheet:
    """A sheet; the rows have every cell as it is shown."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    formats: SheetFormats = field(default_factory=SheetFormats)
    is_hidden: bool = False


def ods_sheets(parts: Mapping[str, bytes], limits: Limits) -> list[OdsSheet]:
    """Return the sheets in their order.

    Raises:
        UnreadableFileError: F106 with a password, F109 reaches too far, F101 unsound.
    """
    if b"encryption-data" in parts.get(MANIFEST, b""):
        raise UnreadableFileError("F106")
    collector = _Collector(limits)
    stream(parts.get(CONTENT, b""), collector.start, collector.end, collector.text)
    return collector.sheets


class _Collector:
    """Follows the tables of a document as expat meets them."""

    def __init__(self, limits: Limits) -> None:
        self.sheets: list[OdsSheet] = []
        self._limits = limits
        self._sheet = OdsSheet("")
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._parents: list[str] = []
        self._row = self._header_column = 0
        self._row_repeats = 1
        self._cells: list[Cell] = []
        self._column = 0
        self._cell: Attributes = {}
        self._paragraphs: list[str] = []
        self._note: str | None = None
        self._write: Callable[[str], None] | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        """Meet an element's start."""
        parent = self._parents[-1] if self._parents else ""
        self._parents.append(name)
        match name:
            case "style":
                self._style = attributes.get("style:name", "")
            case "table-properties" if attributes.get("table:display") == "false":
                self._hidden_styles.add(self._style)
            case "table" if parent not in _NOT_SHEETS:
                self._start_table(attributes)
            case "table-column":
                self._meet_column(attributes)
            case "table-row":
                self._start_row(attributes)
            case "table-cell" | "covered-table-cell":
                self._cell, self._paragraphs = attributes, []
            case _:
                self._start_text(name, parent, attributes)

    def _start_text(self, name: str, parent: str, attributes: Attributes) -> None:
        match name:
            case "annotation":
                self._note = ""
            case "p" if self._note is not None:
                self._write = self._write_note
            case "p" if parent in _CELLS:
                self._paragraphs.append("")
                self._write = self._write_cell
            case "s":
                count = min(_repeats(attributes, "text:c"), _MOST_SPACES)
                self.text(" " * count)
            case "tab" | "line-break":
                self.text(" ")
            case _:
                pass

    def end(self, name: str) -> None:
        """Meet an element's end."""
        self._parents.pop()
        match name:
            case "p":
                self._write = None
                if self._note is not None:
                    self._note += "\n"
            case "annotation" if self._note is not None:
                self._sheet.formats.notes[self._row, self._column] = self._note
                self._note = None
            case "table-cell" | "covered-table-cell":
                self._end_cell()
            case "table-row":
                self._end_row()
            case _:
                pass

    def text(self, data: str) -> None:
        """Meet text; outside the paragraphs of cells and notes it is layout."""
        if self._write is not None:
            self._write(data)

    def _write_note(self, data: str) -> None:
        self._note = (self._note or "") + data

    def _write_cell(self, data: str) -> None:
        self._paragraphs[-1] += data

    def _start_table(self, attributes: Attributes) -> None:
        is_hidden = attributes.get("table:style-name") in self._hidden_styles
        name = attributes.get("table:name", "")
        self._sheet = OdsSheet(name, is_hidden=is_hidden)
        self.sheets.append(self._sheet)
        self._row = self._header_column = 0

    def _meet_column(self, attributes: Attributes) -> None:
        repeats = _repeats(attributes, "table:number-columns-repeated")
        if attributes.get("table:visibility") in _HIDDEN and repeats <= 16_384:
            first = self._header_column
            self._sheet.formats.hidden_columns.update(range(first, first + repeats))
        self._header_column += repeats

    def _start_row(self, attributes: Attributes) -> None:
        self._column, self._cells = 0, []
        self._row_repeats = _repeats(attributes, "table:number-rows-repeated")
        is_bounded = self._row_repeats <= self._limits.max_rows
        if attributes.get("table:visibility") in _HIDDEN and is_bounded:
            rows = range(self._row, self._row + self._row_repeats)
            self._sheet.formats.hidden_rows.update(rows)

    def _end_row(self) -> None:
        if self._cells:
            rows = self._sheet.rows
            rows += [[] for _ in range(self._row - len(rows))]
            rows += [list(self._cells) for _ in range(self._row_repeats)]
        self._row += self._row_repeats

    def _end_cell(self) -> None:
        repeats = _repeats(self._cell, "table:number-columns-repeated")
        value = _value(self._cell, self._paragraphs)
        if value is not None:
            last_row, last_column = (
                self._row + self._row_repeats,
                self._column + repeats,
            )
            check_extent(self._sheet.name, last_row, last_column, self._limits)
            self._cells += [None] * (self._column - len(self._cells))
            self._cells += [value] * repeats
            # a number whose text is empty is not seen; of repeated ones the first tells
            if isinstance(value, float) and value and self._paragraphs == [""]:
                self._sheet.formats.unseen.add((self._row, self._column))
            self._note_merged()
        self._column += repeats

    def _note_merged(self) -> None:
        rows = _repeats(self._cell, "table:number-rows-spanned")
        columns = _repeats(self._cell, "table:number-columns-spanned")
        if rows > 1 or columns > 1:
            last = self._row + rows - 1, self._column + columns - 1
            self._sheet.formats.merged.append((self._row, self._column, *last))


def _value(cell: Attributes, paragraphs: list[str]) -> Cell:
    """Return what a cell shows.

    An error comes as a text, or as 0 with the error as its text; a formula that gives
    an empty text has an empty paragraph, one that was never computed has none.
    """
    shown = "\n".join(paragraphs).strip()
    kind = cell.get("office:value-type", "")
    has_formula = "table:formula" in cell
    may_fail = has_formula or kind in _NUMBERS
    is_error = cell.get("calcext:value-type") == "error"
    if is_error or (may_fail and _ERROR.fullmatch(shown)):
        return CellError(shown or "#ERROR")
    if not kind and has_formula and not paragraphs:
        return CellError(NO_VALUE)
    typed = _typed(cell, kind, shown)
    if typed is not None:
        return typed
    return shown or cell.get("office:string-value") or None


def _typed(cell: Attributes, kind: str, shown: str) -> Cell:
    """Return a value that is no text; None if there is none."""
    try:
        if kind in _NUMBERS:
            return _number(float(cell.get("office:value", "")), kind, shown)
        if kind == "date":
            return _date(cell.get("office:date-value", ""))
        if kind == "time":
            return _time(cell.get("office:time-value", ""))
    except (ValueError, OverflowError):
        return None
    return cell.get("office:boolean-value") == "true" if kind == "boolean" else None


def _number(value: float, kind: str, shown: str) -> Cell:
    if shown in _BOOLEANS:
        return _BOOLEANS[shown]
    if kind != "percentage" and ("%" not in shown or value == 0):
        return value
    shows_percentage = _fits(value * 100, shown)
    if shows_percentage or (kind == "percentage" and not _fits(value, shown)):
        return PercentCell(value)
    return value  # 77 as 77%: the sign is no more than a word beside the number


def _fits(value: float, shown: str) -> bool:
    """Whether a text is a number as it is shown, rounded, with either decimal sign."""
    match = _SHOWN_NUMBER.search(shown)
    if not match or not math.isfinite(value):
        return False
    bare = re.sub(r"\s", "", match[0]).strip("−-")
    for grouping, decimal in ((",", "."), (".", ",")):
        whole, _, rest = bare.replace(grouping, "").partition(decimal)
        if (whole + rest).isdecimal():
            number = float(f"{whole}.{rest or 0}")
            if abs(number - abs(value)) <= 0.5 * 10 ** -len(rest) + 1e-9 * number:
                return True
    return False


def _date(text: str) -> date | datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.time() != time() else moment.date()


def _time(text: str) -> Cell:
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    seconds = float(match[4].replace(",", "."))
    spent = timedelta(hours=int(match[2]), minutes=int(match[3]), seconds=seconds)
    if match[1] or spent >= timedelta(days=1):
        return -spent if match[1] else spent
    return (_MIDNIGHT + spent).time()


def _repeats(attributes: Attributes, name: str) -> int:
    text = attributes.get(name, "1")
    return int(text) if text.isdecimal() and 0 < len(text) < 9 else 1
