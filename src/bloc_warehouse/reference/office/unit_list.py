"""An office's own list of units (STT, Tên đơn vị, Loại hình, Ngành) → our register.

Titles above, a header in two rows, merged cells, headings of groups and signatures
below are all as offices have them; what is not a unit is named, never dropped unseen.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bloc_warehouse.domain.vietnamese import fold, normalise
from bloc_warehouse.errors import SetupError
from bloc_warehouse.intake.read.grid import Sheet, text_of
from bloc_warehouse.intake.read.limits import Limits, UnreadableFileError
from bloc_warehouse.intake.read.read import read_sheets

_HEADERS = {
    "number": r"(?:so )?(?:stt|tt)",
    "name": r"(?:ten|don vi|to chuc co so dang|tccsd|to chuc dang)\b.*",
    "kind": r"(?:loai|loai hinh|hinh thuc)\b.*",
    "sector": r"(?:nganh|linh vuc|khoi|nhom)\b.*",
}
_LONGEST_HEADER = 50
_KINDS = (
    ("dbcs", r"(?:dang bo|dang uy|db|dbcs)\b.*"),
    ("cbcs", r"(?:chi bo|chi uy|cb|cbcs)\b.*"),
)
_SECTORS = (
    ("private_enterprise", r"ngoai nha nuoc|tu nhan|co phan|tnhh|private"),
    ("state_enterprise", r"doanh nghiep nha nuoc|dnnn|doanh nghiep|state_?enterprise"),
    ("public_service", r"su nghiep|truong|benh vien|public_?service"),
    ("party_mass", r"dang|doan the|mat tran|party_?mass"),
    ("administration", r"hanh chinh|quan ly nha nuoc|qlnn|co quan|administration"),
)
SECTORS = tuple(sorted(code for code, _words in _SECTORS))
_GROUP = re.compile(r"[IVX]{1,5}|[A-Z]")
_TOTAL = re.compile(r"(?:tong|cong)\b.*")
_SHORTEST_NAME = 3


class UnitListError(SetupError):
    """The list of units cannot be taken; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A unit as its list names it.

    Attributes:
        name: Its name, with plain single spaces.
        kind: ``dbcs``, ``cbcs``; empty: the list does not say.
        sector: A code; empty: the list does not say, or in words we do not know.
        place: Where it stands: sheet and row.
    """

    name: str
    kind: str
    sector: str
    place: str


@dataclass(frozen=True, slots=True)
class UnitList:
    """What a list says.

    Attributes:
        units: Each unit once, in the list's order.
        doubles: Lines that repeat a unit: where, and the first line's place.
        left_out: Lines below the header that are no units, as they read.
        unknown_sectors: Words for a sector that we do not know, with their places.
    """

    units: Sequence[ListedUnit]
    doubles: Sequence[tuple[ListedUnit, str]]
    left_out: Sequence[str]
    unknown_sectors: Mapping[str, Sequence[str]]


def read_unit_list(name: str, content: bytes) -> UnitList:
    """Read the units of a workbook or CSV file.

    Args:
        name: The file's name, whose ending says its type.
        content: Its bytes.

    Raises:
        UnitListError: It cannot be read, or no sheet has a column of names.
    """
    try:
        sheets = read_sheets(name, content, Limits())
    except UnreadableFileError as error:
        raise UnitListError(
            f"{name} cannot be read as a workbook ({error}); save it as .xlsx"
        ) from error
    readers = [_Reader(sheet) for sheet in sheets]
    listed = [unit for reader in readers for unit in reader.units()]
    if not listed:
        raise UnitListError(
            f"{name} lists no unit: a row must have the headings STT and Tên đơn vị,"
            " and the units below it"
        )
    first: dict[str, ListedUnit] = {}
    doubles = []
    for unit in listed:
        known = first.setdefault(fold(unit.name), unit)
        if known is not unit:
            doubles.append((unit, known.place))
    return UnitList(
        list(first.values()),
        doubles,
        [line for reader in readers for line in reader.left_out],
        _places_by_words(place for reader in readers for place in reader.unknown),
    )


def _places_by_words(found: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    places: dict[str, list[str]] = {}
    for words, place in sorted(found, key=lambda pair: pair[0]):
        places.setdefault(words, []).append(place)
    return places


class _Reader:
    """One sheet: finds its header, then reads line by line."""

    def __init__(self, sheet: Sheet) -> None:
        self.left_out: list[str] = []
        self.unknown: list[tuple[str, str]] = []  # words for a sector, and where
        self._sheet = sheet
        self._merged = {
            (row, column): (first_row, first_column)
            for first_row, first_column, last_row, last_column in sheet.merged
            for row in range(first_row, last_row + 1)
            for column in range(first_column, last_column + 1)
        }
        self._group = ""  # the heading above

    def units(self) -> Iterator[ListedUnit]:
        header, columns = self._header()
        if not columns:
            return
        for row in range(header + 1, len(self._sheet.rows)):
            texts = {
                key: self._text(row, column, is_spread=key in ("kind", "sector"))
                for key, column in columns.items()
            }
            if self._is_unit(row, texts):
                yield self._unit(row, texts)

    def _header(self) -> tuple[int, dict[str, int]]:
        """Return the header's row and columns: a name, and something beside it."""
        for row, cells in enumerate(self._sheet.texts):
            found: dict[str, int] = {}
            for column, text in cells:
                label = fold(text)
                for key, words in _HEADERS.items():
                    is_short = len(label) <= _LONGEST_HEADER
                    if key not in found and is_short and re.fullmatch(words, label):
                        found[key] = column
                        break
            if "name" in found and len(found) > 1:
                return row, found
        return 0, {}

    def _text(self, row: int, column: int, *, is_spread: bool) -> str:
        """Return a cell's text; of merged cells only kind and sector mean each row."""
        if is_spread:
            row, column = self._merged.get((row, column), (row, column))
        cells = self._sheet.row(row)
        return normalise(text_of(cells[column])) if column < len(cells) else ""

    def _is_unit(self, row: int, texts: dict[str, str]) -> bool:
        number, name = texts.get("number", ""), texts["name"]
        words = fold(name or number)
        is_named = len(fold(name)) >= _SHORTEST_NAME and not name.isdecimal()
        if not is_named and not (number and len(words) >= _SHORTEST_NAME):
            return False  # blank, or the row of column numbers
        if _TOTAL.fullmatch(words):
            return False
        if "number" in texts and not number.rstrip(".").isdecimal():
            shown = " ".join(filter(None, (number, name)))
            if _GROUP.fullmatch(number.rstrip(".")) or _sector(shown) or _kind(shown):
                self._group = shown
            else:
                self.left_out.append(f"{self._place(row)}: {shown}")
            return False
        return is_named

    def _unit(self, row: int, texts: dict[str, str]) -> ListedUnit:
        name, words = texts["name"], texts.get("sector", "")
        sector = _sector(words) if words else _sector(self._group)
        if words and not sector:
            self.unknown.append((words, self._place(row)))
        kind = _kind(texts.get("kind", "")) or _kind(name) or _kind(self._group)
        return ListedUnit(name, kind, sector, self._place(row))

    def _place(self, row: int) -> str:
        return f"{self._sheet.name}, row {row + 1}"


def _kind(text: str) -> str:
    folded = re.sub(r"^(?:[ivx]{1,5}|[a-z]) ", "", fold(text))
    return next((kind for kind, words in _KINDS if re.fullmatch(words, folded)), "")


def _sector(text: str) -> str:
    folded = fold(text)
    return next((code for code, words in _SECTORS if re.search(words, folded)), "")
