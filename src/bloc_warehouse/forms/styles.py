"""How the cells of a form look; one XlsxWriter format for each kind of cell."""

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from bloc_warehouse.forms.model import Column

_INK = "#1F2937"
_PALE = "#4B5563"
_RED = "#9B1C1C"
_LINE = "#9CA3AF"
# "_)" keeps a bracket's width free at the right edge, also of text such as "-"
_NUMBER_FORMATS = {
    "count": "#,##0_);-#,##0_);0_);@_)",
    "percent": "0.00_);-0.00_);0.00_);@_)",
    "year": "0_);-0_);0_);@_)",
}
_BASE: dict[str, Any] = {
    "font_name": "Times New Roman",
    "font_size": 11,
    "font_color": _INK,
    "valign": "vcenter",
}
_BORDER: dict[str, Any] = {"border": 1, "border_color": _LINE}
_CENTRE: dict[str, Any] = {"align": "center", "text_wrap": True}
_HEADER: dict[str, Any] = _CENTRE | _BORDER
_VALUE: dict[str, Any] = {
    "shrink": True,
    "bold": True,
    "align": "left",
    "indent": 1,
    "bottom": 1,
    "bottom_color": "#D1D5DB",
}
# of a unit in a row: none is written "-", as senders do
_FIGURE: dict[str, Any] = _BORDER | {
    "align": "right",
    "num_format": '#,##0_);-#,##0_);"-"_);@_)',
    "shrink": True,
}
_STYLES: dict[str, dict[str, Any]] = {
    "bloc": {"align": "center", "shrink": True},
    "unit": {"align": "center", "shrink": True, "bold": True, "underline": 1},
    "party": {"align": "center", "bold": True, "underline": 1},
    "title": {"align": "center", "bold": True, "font_size": 15, "font_color": _RED},
    "subtitle": {"align": "center", "italic": True, "font_color": _PALE},
    "label": {"align": "right", "indent": 1, "font_color": _PALE},
    "value": _VALUE,
    "typed_value": _VALUE | {"bg_color": "#FFF8DC", "locked": False},
    "bloc_left": {"bold": True},
    "title_left": {"bold": True, "font_size": 14, "font_color": _RED},
    "notes_left": {"font_color": _PALE},
    "legend": {
        "italic": True,
        "font_color": "#374151",
        "font_size": 10,
        "valign": "bottom",
    },
    "notes": {"italic": True, "font_size": 10, "text_wrap": True, "valign": "top"},
    "table_title": {"bold": True, "font_size": 12, "font_color": _RED},
    "group": {"bold": True, "bg_color": "#D6E4F0"} | _HEADER,
    "short": {"bg_color": "#EAF1F8", "font_size": 10} | _HEADER,
    "number": {"italic": True, "font_size": 9, "bg_color": "#F3F4F6"} | _HEADER,
    "listed": {"shrink": True} | _BORDER,
    "said": {"text_wrap": True} | _BORDER,
    "group_left": {"bold": True, "bg_color": "#D6E4F0"} | _HEADER | {"align": "left"},
    "figure": _FIGURE,
    "total": _FIGURE | {"bold": True, "bg_color": "#F3F4F6"},
    "partial": _FIGURE | {"bold": True, "italic": True, "bg_color": "#F3F4F6"},
    "sign": {"align": "center", "bold": True},
    "sign_note": {"align": "center", "italic": True, "font_size": 10},
}
_FILLS = {
    "required": ("#FFFBE6", "#FFF5CC"),
    "optional": ("#FFFFFF", "#F4F8FC"),
    "printed": ("#F3F4F6", "#E9ECF0"),
}


class Styles:
    """The formats of one workbook, by name, made when first asked for."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._formats: dict[str, Format] = {}

    def __getitem__(self, name: str) -> Format:
        if name not in self._formats:
            self._formats[name] = self._workbook.add_format(_properties(name))
        return self._formats[name]

    @staticmethod
    def cell(column: Column, row: int, *, printed: bool) -> str:
        """Return the style name of a table's cell.

        Args:
            column: What the cell holds.
            row: Its place in the table; every second row is shaded.
            printed: Whether the row's breakdown is part of the form.
        """
        kind = "required" if column.required and not column.is_key else "optional"
        if column.is_key and printed:
            kind = "printed"
        return f"{kind}/{row % 2}/{column.type}"


def _properties(name: str) -> dict[str, Any]:
    if "/" not in name:
        return _BASE | _STYLES[name]
    kind, parity, column_type = name.split("/")
    number_format = _NUMBER_FORMATS.get(column_type)
    properties = _BASE | _BORDER | {"bg_color": _FILLS[kind][int(parity)]}
    properties["locked"] = kind == "printed"
    if number_format:
        return properties | {"num_format": number_format, "align": "right"}
    return properties | {"text_wrap": True, "indent": 1}
