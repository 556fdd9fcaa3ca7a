"""Workbooks of forms: one layout for all, and what helps a clerk in a template."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from tests import builders

from bloc_warehouse.forms.filled import FilledForm, Header
from bloc_warehouse.forms.model import Form
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.forms.template import write_workbook

FORMS = [(form, sender) for form in load_registry().latest for sender in form.senders]
IDS = [f"{form.name}-{sender}" for form, sender in FORMS]


def make(
    form: str | Form,
    rows: dict[str, list[dict[str, Any]]] | None = None,
    *,
    template: bool = True,
    **header: object,
) -> bytes:
    chosen = load_registry().form(form) if isinstance(form, str) else form
    filled = FilledForm(chosen, builders.header(**header), rows or {})
    target = io.BytesIO()
    write_workbook(target, [filled], template=template)
    return target.getvalue()


def opened(content: bytes) -> tuple[Workbook, Worksheet]:
    book = load_workbook(io.BytesIO(content))
    return book, book.worksheets[0]


def cell_of(sheet: Worksheet, text: str) -> tuple[int, int]:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value == text:
                return cell.row, cell.column  # type: ignore[return-value]
    raise AssertionError(text)


def validation_at(sheet: Worksheet, address: str) -> DataValidation:
    found = [
        validation
        for validation in sheet.data_validations.dataValidation
        if address in validation
    ]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(("form", "sender"), FORMS, ids=IDS)
@pytest.mark.parametrize("template", [True, False])
def test_every_form_can_be_written_and_says_what_it_is(
    form: Form, sender: str, template: bool
) -> None:
    unit = "LAN-VP" if sender == "bloc_office" else "LAN-001"
    content = make(form, template=template, unit_code=unit, period_code="2024-Y")
    _, sheet = opened(content)
    assert sheet.title == form.code
    texts = {cell.value for row in sheet.iter_rows() for cell in row}
    assert {
        "Mã biểu", form.code, "Phiên bản", form.version, "Mã đơn vị", unit,
        "Năm 2024", "Cộng dồn", "31/12/2024", "Lần gửi", "ĐẢNG CỘNG SẢN VIỆT NAM",
        form.title_vi.upper(), "NGƯỜI LẬP BIỂU", "T/M CẤP ỦY",
        *(table.title_vi for table in form.tables),
    } <= texts  # fmt: skip
    assert any(str(text).startswith("Cách ghi: ghi 0 hoặc -") for text in texts)


@pytest.mark.parametrize("template", [True, False])
def test_the_same_input_gives_the_same_bytes(template: bool) -> None:
    rows = {"membership": [builders.membership_row()]}
    first = make("membership", rows, template=template)
    assert first == make("membership", rows, template=template)


def test_groups_are_merged_across_and_single_headers_down() -> None:
    _, sheet = opened(make("inspections"))
    row, column = cell_of(sheet, "Số lượt")
    assert sheet.cell(row + 1, column).value == "Kế hoạch năm"
    assert sheet.cell(row + 2, column).value == f"({column})"
    merged = {str(merged) for merged in sheet.merged_cells.ranges}
    assert f"D{row}:F{row}" in merged
    assert f"A{row}:A{row + 1}" in merged


def test_figures_line_up_below_each_other() -> None:
    _, sheet = opened(make("inspections"))
    columns = {cell_of(sheet, text)[1] for text in ("Số lượt", "Hình thức", "Số đơn")}
    assert columns == {4}


def test_required_columns_bear_a_mark() -> None:
    _, sheet = opened(make("membership"))
    required = "Kết nạp\N{NO-BREAK SPACE}*"
    row, column = cell_of(sheet, required)
    optional = sheet.cell(*cell_of(sheet, "Tăng khác"))
    assert optional.row == row
    first = sheet.cell(row + 2, column).fill.fgColor.rgb
    assert first != sheet.cell(row + 2, optional.column).fill.fgColor.rgb


def test_values_are_written_as_they_stand() -> None:
    rows = {"admissions": [{"admitted_total": "4.851", "admitted_female": "x",
                            "admitted_youth": 0, "readmitted": None}]}  # fmt: skip
    _, sheet = opened(make("admissions", rows, template=False))
    row, first = cell_of(sheet, "(1)")
    values = [sheet.cell(row + 1, first + at).value for at in range(9)]
    assert values == [None, "4.851", 0, "x", None, None, None, None, None]


def test_fixed_rows_are_all_printed_with_their_labels() -> None:
    rows = {"ratings": [{"subject": "unit", "total_subject": 1}]}
    _, sheet = opened(make("ratings", rows, template=False, period_code="2024-Y"))
    row, _ = cell_of(sheet, "(1)")
    printed = [(sheet.cell(row + at, 1).value, sheet.cell(row + at, 2).value)
               for at in (1, 2, 3)]  # fmt: skip
    assert printed == [
        ("Đảng viên", None), ("Chi bộ trực thuộc", None), ("Tổ chức cơ sở đảng", 1),
    ]  # fmt: skip


def test_only_cells_to_fill_in_are_open() -> None:
    _, sheet = opened(make("ratings", period_code="2024-Y"))
    assert sheet.protection.sheet
    row, _ = cell_of(sheet, "(1)")
    assert sheet.cell(row + 1, 1).protection.locked  # the printed breakdown
    assert not sheet.cell(row + 1, 2).protection.locked
    assert sheet.cell(row, 2).protection.locked
    label_row, label_column = cell_of(sheet, "Lần gửi")
    values = [sheet.cell(label_row, at) for at in range(label_column + 1, 12)]
    assert not next(cell for cell in values if cell.value == 1).protection.locked


def test_a_filled_form_is_plain() -> None:
    book, sheet = opened(make("inspections", template=False))
    assert not sheet.protection.sheet
    assert sheet.data_validations.dataValidation == []
    assert len(book.sheetnames) == 1


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("LAN-001", ["Cấp ủy cơ sở", "Ủy ban Kiểm tra cơ sở", "Chi bộ"]),
        (
            "LAN-VP",
            [
                "Ban Thường vụ Đảng ủy Khối",
                "Ủy ban Kiểm tra Đảng ủy Khối",
                "Các ban của Đảng ủy Khối",
            ],
        ),
    ],
)
def test_drop_downs_offer_what_the_sender_may_report(
    unit: str, expected: list[str]
) -> None:
    book, sheet = opened(make("inspections", unit_code=unit))
    row, _ = cell_of(sheet, "(1)")
    validation = validation_at(sheet, f"A{row + 1}")
    assert validation.type == "list"
    name, _, area = validation.formula1.replace("$", "").rpartition("!")
    lists = book[name.strip("'")]
    assert lists.sheet_state == "veryHidden"
    assert [cell.value for (cell,) in lists[area]] == expected


def test_counts_are_checked_while_typing() -> None:
    _, sheet = opened(make("membership"))
    row, column = cell_of(sheet, "(1)")
    assert column == 1
    validation = validation_at(sheet, f"A{row + 1}")
    cell = f"A{row + 1}"
    assert validation.type == "custom"
    assert validation.formula1.startswith(
        f"IF(ISNUMBER({cell}),AND({cell}>=0,{cell}=INT({cell})),OR("
    )
    assert f'{cell}="-"' in validation.formula1
    assert f'{cell}="x"' in validation.formula1
    assert "số nguyên từ 0 trở lên" in validation.error
    assert len(validation.formula1) <= 255


def test_help_is_at_the_cell() -> None:
    _, sheet = opened(make("membership"))
    row, _ = cell_of(sheet, "(1)")
    validation = validation_at(sheet, f"A{row + 1}")
    assert validation.prompt.startswith("Số đảng viên có đến ngày đầu kỳ")


def test_a_broken_identity_marks_its_cell() -> None:
    _, sheet = opened(make("membership"))
    row, column = cell_of(sheet, "Tổng tăng\N{NO-BREAK SPACE}*")
    total = sheet.cell(row + 2, column)
    rules = sheet.conditional_formatting[total.coordinate]
    assert len(rules) == 1
    assert "<>" in rules[0].formula[0]


def test_units_of_a_plan_are_named() -> None:
    form = load_registry().form("admission_plan")
    rows = {"admission_plan": [{"scope": "unit_year", "planned_unit_code": "LAN-001",
                                "from_year": 2024, "to_year": 2024}]}  # fmt: skip
    names = {"LAN-001": "Đảng bộ Sở Y tế", "LAN-002": "Chi bộ Báo Long An"}
    header = builders.header(unit_code="LAN-VP", period_code="2024-Y")
    target = io.BytesIO()
    write_workbook(target, [FilledForm(form, header, rows, names)], template=True)
    _, sheet = opened(target.getvalue())
    row, _ = cell_of(sheet, "(1)")
    assert sheet.cell(row + 1, 2).value == "LAN-001"
    assert validation_at(sheet, f"B{row + 1}").prompt == "Đảng bộ Sở Y tế"
    assert validation_at(sheet, f"B{row + 2}").type == "list"


def test_the_version_is_a_property_of_the_document() -> None:
    book, _ = opened(make("ratings", period_code="2024-Y"))
    assert book.custom_doc_props["form_BXL_version"].value == 1


def test_print_and_view_are_set_up() -> None:
    _, sheet = opened(make("membership"))
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.fitToWidth in (None, 1)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.freeze_panes == "A5"  # below the title


def test_the_header_of_a_long_list_stays_in_view() -> None:
    unit = {"unit_code": "LAN-VP", "period_code": "2024-Y"}
    _, sheet = opened(make("admission_plan", **unit))
    assert sheet.freeze_panes == f"A{cell_of(sheet, '(1)')[0] + 1}"


def test_several_forms_are_several_sheets_that_share_their_lists() -> None:
    registry = load_registry()
    header = Header("LAN-001", "Đảng bộ Sở Y tế", "Khối", "2024-Y", "cumulative", 2)
    forms = [
        FilledForm(registry.form(name), header, {})
        for name in ("membership", "inspections", "awards_training")
    ]
    target = io.BytesIO()
    write_workbook(target, forms, template=True)
    book, _ = opened(target.getvalue())
    assert book.sheetnames == ["BDV", "BKT", "BKB", "Danh mục"]
