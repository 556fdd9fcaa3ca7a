"""Nothing that a workbook holds beside its cells is kept unsearched."""

import io
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from tests import builders, malformed_files
from tests.old_workbooks import ods, xls

from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.intake.parse.parsed import ParseContext
from bloc_warehouse.intake.parse_file import parse_file
from bloc_warehouse.intake.read import xls_formats
from bloc_warehouse.intake.read.package_texts import package_texts

PHONE, IDENTITY, MAIL = "0912.345.678", "079099912345", "ten.ho@example.vn"
THREE = "Nguyễn Văn Mẫu, Trần Thị Mẫu, Lê Minh Mẫu"

Change = Callable[[Workbook, Worksheet], None]


def found(name: str, content: bytes) -> list[tuple[str, str | None]]:
    context = ParseContext(load_registry(), builders.reference())
    parsed = parse_file(name, content, "LAN-001", context)
    return [(fault.code, fault.found) for fault in parsed.faults.faults]


def changed(change: Change) -> bytes:
    book = load_workbook(BytesIO(builders.workbook()))
    change(book, book.worksheets[0])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_part(content: bytes, name: str, part: str) -> bytes:
    """The workbook with one part more, or in place of the one of that name."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, part)
    return buffer.getvalue()


def _header(_: Workbook, sheet: Worksheet) -> None:
    sheet.oddHeader.center.text = f"Liên hệ {PHONE}"


def _footer(_: Workbook, sheet: Worksheet) -> None:
    sheet.evenFooter.left.text = f"Gửi {MAIL}"


def _author(book: Workbook, _: Worksheet) -> None:
    book.properties.creator = f"Hoa {PHONE}"


def _keywords(book: Workbook, _: Worksheet) -> None:
    book.properties.keywords = THREE


def _defined(book: Workbook, _: Worksheet) -> None:
    book.defined_names["lien_he"] = DefinedName("lien_he", attr_text=f'"{IDENTITY}"')


def _list(_: Workbook, sheet: Worksheet) -> None:
    rule = DataValidation(type="list", formula1=f'"{THREE}"')
    sheet.add_data_validation(rule)
    rule.add("A200")


def _prompt(_: Workbook, sheet: Worksheet) -> None:
    rule = DataValidation(type="whole", formula1="0", prompt=f"Hỏi {PHONE}")
    sheet.add_data_validation(rule)
    rule.add("A200")


def _link(_: Workbook, sheet: Worksheet) -> None:
    sheet["A200"].hyperlink = f"mailto:{MAIL}"


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        (_header, "P502", "header, footer"),
        (_footer, "P504", "header, footer"),
        (_author, "P502", "document properties"),
        (_keywords, "P505", "document properties"),
        (_defined, "P501", "defined names"),
        (_list, "P505", "validation lists"),
        (_prompt, "P502", "validation lists"),
        (_link, "P504", "other parts"),
    ],
)
def test_what_excel_lets_people_write_elsewhere(
    change: Change, code: str, place: str
) -> None:
    told = found("a.xlsx", changed(change))
    assert {code for code, _ in told} == {code}
    assert any(place in (text or "") for _, text in told)


RUNS = "</a:t></a:r><a:r><a:rPr><a:solidFill/></a:rPr><a:t>"


@pytest.mark.parametrize(
    ("name", "part", "code"),
    [
        ("xl/drawings/drawing9.xml", f"<d><a:p><a:t>{PHONE}</a:t></a:p></d>", "P502"),
        ("xl/drawings/drawing9.xml",
         f"<d><a:p><a:r><a:t>0912{RUNS}345{RUNS}678</a:t></a:r></a:p></d>", "P502"),
        ("xl/drawings/drawing9.xml", f'<d><p descr="Ảnh của {MAIL}"/></d>', "P504"),
        ("xl/drawings/vmlDrawing9.vml", f"<xml><div>Gọi {PHONE}</div></xml>", "P502"),
        ("xl/charts/chart9.xml", f"<c><a:t>{THREE}</a:t></c>", "P505"),
        ("xl/charts/chart9.xml", f"<c><strCache><v>{IDENTITY}</v></strCache></c>",
         "P501"),
        ("xl/threadedComments/t9.xml", f"<T><text>{PHONE}</text></T>", "P502"),
        ("xl/persons/person.xml", f'<P><person userId="S::{MAIL}::1"/></P>', "P504"),
        ("xl/pivotCache/p9.xml", f'<p><s v="{IDENTITY}"/></p>', "P501"),
        ("xl/externalLinks/_rels/e.rels", f'<r Target="mailto:{MAIL}"/>', "P504"),
        ("customXml/item9.xml", f"<mine><cccd>{IDENTITY}</cccd></mine>", "P501"),
        ("customXml/item9.xml", f"<mine><n>{PHONE}</n><n>1</n></mine>", "P502"),
        ("docProps/custom.xml", f"<p><lpwstr>{PHONE}</lpwstr></p>", "P502"),
    ],
)  # fmt: skip
def test_each_part_of_an_xlsx_is_searched(name: str, part: str, code: str) -> None:
    content = with_part(builders.workbook(), name, part)
    assert [code for code, _ in found("a.xlsx", content)] == [code]


def test_what_is_left_of_deleted_cells_is_searched() -> None:
    in_cells = {"Sở Y tế", "Người lập 0387654321"}
    strings = "".join(f"<si><t>{text}</t></si>" for text in (*in_cells, PHONE))
    parts = {"xl/sharedStrings.xml": f"<sst>{strings}</sst>".encode()}
    left = [text.text for text in package_texts(parts, in_cells)]
    assert left == [PHONE]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("xl/drawings/drawing9.xml",
         "<d><col>0</col><colOff>304800</colOff><row>9</row><rowOff>12345678</rowOff>"
         '<a:off x="1903334445556" y="271234567"/><a:t>Số liệu 2024</a:t></d>'),
        ("xl/charts/chart9.xml",
         "<c><numCache><pt><v>271234567</v></pt></numCache></c>"),
        ("customXml/item9.xml",
         "<m><id>{0A1B2C3D-1234-5678-9012-123456789012}</id>"
         "<t>0x0101001903334445556123</t></m>"),
        ("docProps/app.xml", "<p><TotalTime>5</TotalTime><V>16.0300</V></p>"),
        ("docProps/core.xml", "<p><creator>Nguyễn Văn Mẫu</creator>"
         "<created>2024-07-05T08:30:00Z</created></p>"),
    ],
)  # fmt: skip
def test_positions_figures_and_codes_are_let_through(name: str, part: str) -> None:
    assert found("a.xlsx", with_part(builders.workbook(), name, part)) == []


ODS = 'xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s" xmlns:draw="d"'


@pytest.mark.parametrize(
    ("name", "part", "code"),
    [
        ("styles.xml", f"<s {ODS}><style:header><text:p>{PHONE}</text:p>"
         "</style:header></s>", "P502"),
        ("meta.xml", f"<m {ODS}><creator>{MAIL}</creator></m>", "P504"),
        ("customXml/a.xml", f"<m {ODS}><a>{THREE}</a></m>", "P505"),
    ],
)  # fmt: skip
def test_each_part_of_an_ods_is_searched(name: str, part: str, code: str) -> None:
    content = with_part(ods({"BDV": malformed_files.lines()}), name, part)
    assert [code for code, _ in found("a.ods", content)] == [code]


def test_text_boxes_of_an_ods_are_searched() -> None:
    box = f"<draw:text-box><text:p>{PHONE}</text:p></draw:text-box>"
    cell = "<table:table-cell><text:p>{}</text:p>{}</table:table-cell>"
    parts = {"content.xml": f"<o {ODS}>{cell.format('4.851', box)}</o>".encode()}
    assert PHONE in [text.text for text in package_texts(parts, set())]


@pytest.mark.parametrize(
    ("kind", "place"),
    [(0x0014, "header, footer"), (0x01BE, "validation lists"), (0x01B6, "text box")],
)
def test_records_of_an_xls_beside_its_cells_are_searched(
    kind: int, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in (PHONE.encode(), b"\x01" + PHONE.encode("utf-16-le")):
        record = struct.pack("<HH", kind, len(text)) + text
        streams = {("Workbook", "Book"): record}
        monkeypatch.setattr(
            xls_formats, "_stream", lambda _, names, s=streams: s.get(names, b"")
        )
        told = [text for text in xls_formats.xls_texts(b"") if PHONE in text.text]
        assert [place in text.place for text in told] == [True]


def test_an_xls_without_any_of_it_is_taken() -> None:
    assert found("a.xls", xls({"BDV": malformed_files.lines()})) == []
