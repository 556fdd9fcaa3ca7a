"""A sheet as a list of cells and merged ranges, and the writing of it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

Style = Literal["plain", "title", "centre", "header", "body", "total"]
CellContent = int | float | str

_CREATED = datetime(2015, 1, 1)  # noqa: DTZ001 the format has no zone; fixed on purpose
_A4 = 9
_USUAL_WIDTH = 11.0
_FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
_STYLES: dict[Style, dict[str, object]] = {
    "plain": {},
    "title": {"bold": True, "align": "center", "font_size": 14},
    "centre": {"align": "center", "italic": True},
    "header": {"bold": True, "align": "center", "border": 1, "text_wrap": True},
    "body": {"border": 1},
    "total": {"border": 1, "bold": True},
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell, or a merged range when it ends elsewhere than it starts."""

    row: int
    column: int
    content: CellContent
    style: Style = "plain"
    last_row: int = -1
    last_column: int = -1

    @property
    def is_merged(self) -> bool:
        """Whether it covers more than one cell."""
        return (self.last_row, self.last_column) not in {
            (-1, -1),
            (self.row, self.column),
        }


@dataclass(slots=True)
class Sketch:
    """One sheet; everything is added before anything is written."""

    name: str
    placed: list[Placed] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)

    def put(
        self, row: int, column: int, content: CellContent, style: Style = "plain"
    ) -> None:
        """Add one cell."""
        self.placed.append(Placed(row, column, content, style))

    def span(
        self,
        rows: tuple[int, int],
        columns: tuple[int, int],
        content: CellContent,
        style: Style = "plain",
    ) -> None:
        """Add one cell or merged range; rows and columns are first and last."""
        self.placed.append(
            Placed(rows[0], columns[0], content, style, rows[1], columns[1])
        )


def workbook_bytes(sketches: Sequence[Sketch]) -> bytes:
    """Return a workbook with one sheet a sketch; the same input, the same bytes."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": _CREATED})
        styles = _formats(workbook)
        for sketch in sketches:
            _write(workbook, sketch, styles)
    return buffer.getvalue()


def _formats(workbook: Workbook) -> dict[Style, Format]:
    return {
        name: workbook.add_format({**_FONT, **look}) for name, look in _STYLES.items()
    }


def _write(workbook: Workbook, sketch: Sketch, styles: dict[Style, Format]) -> None:
    sheet = workbook.add_worksheet(sketch.name)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, max(cell.column for cell in sketch.placed), _USUAL_WIDTH)
    for column, width in sketch.widths.items():
        sheet.set_column(column, column, width)
    for row, height in _header_heights(sketch).items():
        sheet.set_row(row, height)
    for cell in sketch.placed:
        look = styles[cell.style]
        if cell.is_merged:
            place = (cell.row, cell.column, cell.last_row, cell.last_column)
            sheet.merge_range(*place, "", look)
        if isinstance(cell.content, str):
            sheet.write_string(cell.row, cell.column, cell.content, look)
        else:
            sheet.write_number(cell.row, cell.column, cell.content, look)


def _header_heights(sketch: Sketch) -> dict[int, float]:
    """Return row → height in points, so that wrapped labels can be read."""
    heights: dict[int, float] = {}
    for cell in sketch.placed:
        if cell.style == "header" and not cell.is_merged:
            width = sketch.widths.get(cell.column, _USUAL_WIDTH)
            lines = 1 + int(len(str(cell.content)) * 1.3 / width)
            heights[cell.row] = max(heights.get(cell.row, 0), 15.0 * lines)
    return heights
