"""Personal data is found wherever it is; lookalikes pass."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from tests import builders, malformed_files
from tests.old_workbooks import xls

from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.intake.faults.faults import FaultList
from bloc_warehouse.intake.parse.parsed import ParseContext, ParsedFile
from bloc_warehouse.intake.parse_file import parse_file
from bloc_warehouse.intake.privacy.cell_notes import SENDERS_NOTE, heading
from bloc_warehouse.intake.privacy.person_names import looks_like_name
from bloc_warehouse.intake.privacy.personal import add_personal_faults
from bloc_warehouse.intake.read.grid import Cell, Sheet
from bloc_warehouse.intake.read.limits import Limits
from bloc_warehouse.intake.read.ods_sheets import CONTENT, ods_sheets
from bloc_warehouse.intake.read.xls_formats import sheet_formats
from bloc_warehouse.storage.names import FILE_NAME, shown_name


def parse(name: str, content: bytes) -> ParsedFile:
    context = ParseContext(load_registry(), builders.reference())
    return parse_file(name, content, "LAN-001", context)


def found(*rows: list[Cell]) -> list[tuple[str, str | None]]:
    faults = FaultList()
    add_personal_faults(Sheet("S", rows), (), {"le van tam"}.__contains__, faults)
    return [(fault.code, fault.found) for fault in faults.faults]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("079099912345", "P501"),
        ("CCCD: 079 099 912 345", "P501"),
        ("CMND 271234567", "P501"),
        (271234567, "P501"),
        (79099912345.0, "P501"),
        ("0912345678", "P502"),
        ("0912.345.678", "P502"),
        ("+84 912 345 678", "P502"),
        ("ĐT: (0272) 3826 123", "P502"),
        ("0272.3826.123", "P502"),
        (912345678, "P502"),
        ("STK: 0011 0022 3344", "P503"),
        ("số tài khoản 19033344455566", "P503"),
        (1903334445556, "P503"),
        ("ten.ho@example.vn", "P504"),
    ],
)
def test_numbers_of_persons_are_found(cell: Cell, code: str) -> None:
    assert found([None, cell]) == [(code, "B1")]


@pytest.mark.parametrize(
    "cell",
    [
        4851, 125_000_000, 1.5, 0.7777, 20240630, True, None, "4.851", "1.234.567.890",
        "01/01/2020 - 31/12/2025", "2018, 2019, 2020, 2021", "1676-QĐ/TU",
        "Mã số thuế: 1100123456", "05.10.2022 15:48:48", "Quyết định 999-QĐ/TW 2024",
        "Điều 30, 31, 32, 33, 34", "Lê Văn Tám", "(1) (2) (3) (4) (5) (6)",
    ],
)  # fmt: skip
def test_counts_dates_and_decisions_are_let_through(cell: Cell) -> None:
    assert found([cell], [cell], [cell]) == []


@pytest.mark.parametrize(
    "text",
    ["Nguyễn Văn A", "đ/c Trần Thị Bé", "1. Lê Minh", "PHẠM THỊ B", "Đoàn Văn C",
     "Hà Thị D", "Nguyen Van E", "Ông Võ Văn G"],
)  # fmt: skip
def test_names(text: str) -> None:
    assert looks_like_name(text)


@pytest.mark.parametrize(
    "text",
    ["Hà Nội", "Lâm Đồng", "Đoàn Thanh Niên", "Đoàn Khối", "Cao cấp",
     "Lý luận chính trị", "Hồ Chí Minh", "Thái Nguyên", "Sở Y tế",
     "Đảng ủy Khối", "Cao Đẳng Y Tế",
     "Trường Chính Trị", "Nguyễn", "Vũ khí 5", "Trần nhà", "Hoàng hôn đẹp lắm bạn ơi"],
)  # fmt: skip
def test_what_is_no_name(text: str) -> None:
    assert not looks_like_name(text)


def test_two_names_are_a_mention_and_three_are_a_list() -> None:
    names: list[list[Cell]] = [["Nguyễn Văn A"], ["Trần Thị B"], ["Lê Minh C"]]
    assert found(*names[:2]) == []
    assert found(*names) == [("P505", "A1, A2, A3")]
    assert found(["Nguyễn Văn A, Trần Thị B, Lê Minh C"]) == [("P505", "A1")]


def test_names_under_their_label_are_found_at_once() -> None:
    assert found(["STT", "Họ và tên"], [1, "Y Blăng Niê"]) == [("P505", "B2")]
    assert found(["Số điện thoại"], [123456]) == [("P502", "A2")]


SIGNATURE: tuple[tuple[str, ...], ...] = (
    ("Long An, ngày 5 tháng 7 năm 2024",),
    ("NGƯỜI LẬP BIỂU", "", "T/M CẤP ỦY"),
    ("Nguyễn Văn Mẫu", "", "Trần Thị Mẫu"),
    ("", "", "Lê Minh Mẫu"),
)
NAMES = [(f"{name} Mẫu",) for name in ("Bùi Văn", "Đỗ Thị", "Hồ Văn", "Vũ Thị")]


def form(*below: tuple[object, ...], above: tuple[object, ...] = ()) -> list[str]:
    """The codes of a form with lines above and below its table."""
    lines = [above, *malformed_files.lines(), *below]
    return [
        fault.code
        for fault in parse("a.xlsx", malformed_files.book(lines)).faults.faults
    ]


def test_a_form_ends_with_a_few_names() -> None:
    assert form(*SIGNATURE) == []
    assert form(*SIGNATURE, ("Nguyễn Văn Mẫu",), ("Lê Thị Mẫu",)) == []


@pytest.mark.parametrize(
    ("below", "above", "code"),
    [
        ((*SIGNATURE, ("ĐT 0912345678",)), (), "P502"),
        ((*SIGNATURE, ("CCCD 079099912345",)), (), "P501"),
        ((*SIGNATURE, ("mau@example.vn",)), (), "P504"),
        ((*SIGNATURE, *NAMES), (), "P505"),
        ((*SIGNATURE, *[("",)] * 12, *NAMES), (), "P505"),
        ((("NGƯỜI LẬP BIỂU",), *NAMES, ("NGƯỜI LẬP BIỂU",), *NAMES), (), "P505"),
        ((("NGƯỜI LẬP BIỂU",), ("079099912345",)), (), "P501"),
        (NAMES, ("Long An, ngày 5 tháng 7 năm 2024",), "P505"),
        (NAMES, ("NGƯỜI LẬP BIỂU",), "P505"),
        ((("Người lập: 0912345678", "0987654321"),), (), "P502"),
        ((("Người lập: CCCD 079099912345",),), (), "P501"),
        ((("Người lập", "0912345678"), ("Người gửi", "0987654321")), (), "P502"),
    ],
)
def test_the_signatures_free_nothing_else(
    below: list[tuple[object, ...]], above: tuple[object, ...], code: str
) -> None:
    assert code in form(*below, above=above)


def test_a_sheet_that_is_no_form_has_no_signatures() -> None:
    assert found(*[[name] for (name,) in NAMES], ["NGƯỜI LẬP BIỂU"]) != []
    assert found(["NGƯỜI LẬP BIỂU"], *[[name] for (name,) in NAMES]) != []


def test_the_preparer_may_leave_one_number_and_one_address() -> None:
    assert found(["Người báo cáo", "Lê Minh C", "0912345678"]) == []
    line = "Người lập biểu: Lê Minh C, 0912345678, c@example.vn"
    assert found([line]) == []
    assert found([f"{line}, 0987654321"]) == [("P502", "A1")]
    assert found([line], [line]) == [("P502", "A2"), ("P504", "A2")]


def test_what_is_of_a_person_is_in_no_text_of_a_fault() -> None:
    faults = FaultList()
    told = "liên hệ ０９１２.345.678 (CCCD 079 099 912 345), ten@example.vn"
    faults.add("V301", sheet=f"Sổ 0912345678 {told}", cell="A1", found=told)
    (fault,) = faults.faults
    for text in fault.as_dict().values():
        assert not any(part in (text or "") for part in ("345", "678", "ten@"))
    assert fault.found == "liên hệ ‹P502› (CCCD ‹P501›), ‹P504›"


def test_the_name_of_a_sheet_is_searched() -> None:
    faults = FaultList()
    add_personal_faults(Sheet("Hoa 0912345678", ()), (), bool, faults)
    assert [(fault.code, fault.sheet) for fault in faults.faults] == [
        ("P502", "Hoa ‹P502›")
    ]


def test_many_cells_are_counted() -> None:
    assert found(*[["0912345678"]] * 20) == [
        ("P502", ", ".join(f"A{row}" for row in range(1, 13)) + " (+8)")
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("LAN-001/0912345678.xlsx", "LAN-001/‹P502›.xlsx"),
        ("BC_0912-345-678_lần 2.xls", "BC_‹P502›_lần 2.xls"),
        ("CCCD 001085012345.csv", "CCCD ‹P501›.csv"),
        ("stk 0123456789.ods", "‹P503›.ods"),
        ("a.b@gmail.com.xlsx", "‹P504›.xlsx"),
        ("BC_20240705153000.xlsx", "BC_20240705153000.xlsx"),
        ("030720241530.csv", "030720241530.csv"),
        ("LAN-001/2024-07-05/BDV 6 tháng 2024 (1).xlsx",) * 2,
    ],
)
def test_names_of_files_are_masked(name: str, shown: str) -> None:
    assert shown_name(name) == shown
    assert shown_name(shown) == shown


def test_a_name_with_a_number_of_a_person_refuses_the_file() -> None:
    parsed = parse(shown_name("0912345678.xlsx"), builders.workbook())
    (fault,) = parsed.faults.faults
    assert (fault.code, fault.found) == ("P502", FILE_NAME)


def test_notes_at_cells_are_searched() -> None:
    book = load_workbook(BytesIO(builders.workbook()))
    sheet = book.worksheets[0]
    sheet["C3"].comment = Comment("Gọi chị Hoa 0912.345.678", "Hoa")
    sheet["A1"].comment = Comment("đã kiểm tra với đơn vị", "Hoa")
    buffer = BytesIO()
    book.save(buffer)
    parsed = parse("a.xlsx", buffer.getvalue())
    (fault,) = parsed.faults.faults
    assert (fault.code, fault.cell) == ("P502", "C3")
    assert fault.found == "C3 (ghi chú, note)"


def test_what_an_answer_noted_is_not_the_senders() -> None:
    faults = FaultList()
    note = f"{heading()}\n\nV307: 1903334445556"
    add_personal_faults(Sheet("S", (), notes={(0, 0): note}), (), bool, faults)
    assert faults.faults == []
    mixed = f"{note}{SENDERS_NOTE}gọi 0912345678"
    add_personal_faults(Sheet("S", (), notes={(0, 0): mixed}), (), bool, faults)
    assert [fault.code for fault in faults.faults] == ["P502"]


def test_notes_in_an_xls_are_searched() -> None:
    note = "Hỏi chị Hoa, 0912.345.678 nhé"
    content = xls({"BDV": [["a", 1], ["b", 2]]}, note=note)
    assert sheet_formats(content)["BDV"].notes == {(1, 1): note}
    (fault,) = parse("a.xls", content).faults.faults
    assert (fault.code, fault.cell) == ("P502", "B2")


def test_notes_in_an_ods_are_searched() -> None:
    parts = {
        CONTENT: (
            b'<office:document-content xmlns:office="o" xmlns:table="t" '
            b'xmlns:text="x" xmlns:dc="d"><table:table table:name="A"><table:table-row>'
            b"<table:table-cell><office:annotation><dc:date>2024-07-05</dc:date>"
            b"<text:p>0912345678</text:p><text:p>x</text:p>"
            b"</office:annotation></table:table-cell>"
            b"</table:table-row></table:table></office:document-content>"
        )
    }
    assert ods_sheets(parts, Limits())[0].formats.notes == {(0, 0): "0912345678\nx\n"}
