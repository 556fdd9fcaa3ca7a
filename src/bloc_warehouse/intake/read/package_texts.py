"""What a workbook says beside its cells: headers, drawings, properties, names, lists.

Nothing of it is ever loaded, but all of it would be kept with the file.
"""

import html
import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

HEADER = "đầu trang, chân trang (header, footer)"
DRAWING = "khung chữ, biểu đồ (text box, chart)"
PROPERTIES = "thuộc tính tệp (document properties)"
DEFINED = "vùng đặt tên (defined names)"
VALIDATION = "danh sách chọn (validation lists)"
LINKS = "liên kết (links)"
NOTES = "ghi chú, thảo luận (notes, threads)"
ELSEWHERE = "phần khác của tệp (other parts)"

_SHEETS = ("xl/worksheets/sheet", "xl/chartsheets/", "xl/dialogsheets/")
_SHARED = "xl/sharedStrings.xml"
# what only says how something looks, or repeats the figures of cells
_OF_LAYOUT = ("xl/theme/", "xl/styles.xml", "xl/calcChain.xml", "[Content_Types].xml")
_PLACES = (
    ("docProps/", PROPERTIES),
    ("meta.xml", PROPERTIES),
    ("xl/drawings/", DRAWING),
    ("xl/charts/", DRAWING),
    ("xl/diagrams/", DRAWING),
    ("xl/comments", NOTES),
    ("xl/threadedComments/", NOTES),
    ("xl/persons/", NOTES),
    ("xl/externalLinks/", LINKS),
    ("xl/workbook.xml", DEFINED),
    ("styles.xml", HEADER),
)
# the elements of a sheet that hold words for people
_OF_SHEETS = ((b"headerFooter", HEADER), (b"dataValidations", VALIDATION),
              (b"hyperlinks", LINKS), (b"extLst", ELSEWHERE))  # fmt: skip
_STRING = re.compile(rb"<(?:\w+:)?si[\s>]")
_SHEET_DATA = re.compile(rb"</?(?:\w+:)?sheetData[\s/>]")
_FIGURES = re.compile(rb"<(?:\w+:)?numCache>.*?</(?:\w+:)?numCache>", re.DOTALL)
_ODS_TABLE_TEXT = re.compile(
    rb"<table:(?:covered-)?table-cell\b[^>]*>\s*((?:<text:p\b.*?</text:p>\s*)+)",
    re.DOTALL,
)
_TAG = re.compile(r"<(/?)(?:[\w.\-]+:)?([\w.\-]+)([^<>]*)>|<[!?][^>]*>")
# inside these a tag only says how the text looks; elsewhere every tag parts texts
_PARAGRAPHS = frozenset({"p", "si", "comment", "h", "font", "div"})
_SPOKEN = re.compile(
    r"(?:^|\s)(?:[\w.\-]+:)?(?:descr|title|alt|prompt|promptTitle|error|errorTitle"
    r"|display|displayName|tooltip|Target|href|comment|condition|author|userId|name)"
    r"=(?:\"([^\"]*)\"|'([^']*)')"
)
_CACHED = re.compile(r"(?:^|\s)v=(?:\"([^\"]*)\"|'([^']*)')")
_CODES = re.compile(
    r"0x[0-9a-fA-F]+|\{?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?"
    r"|\b(?=\w*[a-fA-F])(?=\w*\d)[0-9a-fA-F]{16,}\b"
)


@dataclass(frozen=True, slots=True)
class OtherText:
    """A text outside the cells.

    Attributes:
        place: Where, in Vietnamese and English, as the sender reads it.
        text: What it says.
    """

    place: str
    text: str


def package_texts(
    parts: Mapping[str, bytes], in_cells: Set[str]
) -> Iterator[OtherText]:
    """Yield what the parts of an xlsx or ods say beside the cells.

    Args:
        parts: Name → content of the parts of XML.
        in_cells: The texts of all cells; what is left over of deleted cells is not
            among them.
    """
    for name, data in parts.items():
        if name.startswith(_OF_LAYOUT) or not data:
            continue
        if name == _SHARED:
            # as many strings as cells show: none is left over, which is the rule
            if len(_STRING.findall(data)) > len(in_cells):
                left = (text for text in _lines(data) if text.strip() not in in_cells)
                yield from (OtherText(ELSEWHERE, text) for text in left)
        elif name.startswith(_SHEETS):
            yield from _of_sheet(_without_cells(data))
        elif name == "content.xml":
            yield from _of_part(DRAWING, _ODS_TABLE_TEXT.sub(b"", data))
        else:
            yield from _of_part(_place(name), _FIGURES.sub(b"", data))


def texts_of_bytes(data: bytes, place: str) -> Iterator[OtherText]:
    """Yield what bytes of no known layout say, in letters of one and two bytes."""
    yield OtherText(place, data.decode("latin-1"))
    for first in (0, 1):
        yield OtherText(place, data[first:].decode("utf-16-le", errors="replace"))


def _place(name: str) -> str:
    return next(
        (place for begin, place in _PLACES if name.startswith(begin)), ELSEWHERE
    )


def _without_cells(data: bytes) -> bytes:
    bounds = [match.start() for match in _SHEET_DATA.finditer(data)]
    return data[: bounds[0]] + data[bounds[-1] :] if bounds else data


def _of_sheet(data: bytes) -> Iterator[OtherText]:
    for name, place in _OF_SHEETS:
        first, last = data.find(name), data.rfind(name)
        if first < last:
            yield from _of_part(place, data[first:last])


def _of_part(place: str, data: bytes) -> Iterator[OtherText]:
    return (OtherText(place, text) for text in _lines(data))


@lru_cache(maxsize=512)  # most parts are the same in all files of one producer
def _lines(data: bytes) -> tuple[str, ...]:
    """Return the texts of a part, with the attributes that are words for people.

    A paragraph's runs are one text: a number may change its looks half-way.
    """
    xml = _decoded(data)
    texts: list[str] = []
    paragraph: list[str] = []
    depth = last = 0
    for tag in _TAG.finditer(xml):
        text = xml[last : tag.start()]
        last = tag.end()
        texts.append(text)
        if depth:
            paragraph.append(text)
        if tag[2] in _PARAGRAPHS and not (tag[3] or "").endswith("/"):
            depth = max(0, depth - 1) if tag[1] else depth + 1
            if not depth:
                texts.append("".join(paragraph))
                paragraph = []
        texts += _spoken(tag)
    found = dict.fromkeys(text for text in texts if text.strip())
    return tuple(_CODES.sub(" ", html.unescape(text)) for text in found)


def _spoken(tag: re.Match[str]) -> list[str]:
    attributes = tag[3] or ""
    pattern = _CACHED if tag[2] == "s" else _SPOKEN
    return [attribute or other for attribute, other in pattern.findall(attributes)]


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8", errors="replace")
