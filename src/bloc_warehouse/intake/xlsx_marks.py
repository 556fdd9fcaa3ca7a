"""What the fast reader hides in an xlsx sheet: error cells and formulas with no value.

calamine gives both as blank. Only sheets that hold a formula or an error are parsed.
"""

import io
import re
import zipfile
from xml.etree.ElementTree import Element, fromstring

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(rb"<(?:\w+:)?f[ >/]|t=\"e\"")
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")


def hidden_marks(content: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Return sheet name → {(row, column): text} of error and valueless cells.

    Indices are zero-based. Files that are not zipped (xls) give an empty answer.

    Raises:
        ValueError: A part declares entities, which no spreadsheet needs.
    """
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return {}
        return {
            name: _marks(archive.read(part))
            for name, part in _sheet_parts(archive).items()
            if part in archive.namelist()
        }


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    relations = {
        relation.get("Id"): relation.get("Target", "")
        for relation in _parse(archive.read("xl/_rels/workbook.xml.rels"))
    }
    sheets = _parse(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
    return {
        sheet.get("name", ""): _part_path(relations.get(sheet.get(_RELATION), ""))
        for sheet in sheets
    }


def _part_path(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _marks(xml: bytes) -> dict[tuple[int, int], str]:
    if not _CELL.search(xml):
        return {}
    marks = {}
    for cell in _parse(xml).iter(f"{_MAIN}c"):
        text = _mark(cell)
        match = _REFERENCE.fullmatch(cell.get("r", ""))
        if text and match:
            marks[int(match[2]) - 1, _column_index(match[1])] = text
    return marks


def _mark(cell: Element) -> str | None:
    value = cell.find(f"{_MAIN}v")
    if cell.get("t") == "e":
        return (value.text if value is not None else None) or "#ERROR"
    if cell.find(f"{_MAIN}f") is not None and (value is None or value.text is None):
        return "formula without a value"
    return None


def _column_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _parse(xml: bytes) -> Element:
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise ValueError("the workbook declares XML entities")
    return fromstring(xml)  # noqa: S314  entities are refused above
