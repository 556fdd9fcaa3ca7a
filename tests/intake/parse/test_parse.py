"""Files as senders make them are understood; every fault has its cell."""

import io
from collections.abc import Callable

import pytest
from openpyxl import Workbook, load_workbook
from tests import builders

from bloc_warehouse.forms.filled import FilledForm
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.intake.parse.parsed import ParseContext, ParsedFile
from bloc_warehouse.intake.parse.unit_directory import UNKNOWN_SENDER
from bloc_warehouse.intake.parse_file import parse_file
from bloc_warehouse.intake.read.limits import Limits

CONTEXT = ParseContext(load_registry(), builders.reference())


def parse(name: str, content: bytes, sender: str | None = "LAN-001") -> ParsedFile:
    return parse_file(name, content, sender, CONTEXT)


def errors(parsed: ParsedFile) -> list[str]:
    return [fault.code for fault in parsed.faults.faults if fault.severity == "error"]


def codes(parsed: ParsedFile) -> list[tuple[str, str | None]]:
    return [(fault.code, fault.cell) for fault in parsed.faults.faults]


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("template.xlsx", builders.workbook),
        ("messy.xlsx", builders.messy_membership),
        ("semicolons.csv", builders.csv_membership),
        ("unicode.txt", lambda: builders.csv_membership(encoding="utf-16")),
        ("plain.csv", lambda: builders.csv_membership(encoding="utf-8")),
    ],
)
def test_layouts_of_one_return_are_understood_alike(
    name: str, make: Callable[[], bytes]
) -> None:
    parsed = parse(name, make())
    assert codes(parsed) == []
    (form,) = parsed.forms
    assert form.identity.form.name == "membership"
    assert form.identity.unit_code == "LAN-001"
    assert form.identity.period is not None
    assert form.identity.period.code == "2024-H1"
    assert form.identity.stated_submission_no == 1
    assert dict(form.tables[0].rows[0].values) == builders.membership_row()


def test_the_same_figures_have_the_same_content_in_every_layout() -> None:
    workbook = parse("a.xlsx", builders.workbook()).forms[0]
    messy = parse("b.xlsx", builders.messy_membership()).forms[0]
    other = parse(
        "c.xlsx",
        builders.workbook({"membership": [builders.membership_row(sub_cells=5)]}),
    ).forms[0]
    assert workbook.content_sha256 == messy.content_sha256 != other.content_sha256


def test_several_forms_in_one_workbook_are_several_submissions() -> None:
    registry = load_registry()
    forms = [
        FilledForm(
            registry.form("membership"),
            builders.header(),
            {"membership": [builders.membership_row()]},
        ),
        FilledForm(
            registry.form("admissions"),
            builders.header(),
            {"admissions": [builders.admissions_row()]},
        ),
    ]
    parsed = parse("both.xlsx", builders.workbook_of(*forms))
    assert codes(parsed) == []
    assert [form.identity.form.name for form in parsed.forms] == [
        "membership",
        "admissions",
    ]


def test_two_periods_in_one_file_are_a_fault() -> None:
    registry = load_registry()
    forms = [
        FilledForm(
            registry.form("membership"),
            builders.header(),
            {"membership": [builders.membership_row()]},
        ),
        FilledForm(
            registry.form("admissions"),
            builders.header(period_code="2024-Q1"),
            {"admissions": [builders.admissions_row()]},
        ),
    ]
    assert codes(parse("both.xlsx", builders.workbook_of(*forms))) == [("R214", None)]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("closing_total", 4.851, "V321"),
        ("closing_total", "12,5", "V321"),
        ("inc_total", "năm", "V301"),
        ("inc_total", -5, "V303"),
        ("inc_total", 10**13, "V307"),
        ("sub_cells", None, "V304"),
    ],
)
def test_a_cell_that_does_not_fit_is_one_fault_at_its_cell(
    field: str, value: object, code: str
) -> None:
    row = builders.membership_row(**{field: value})
    parsed = parse("a.xlsx", builders.workbook({"membership": [row]}))
    (fault,) = parsed.faults.faults
    assert fault.code == code
    letter = parsed.forms[0].tables[0].columns[field]
    assert fault.cell == f"{letter}{parsed.forms[0].tables[0].rows[0].sheet_row}"
    assert fault.sheet == "BDV"


def test_a_count_broken_by_an_english_excel_is_suggested_never_applied() -> None:
    row = builders.membership_row(closing_total=4.851)
    parsed = parse("a.xlsx", builders.workbook({"membership": [row]}))
    (fault,) = parsed.faults.faults
    assert (fault.found, fault.expected) == ("4,851", "4.851")
    assert "closing_total" not in parsed.forms[0].tables[0].rows[0].values


def test_all_faults_are_found_in_one_pass() -> None:
    row = builders.membership_row(inc_total="x?", dec_total=-1, sub_cells=None)
    parsed = parse("a.xlsx", builders.workbook({"membership": [row]}))
    assert [code for code, _ in codes(parsed)] == ["V301", "V303", "V304"]


@pytest.mark.parametrize("formula", ["=1/0", "=A1+1"])
def test_an_error_cell_or_a_formula_without_value_is_never_a_blank(
    formula: str,
) -> None:
    content = builders.with_cells(builders.workbook(), {"H18": formula})
    assert ("V306", "H18") in codes(parse("a.xlsx", content))


def test_zero_blank_and_not_applicable_stay_different() -> None:
    row = builders.membership_row(inc_other="-", dec_other=None, closing_religious="x")
    parsed = parse("a.xlsx", builders.workbook({"membership": [row]}))
    assert codes(parsed) == []
    read = parsed.forms[0].tables[0].rows[0]
    assert read.values["inc_other"] == 0
    assert read.values["dec_other"] is None
    assert read.values["closing_religious"] is None
    assert read.not_applicable == ("closing_religious",)


@pytest.mark.parametrize(
    ("changes", "sender", "code"),
    [
        ({}, "LAN-002", "R203"),
        ({}, "DLK-001", "R203"),
        ({}, "NOBODY", "F104"),
        ({"unit_code": "LAN-999", "unit_name": "?"}, "LAN-001", "R202"),
        ({"unit_code": "LAN-003"}, "LAN-003", "R215"),
        ({"unit_code": "LAN-VP"}, "LAN-VP", "R216"),
        ({"submission_no": 0}, "LAN-001", "R213"),
    ],
)
def test_a_header_that_does_not_fit_is_a_fault(
    changes: dict[str, object], sender: str, code: str
) -> None:
    parsed = parse("a.xlsx", builders.workbook(**changes), sender)
    assert errors(parsed) == [code]


@pytest.mark.parametrize("stated", ["LAN-003", ""])
@pytest.mark.parametrize("sender", ["LAN-003", "LAN-VP"])
def test_inspections_of_a_unit_since_closed_are_taken(sender: str, stated: str) -> None:
    content = builders.workbook(
        builders.inspections_rows(), "inspections", unit_code=stated,
        unit_name="Chi bộ đã giải thể",
    )  # fmt: skip
    parsed = parse("a.xlsx", content, sender)
    assert codes(parsed) == []
    unit = parsed.forms[0].identity.unit
    assert (unit and unit.unit_kind) == "cbcs"


def test_the_office_may_send_for_a_unit_of_its_bloc_only() -> None:
    assert codes(parse("a.xlsx", builders.workbook(), "LAN-VP")) == []


@pytest.mark.parametrize(
    ("label", "value", "code"),
    [
        ("Kỳ", "hôm qua", "R204"),
        ("Cách tính", "Trong kỳ", "R211"),
        ("Số liệu tính đến", "31/03/2024", "R212"),
        ("Phiên bản", "9", "R206"),
        ("Đơn vị", "ĐB Sở Tế", "R202"),
    ],
)
def test_a_wrong_header_line_names_what_is_expected(
    label: str, value: str, code: str
) -> None:
    parsed = parse("a.xlsx", builders.messy_membership(**{label: value}))
    assert [found for found, _ in codes(parsed)] == [code]
    assert parsed.faults.faults[0].expected


@pytest.mark.parametrize(
    "spelling", ["Tháng 3 năm 2024", "tháng 03/2024", "T3/2024", "03/2024", "2024-T03"]
)
def test_inspections_of_a_month_are_understood(spelling: str) -> None:
    book = load_workbook(io.BytesIO(builders.monthly_inspections()))
    for line in book.worksheets[0].iter_rows():
        for cell in line:
            if cell.value == "Tháng 3 năm 2024":
                cell.value = spelling
    buffer = io.BytesIO()
    book.save(buffer)
    parsed = parse("a.xlsx", buffer.getvalue())
    assert codes(parsed) == []
    (form,) = parsed.forms
    period = form.identity.period
    assert period is not None
    assert (period.code, period.basis) == ("2024-T03", "period")
    (row,) = form.tables[0].rows
    assert row.values["done"] == 1


def test_a_form_that_is_not_sent_by_month_says_its_periods() -> None:
    content = builders.workbook(period_code="2024-T03", basis="period")
    (fault,) = parse("a.xlsx", content).faults.faults
    assert (fault.code, fault.found) == ("R205", "Tháng 3 năm 2024")
    assert "Biểu này không có kỳ «Tháng 3 năm 2024»" in fault.message_vi
    assert "This form has no period 'Tháng 3 năm 2024'" in fault.message_en
    assert "Quý I, 6 tháng đầu năm" in fault.message_vi


def test_cumulated_inspections_are_not_those_of_a_month() -> None:
    content = builders.workbook(
        builders.inspections_rows(), "inspections", period_code="2024-T03"
    )
    (fault,) = parse("a.xlsx", content).faults.faults
    assert (fault.code, fault.expected) == ("R211", "Trong kỳ")


def test_missing_unknown_and_repeated_columns_are_each_named() -> None:
    form = load_registry().form("ratings")
    labels = ["Đối tượng", *(measure.label_vi for measure in form.tables[0].measures)]
    labels.remove("Tổng số: Được miễn")
    labels += ["Tổng số: Chưa đánh giá", "Ý kiến"]
    book = Workbook()
    sheet = book.worksheets[0]
    for line in (
        ["Mã biểu", "BXL"],
        ["Mã đơn vị", "LAN-001"],
        ["Kỳ báo cáo", "Năm 2024"],
        labels,
    ):
        sheet.append(line)
    for subject in ("Đảng viên", "Chi bộ trực thuộc", "TCCSĐ"):
        sheet.append([subject, *([1] * (len(labels) - 1))])
    buffer = io.BytesIO()
    book.save(buffer)
    assert [code for code, _ in codes(parse("a.xlsx", buffer.getvalue()))] == [
        "R208",
        "R209",
        "R210",
    ]


def test_a_missing_fixed_row_and_a_repeated_row_are_faults() -> None:
    content = builders.workbook(
        {"ratings": builders.ratings_rows()}, form="ratings", period_code="2024-Y"
    )
    table = parse("a.xlsx", content).forms[0].tables[0]
    unit_row = f"{table.columns['subject']}{table.rows[2].sheet_row}"
    content = builders.with_cells(content, {unit_row: "Chi bộ trực thuộc"})
    assert [code for code, _ in codes(parse("a.xlsx", content))] == ["V308", "V314"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"not a workbook", "F101"),
        ("a.xlsx", builders.workbook()[:3000], "F101"),
        ("a.pdf", b"%PDF", "F105"),
        ("a.csv", b"", "F102"),
        ("a.csv", b"\0\0", "F101"),
        ("a.csv", b"a;b\n1;2\n", "R201"),
    ],
)
def test_what_cannot_be_read_is_a_coded_fault(
    name: str, content: bytes, code: str
) -> None:
    assert [found for found, _ in codes(parse(name, content))] == [code]


def test_a_workbook_that_unpacks_too_large_is_refused_unread() -> None:
    context = ParseContext(
        load_registry(), builders.reference(), Limits(max_unpacked_bytes=1_000)
    )
    parsed = parse_file("a.xlsx", builders.workbook(), "LAN-001", context)
    assert [code for code, _ in codes(parsed)] == ["F103"]


def test_a_body_of_the_bloc_is_not_reported_by_a_unit() -> None:
    row = {
        "body": "bloc_departments",
        "subject": "organisation",
        "kind": "finance_inspection",
        "done": 1,
    }
    content = builders.workbook(
        {"inspections": [row], "discipline": [], "petitions": []}, form="inspections"
    )
    assert [code for code, _ in codes(parse("a.xlsx", content))] == ["V313"]


def test_a_blank_header_value_is_not_the_next_label() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Mã biểu", "BDV"])
    sheet.append(["Mã đơn vị", None, "Tên đơn vị", "Đảng bộ Sở Y tế"])
    buffer = io.BytesIO()
    book.save(buffer)
    codes_found = [code for code, _ in codes(parse("a.xlsx", buffer.getvalue()))]
    assert "R202" not in codes_found


def test_a_year_outside_the_calendar_is_a_fault() -> None:
    content = builders.messy_membership(**{"Kỳ": "6T/2031"})
    (fault,) = parse("a.xlsx", content).faults.faults
    assert (fault.code, fault.expected) == ("R222", "2010–2030")


@pytest.mark.parametrize(
    ("folder", "expected"),
    [("lan-001", "LAN-001?"), ("LAN 001", "LAN-001?"), ("QQQ", "")],
)
def test_an_unknown_folder_is_reported_with_possible_owners(
    folder: str, expected: str
) -> None:
    (fault,) = parse("a.xlsx", builders.workbook(), folder).faults.faults
    assert (fault.code, fault.found, fault.expected) == ("F104", folder, expected)
    assert expected in fault.message_vi


def test_a_file_beside_the_folders_is_told_the_folder_of_the_unit_that_it_names() -> (
    None
):
    content = builders.workbook(unit_code="LAN-001")
    (fault,) = parse("a.xlsx", content, UNKNOWN_SENDER).faults.faults
    assert (fault.code, fault.found, fault.expected) == ("F104", "landing", "LAN-001?")


def test_a_trial_without_a_folder_names_the_code_that_is_not_known() -> None:
    content = builders.workbook(unit_code="LAN-0001")
    (fault,) = parse("a.xlsx", content, None).faults.faults
    assert (fault.code, fault.found) == ("R202", "LAN-0001")
    assert str(fault.expected).startswith("LAN-001")
