"""What makes a written form a template: locks, drop-downs, checks, help, panes."""

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.forms.breakdown import allowed_values
from bloc_warehouse.forms.filled import FilledForm
from bloc_warehouse.forms.layout import SheetPlan, TablePlan, placed_pairs
from bloc_warehouse.forms.live_checks import live_check
from bloc_warehouse.forms.model import Column

LIST_SHEET = "Danh mục"

_ERROR_TITLE = "Số liệu chưa đúng"
_COUNT_ERROR = (
    "Ghi số nguyên từ 0 trở lên, gõ liền các chữ số (ví dụ 4851). "
    "Ghi 0 hoặc - khi không có; x khi không áp dụng; để trống khi không báo cáo."
)
_PERCENT_ERROR = "Ghi tỷ lệ phần trăm, ví dụ 77,77; không gõ dấu %."
_YEAR_ERROR = "Ghi năm bằng bốn chữ số, ví dụ 2024."
_LIST_ERROR = "Hãy chọn một dòng trong danh sách của ô."
_NUMBER_ERROR = "Lần gửi là số từ 1 trở lên: lần đầu ghi 1, gửi lại ghi 2, 3…"
_ZERO_WORDS = ("-", "–", "x", "không", "không có")
_FIRST_YEAR, _LAST_YEAR = 1930, 2100
_UNLOCKED_ACTIONS = {"format_columns": True, "format_rows": True, "insert_rows": True}
_MARKS: dict[str, dict[str, Any]] = {
    "error": {"bg_color": "#F8B4B4", "font_color": "#7F1D1D", "bold": True},
    "warning": {"bg_color": "#FED7AA", "font_color": "#7C2D12"},
}
_ZOOM = 90
_MESSAGE_LENGTH, _TITLE_LENGTH = 255, 32


class Guides:
    """Turns written sheets of one workbook into a template."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._lists: dict[tuple[str, ...], str] = {}
        self._marks: dict[str, Format] = {}

    def add(self, sheet: Worksheet, plan: SheetPlan) -> None:
        """Add everything that guides a clerk through one form."""
        for table in plan.tables:
            for column, (at, _) in table.columns:
                self._guide_column(sheet, plan, table, at, column)
            self._add_live_checks(sheet, plan, table)
        _guide_submission_number(sheet, plan)
        _arrange_view(sheet, plan)
        sheet.protect("", _UNLOCKED_ACTIONS)

    def write_lists(self) -> None:
        """Write the hidden sheet that the drop-downs read from."""
        if not self._lists:
            return
        sheet = self._workbook.add_worksheet(LIST_SHEET)
        for at, labels in enumerate(self._lists):
            sheet.write_column(0, at, labels)
        sheet.protect()
        sheet.very_hidden()

    def _guide_column(
        self,
        sheet: Worksheet,
        plan: SheetPlan,
        table: TablePlan,
        at: int,
        column: Column,
    ) -> None:
        rows = [
            table.first_row + offset
            for offset, row in enumerate(table.rows)
            if not (column.is_key and row.printed)
        ]
        if column.type == "unit":
            named = self._guide_units(sheet, plan, table, at, column)
            rows = [row for row in rows if row not in named]
        if not rows:
            return
        validation = self._validation(column, plan.filled, (rows[0], at))
        if validation:
            sheet.data_validation(rows[0], at, rows[-1], at, validation)

    def _guide_units(
        self,
        sheet: Worksheet,
        plan: SheetPlan,
        table: TablePlan,
        at: int,
        column: Column,
    ) -> set[int]:
        """Show whose code was filled in; return those rows."""
        named = set()
        for row, planned in enumerate(table.rows, start=table.first_row):
            code = planned.values.get(column.name)
            validation = self._validation(column, plan.filled, (row, at))
            if code is None:
                continue
            named.add(row)
            help_text = _help(str(code), plan.filled.unit_names.get(str(code), ""))
            if validation:
                sheet.data_validation(row, at, row, at, validation | help_text)
        return named

    def _validation(
        self, column: Column, filled: FilledForm, cell: tuple[int, int]
    ) -> dict[str, Any] | None:
        labels = _choices(column, filled)
        if labels:
            rule = {
                "validate": "list",
                "source": self._list_range(labels),
                "error_message": _LIST_ERROR,
            }
        else:
            rule = _typed_validation(column, xl_rowcol_to_cell(*cell))
        help_text = _help(column.short_vi, column.help_vi) if column.help_vi else {}
        if not rule and not help_text:
            return None
        return {"validate": "any", "error_title": _ERROR_TITLE} | rule | help_text

    def _list_range(self, labels: tuple[str, ...]) -> str:
        if labels not in self._lists:
            letter = xl_col_to_name(len(self._lists), col_abs=True)
            self._lists[labels] = f"='{LIST_SHEET}'!{letter}$1:{letter}${len(labels)}"
        return self._lists[labels]

    def _add_live_checks(
        self, sheet: Worksheet, plan: SheetPlan, table: TablePlan
    ) -> None:
        year = period_of(plan.filled.header.period_code).year
        columns = {column.name: at for column, (at, _) in table.columns}
        cells = {
            name: xl_rowcol_to_cell(table.first_row, at, col_abs=True)
            for name, at in columns.items()
        }
        for rule in plan.filled.form.rules_of(table.table.name):
            check = live_check(rule, table.table, cells, year)
            if check is None:
                continue
            at = columns[check.column]
            options = {
                "type": "formula",
                "criteria": check.formula,
                "format": self._mark(check.severity),
            }
            sheet.conditional_format(table.first_row, at, table.last_row, at, options)

    def _mark(self, severity: str) -> Format:
        if severity not in self._marks:
            self._marks[severity] = self._workbook.add_format(_MARKS[severity])
        return self._marks[severity]


def _help(title: str, message: str) -> dict[str, str]:
    return {
        "input_title": title[:_TITLE_LENGTH],
        "input_message": message[:_MESSAGE_LENGTH],
    }


def _choices(column: Column, filled: FilledForm) -> tuple[str, ...]:
    if column.type == "unit":
        return tuple(filled.unit_names)
    values = allowed_values(column, filled.header.sender)
    return tuple(value.label_vi for value in values)


def _typed_validation(column: Column, cell: str) -> dict[str, Any]:
    match column.type:
        case "count":
            words = ",".join(f'{cell}="{word}"' for word in _ZERO_WORDS)
            whole = f"AND({cell}>=0,{cell}=INT({cell}))"
            formula = f"=IF(ISNUMBER({cell}),{whole},OR({words}))"
            return _custom(formula, _COUNT_ERROR)
        case "percent":
            formula = f'=IF(ISNUMBER({cell}),{cell}>=0,{cell}="x")'
            return _custom(formula, _PERCENT_ERROR)
        case "year":
            return {
                "validate": "integer",
                "criteria": "between",
                "minimum": _FIRST_YEAR,
                "maximum": _LAST_YEAR,
                "error_message": _YEAR_ERROR,
            }
        case _:
            return {}


def _custom(formula: str, message: str) -> dict[str, Any]:
    return {"validate": "custom", "value": formula, "error_message": message}


def _guide_submission_number(sheet: Worksheet, plan: SheetPlan) -> None:
    pair = next(pair for pair in placed_pairs(plan) if pair.is_typed)
    cell = (pair.row, pair.value_place[0])
    sheet.data_validation(
        *cell,
        *cell,
        {
            "validate": "integer",
            "criteria": ">=",
            "value": 1,
            "ignore_blank": False,
            "error_title": _ERROR_TITLE,
            "error_message": _NUMBER_ERROR,
            "input_title": pair.label,
            "input_message": _NUMBER_ERROR,
        },
    )


def _arrange_view(sheet: Worksheet, plan: SheetPlan) -> None:
    first = plan.tables[0]
    typed = next(
        at
        for column, (at, _) in first.columns
        if not (column.is_key and first.rows[0].printed)
    )
    sheet.set_selection(first.first_row, typed, first.first_row, typed)
    is_long_list = len(plan.tables) == 1 and first.table.rows in ("open", "list")
    sheet.freeze_panes(first.first_row if is_long_list else plan.title_row + 1, 0)
    sheet.set_zoom(_ZOOM)
