"""What calamine hides in an ods: errors, formulas without a value, percents, hidden."""

from bloc_warehouse.intake.limits import Limits, UnreadableFileError
from bloc_warehouse.intake.marks import NO_VALUE, SheetMarks, check_extent
from bloc_warehouse.intake.xlsx_marks import Attributes, stream

CONTENT = "content.xml"
MANIFEST = "META-INF/manifest.xml"
_HIDDEN = {"collapse", "filter"}


def ods_marks(parts: dict[str, bytes], limits: Limits) -> dict[str, SheetMarks]:
    """Return sheet name → its marks.

    Raises:
        UnreadableFileError: F106 with a password, F109 reaches too far, F101 unsound.
    """
    if b"encryption-data" in parts.get(MANIFEST, b""):
        raise UnreadableFileError("F106")
    collector = _Collector(limits)
    stream(parts.get(CONTENT, b""), collector.start, collector.end, collector.text)
    return collector.sheets


class _Collector:
    """Follows the tables of a document; repeated cells are marked one by one."""

    def __init__(self, limits: Limits) -> None:
        self.sheets: dict[str, SheetMarks] = {}
        self._limits = limits
        self._name = ""
        self._marks = SheetMarks()
        self._row = self._column = self._header_column = 0
        self._row_repeats = 1
        self._cell: Attributes | None = None
        self._text = ""
        self._note: str | None = None
        self._is_paragraph = False

    def start(self, name: str, attributes: Attributes) -> None:
        """Meet an element's start."""
        match name:
            case "table":
                self._start_table(attributes)
            case "table-column":
                self._meet_column(attributes)
            case "table-row":
                self._start_row(attributes)
            case "table-cell" | "covered-table-cell":
                self._cell, self._text = attributes, ""
            case "annotation":
                self._note = ""
            case "p":
                self._is_paragraph = True
            case _:
                pass

    def end(self, name: str) -> None:
        """Meet an element's end."""
        if name == "annotation" and self._note is not None:
            self._marks.notes[self._row, self._column] = self._note
            self._note = None
        elif name in ("table-cell", "covered-table-cell") and self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif name == "table-row":
            self._row += self._row_repeats
        elif name == "p":
            self._is_paragraph = False
            if self._note is not None:
                self._note += "\n"

    def text(self, data: str) -> None:
        """Meet text."""
        if self._note is not None:
            # its date and author stand beside its paragraphs
            self._note += data if self._is_paragraph else ""
        elif self._cell is not None:
            self._text += data

    def _start_table(self, attributes: Attributes) -> None:
        self._name = attributes.get("table:name", "")
        self._marks = self.sheets.setdefault(self._name, SheetMarks())
        self._row = self._column = self._header_column = 0

    def _meet_column(self, attributes: Attributes) -> None:
        repeats = _repeats(attributes, "table:number-columns-repeated")
        if attributes.get("table:visibility") in _HIDDEN and repeats <= 16_384:
            first = self._header_column
            self._marks.hidden_columns.update(range(first, first + repeats))
        self._header_column += repeats

    def _start_row(self, attributes: Attributes) -> None:
        self._column = 0
        self._row_repeats = _repeats(attributes, "table:number-rows-repeated")
        is_bounded = self._row_repeats <= self._limits.max_rows
        if attributes.get("table:visibility") in _HIDDEN and is_bounded:
            self._marks.hidden_rows.update(
                range(self._row, self._row + self._row_repeats)
            )

    def _end_cell(self, cell: Attributes) -> None:
        repeats = _repeats(cell, "table:number-columns-repeated")
        kind = cell.get("office:value-type")
        is_error = cell.get("calcext:value-type") == "error"
        has_formula = "table:formula" in cell
        if kind or is_error or has_formula or self._text.strip():
            last_row = self._row + self._row_repeats
            last_column = self._column + repeats
            check_extent(self._name, last_row, last_column, self._limits)
            for row in range(self._row, last_row):
                for column in range(self._column, last_column):
                    if is_error:
                        self._marks.errors[row, column] = self._text or "#ERROR"
                    elif has_formula and not kind:
                        self._marks.errors[row, column] = NO_VALUE
                    elif kind == "percentage":
                        self._marks.percents.add((row, column))
        self._column += repeats


def _repeats(attributes: Attributes, name: str) -> int:
    text = attributes.get(name, "1")
    return int(text) if text.isdecimal() and 0 < len(text) < 9 else 1
