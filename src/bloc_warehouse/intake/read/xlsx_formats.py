"""What calamine hides in an xlsx: errors, formats, hidden and merged cells, fonts.

The bytes of each sheet are searched once; only a sheet that has something to tell is
then streamed through expat, which keeps memory flat.
"""

import posixpath
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat

from bloc_warehouse.intake.read.formats import (
    NO_VALUE,
    Area,
    Place,
    SheetFormats,
    check_extent,
    note_number,
)
from bloc_warehouse.intake.read.grid import CellError, column_index
from bloc_warehouse.intake.read.legacy_fonts import legacy_of_font
from bloc_warehouse.intake.read.limits import Limits, UnreadableFileError
from bloc_warehouse.intake.read.number_formats import BUILT_IN

WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_STYLES = "xl/styles.xml"
_SHEETS_RELATIONS = "xl/worksheets/_rels/"
_NOTES = ("comment", "threadedComment")
# a cell with a value or text; an empty one that only has a style ends with />
_FILLED = re.compile(rb"<(?:\w+:)?c r=\"([A-Z]{1,3})(\d{1,7})\"[^>]*(?<!/)>")
_CELLS = re.compile(rb"<(?:\w+:)?c[\s>/]")
_ROWS = re.compile(rb"<(?:\w+:)?row r=\"\d{1,7}\"")
_ADDRESSED = re.compile(rb"<(?:\w+:)?c r=\"[A-Z]{1,3}\d{1,7}\"")
_ADDRESSES = re.compile(rb"\sr\s*=")
_FORMULA_OR_ERROR = re.compile(rb"<(?:\w+:)?f[ >/]|\bt=\"e\"|\bt='e'")
_SIGNS_OF_FORMULAS = (b"<f", b":f", b'"e"', b"'e'")
_SPECIAL_STYLE = re.compile(
    rb"%|numFmtId=[\"'](?:9|10)[\"']|numFmt\s[^>]{0,300}numFmtId=[\"']\d\d?[\"']"
    rb"|formatCode=[\"'][^\"']*(?:;;|;[\"']|&quot;\s*&quot;)"
    rb"|formatCode=[\"'];|[\"'](?:\.vn|vni-)",
    re.IGNORECASE,
)
_HIDDEN = re.compile(rb"\bhidden=[\"'](?:1|true)|\b(?:ht|width)=[\"']0(?:\.0*)?[\"']")
_SIGNS_OF_HIDDEN = (b"hidden", b'ht="0', b"ht='0", b'width="0', b"width='0")
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s+ref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']"
)
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_HIDES = re.compile(r'^;|;;|;$|"\s*"')  # a section of a format may show nothing
_TRUE = {"1", "true"}
_IS_1904 = re.compile(rb"\bdate1904=[\"'](?:1|true)")

Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Styles:
    """Cell styles by index, as the attribute ``s`` of a cell gives it.

    Attributes:
        formats: The number formats that calamine may not see as a reader does.
        fonts: Names of fonts from before Unicode.
    """

    formats: Mapping[str, str] = field(default_factory=dict)
    fonts: Mapping[str, str] = field(default_factory=dict)


def is_wanted(name: str) -> bool:
    """Whether a part of the zip is needed for the formats."""
    if name in (WORKBOOK, _RELATIONS, _STYLES):
        return True
    if not name.startswith("xl/"):
        return False
    is_sheet = name.endswith(".xml") and "sheet" in name.lower()
    return is_sheet or _is_of_sheet(name) or _is_of_notes(name)


def _is_of_sheet(name: str) -> bool:
    return name.endswith(".rels") and name.startswith(_SHEETS_RELATIONS)


def _is_of_notes(name: str) -> bool:
    return name.endswith(".xml") and "comment" in name.lower()


def sheet_formats(
    parts: Mapping[str, bytes], limits: Limits
) -> dict[str, SheetFormats]:
    """Return sheet name → its formats.

    Args:
        parts: The unpacked parts for which ``is_wanted`` holds.
        limits: How far a sheet may reach.

    Raises:
        UnreadableFileError: A sheet reaches too far, or a part is no sound XML.
    """
    styles = _styles(parts.get(_STYLES, b""))
    is_1904 = bool(_IS_1904.search(parts.get(WORKBOOK, b"")))
    formats = {}
    for name, part in _sheet_parts(parts).items():
        if part in parts:
            formats[name] = _formats_of(
                name, parts[part], styles, limits, is_1904=is_1904
            )
            relations = f"{_SHEETS_RELATIONS}{part.rpartition('/')[2]}.rels"
            for noted in _targets(parts.get(relations, b"")):
                path = posixpath.normpath(f"xl/worksheets/{noted}")
                if noted.startswith("/"):
                    path = noted.lstrip("/")
                if _is_of_notes(path):
                    stream_notes(parts.get(path, b""), formats[name].notes)
    return formats


def _targets(relations: bytes) -> list[str]:
    targets: list[str] = []

    def relation(name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            targets.append(attributes.get("Target", ""))

    stream(relations, relation)
    return targets


def stream_notes(xml: bytes, notes: dict[tuple[int, int], str]) -> None:
    """Add the notes of a part, old comments or threads, to those of their cells."""
    places: list[tuple[int, int] | None] = [None]

    def start(name: str, attributes: Attributes) -> None:
        if name in _NOTES:
            match = _REFERENCE.fullmatch(attributes.get("ref", ""))
            places[0] = (int(match[2]) - 1, column_index(match[1])) if match else None

    def text(data: str) -> None:
        place = places[0]
        if place is not None:
            notes[place] = f"{notes.get(place, '')}{data}"

    def end(name: str) -> None:
        place = places[0]
        if name in _NOTES and place in notes:
            notes[place] += "\n"
        if name in _NOTES:
            places[0] = None

    stream(xml, start, end, text)


def _sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(name: str, attributes: Attributes) -> None:
        if name == "sheet":
            identifier = next(
                (value for key, value in attributes.items() if key.endswith(":id")), ""
            )
            sheets[attributes.get("name", "")] = identifier

    stream(parts.get(_RELATIONS, b""), relation)
    stream(parts.get(WORKBOOK, b""), sheet)
    return {
        name: _part_path(targets.get(identifier, ""))
        for name, identifier in sheets.items()
    }


def _part_path(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


@lru_cache(maxsize=16)  # the styles of one producer's workbooks are the same
def _styles(xml: bytes) -> _Styles:
    """Find the cell styles with a format or a font that needs a look."""
    if not _SPECIAL_STYLE.search(xml):
        return _Styles()
    collector = _StyleCollector()
    stream(xml, collector.start)
    return _Styles(collector.formats, collector.legacy)


class _StyleCollector:
    """Follows the styles of a workbook as expat meets them."""

    def __init__(self) -> None:
        self.formats: dict[str, str] = {}
        self.legacy: dict[str, str] = {}
        self._written: dict[str, str] = {}
        self._fonts: list[str] = []
        self._count = 0
        self._inside = ""

    def start(self, name: str, attributes: Attributes) -> None:
        """Meet an element's start."""
        if name in ("cellXfs", "cellStyleXfs", "fonts", "dxfs"):
            self._inside = name
            return
        match self._inside, name:
            case "fonts", "font":
                self._fonts.append("")
            case "fonts", "name":
                self._fonts[-1:] = [attributes.get("val", "")]
            case "cellXfs", "xf":
                self._note_style(attributes)
            case inside, "numFmt" if inside != "dxfs":
                number = attributes.get("numFmtId", "")
                self._written[number] = attributes.get("formatCode", "")
            case _:
                pass

    def _note_style(self, attributes: Attributes) -> None:
        index = str(self._count)
        self._count += 1
        number = attributes.get("numFmtId", "")
        built_in = BUILT_IN.get(int(number), "") if _is_below(number, 100) else ""
        code = self._written.get(number, built_in)
        is_redefined = built_in and number in self._written
        if "%" in code or _HIDES.search(code) or is_redefined:
            self.formats[index] = code
        font = attributes.get("fontId", "")
        name = self._fonts[int(font)] if _is_below(font, len(self._fonts)) else ""
        if legacy_of_font(name):
            self.legacy[index] = name


def _is_below(text: str, count: int) -> bool:
    return text.isdecimal() and len(text) < 9 and int(text) < count


def _formats_of(
    name: str, xml: bytes, styles: _Styles, limits: Limits, *, is_1904: bool
) -> SheetFormats:
    collector = _Collector(styles, is_1904=is_1904)
    if _is_plain(xml, styles):
        rows, columns = _extent(xml)
    else:
        stream(xml, collector.start, collector.end, collector.text)
        rows, columns = collector.rows, collector.columns
    check_extent(name, rows, columns, limits)
    collector.formats.merged += _merged(xml)
    return collector.formats


def _merged(xml: bytes) -> list[Area]:
    first = xml.find(b"mergeCell")
    if first < 0:
        return []
    return [
        (int(top) - 1, _index(left), int(bottom) - 1, _index(right))
        for left, top, right, bottom in _MERGED.findall(xml, first)
    ]


def _index(letters: bytes) -> int:
    return column_index(letters.decode())


def _is_plain(xml: bytes, styles: _Styles) -> bool:
    """Whether a sheet has nothing to tell beside how far it reaches."""
    # plain searches first: they are much faster than patterns
    may_mark = any(part in xml for part in _SIGNS_OF_FORMULAS)
    if may_mark and _FORMULA_OR_ERROR.search(xml):
        return False
    if any(sign in xml for sign in _SIGNS_OF_HIDDEN) and _HIDDEN.search(xml):
        return False
    for style in (*styles.formats, *styles.fonts):
        if b's="%s"' % style.encode() in xml:
            return False
    cells = len(_ADDRESSED.findall(xml))
    addresses = cells + len(_ROWS.findall(xml))
    # every cell has one plain address, and nothing else has one
    is_plain = cells == len(_CELLS.findall(xml))
    return is_plain and addresses == len(_ADDRESSES.findall(xml))


def _extent(xml: bytes) -> tuple[int, int]:
    cells = _FILLED.findall(xml)
    if not cells:
        return 0, 0
    rows = max(map(int, {row for _, row in cells}))
    letters = max(
        {letters for letters, _ in cells}, key=lambda bounds: (len(bounds), bounds)
    )
    return rows, column_index(letters.decode()) + 1


class _Collector:
    """Follows the cells of a sheet as expat meets them."""

    def __init__(self, styles: _Styles, *, is_1904: bool) -> None:
        self.formats = SheetFormats()
        self.rows = 0
        self.columns = 0
        self._styles = styles
        self._is_1904 = is_1904
        self._row = -1
        self._column = -1
        self._cell: Attributes = {}
        self._has_formula = False
        self._value: list[str] | None = None
        self._has_value = False
        self._text = ""

    def start(self, name: str, attributes: Attributes) -> None:
        """Meet an element's start."""
        if name == "c":
            self._start_cell(attributes)
        elif name == "v" or name == "is":
            self._value = []
        elif name == "f":
            self._has_formula = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "col" and _is_hidden(attributes, "width"):
            self._hide_columns(attributes)

    def end(self, name: str) -> None:
        """Meet an element's end."""
        if name == "c":
            self._end_cell()
        elif name == "is":
            self._value, self._has_value = None, True
        elif name == "v" and self._value is not None:
            self._text = "".join(self._value).strip()
            self._value = None
            self._has_value = bool(self._text)

    def text(self, data: str) -> None:
        """Meet text."""
        if self._value is not None:
            self._value.append(data)

    def _start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r", "")
        self._row = int(number) - 1 if number.isdecimal() else self._row + 1
        self._column = -1
        if _is_hidden(attributes, "ht"):
            self.formats.hidden_rows.add(self._row)

    def _start_cell(self, attributes: Attributes) -> None:
        match = _REFERENCE.fullmatch(attributes.get("r", ""))
        if match:
            self._row, self._column = int(match[2]) - 1, column_index(match[1])
        else:
            self._column += 1
        self._cell = attributes
        self._has_formula = self._has_value = False
        self._text = ""

    def _end_cell(self) -> None:
        place = self._row, self._column
        if self._cell.get("t") == "e":
            self.formats.shown[place] = CellError(self._text or "#ERROR")
        elif self._has_formula and not self._has_value:
            # an empty text is a value: t="str" with an empty <v> is what ="" gives
            if self._cell.get("t") != "str":
                self.formats.shown[place] = CellError(NO_VALUE)
        elif not self._has_value:
            return
        self.rows = max(self.rows, self._row + 1)
        self.columns = max(self.columns, self._column + 1)
        style = self._cell.get("s", "0")
        if style in self._styles.formats and self._cell.get("t", "n") == "n":
            self._note_number(place, self._styles.formats[style])
        if style in self._styles.fonts:
            self.formats.fonts[place] = self._styles.fonts[style]

    def _note_number(self, place: Place, code: str) -> None:
        with suppress(ValueError):  # calamine judges what is no number
            number = float(self._text)
            note_number(self.formats, place, number, code, is_1904=self._is_1904)

    def _hide_columns(self, attributes: Attributes) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if first.isdecimal() and last.isdecimal() and int(last) <= 16_384:
            self.formats.hidden_columns.update(range(int(first) - 1, int(last)))


def _is_hidden(attributes: Attributes, size: str) -> bool:
    """Whether a row or column is hidden, or has no height or width."""
    if attributes.get("hidden") in _TRUE:
        return True
    return not attributes.get(size, "1").strip("0.")


def stream(
    xml: bytes,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Send a part through expat; names come without their prefix."""
    if not xml:
        return
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start_element(name: str, attributes: Attributes) -> None:
        start(name.rpartition(":")[2], attributes)

    def end_element(name: str) -> None:
        if end:
            end(name.rpartition(":")[2])

    parser.StartElementHandler = start_element
    if end:
        parser.EndElementHandler = end_element
    if text:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        # LookupError: the part claims an encoding that nobody knows
        raise UnreadableFileError("F101", "XML") from error
