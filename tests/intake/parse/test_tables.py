"""Tables are found by their labels, and their rows sorted out."""

import io
import time
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook
from tests import builders
from tests.malformed_files import (
    COLUMNS,
    HEADER,
    MALFORMED_FILES,
    SHEET_PART,
    book,
    come_back,
    context,
    figures,
    lines,
    ratings,
    rezipped,
)
from tests.old_workbooks import ods, xls

from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.intake.parse.parsed import ParsedFile
from bloc_warehouse.intake.parse_file import parse_file
from bloc_warehouse.intake.read.grid import address
from bloc_warehouse.intake.read.limits import Limits

INSPECTION_KINDS = (
    "compliance_inspection", "thematic_supervision", "regular_supervision",
)  # fmt: skip
BY_KIND = {file.kind: file for file in MALFORMED_FILES}


def parse(content: bytes) -> ParsedFile:
    return parse_file("a.xlsx", content, "LAN-001", context())


def test_a_percent_cell_is_read_as_it_is_shown() -> None:
    (form,) = come_back(BY_KIND["0.7777 shown as 77,77%"]).forms
    assert form.tables[0].rows[0].values["pct_of_plan"] == Decimal("77.77")


def test_labels_and_numbers_that_are_printed_again_are_no_rows() -> None:
    (form,) = come_back(BY_KIND["labels repeated on a page break"]).forms
    training = {table.name: table for table in form.tables}["training"]
    assert [row.values["attendees"] for row in training.rows] == [30, 30]


@pytest.mark.parametrize(
    "label", ["Tổng cộng", "TỔNG", "Cộng", "Cộng:", "Tổng số", "Cộng trang trước"]
)
def test_total_lines_are_no_rows(label: str) -> None:
    parsed = parse(ratings((label, 67, 1, 0, 66, 11, 54, 1, 0)))
    assert parsed.faults.faults == []
    assert len(parsed.forms[0].tables[0].rows) == 3


@pytest.mark.parametrize(("typed", "warnings"), [(62, 0), (63, 1)])
def test_a_total_in_the_middle_adds_up_the_rows_above_it(
    typed: int, warnings: int
) -> None:
    made = load_workbook(io.BytesIO(ratings(("Tổng", 67, 1, 0, 66, 11, 54, 1, 0))))
    sheet = made.worksheets[0]
    sheet.insert_rows(6)
    for at, value in enumerate(("Cộng mục I", typed, 1, 0, 61, 10, 50, 1, 0), start=1):
        sheet.cell(6, at, value)
    buffer = io.BytesIO()
    made.save(buffer)
    parsed = parse(buffer.getvalue())
    faults = [
        (fault.code, fault.severity, fault.cell) for fault in parsed.faults.faults
    ]
    assert faults == [("V320", "warning", "B6")] * warnings
    assert len(parsed.forms[0].tables[0].rows) == 3


def test_a_label_under_a_strange_group_is_not_taken_for_its_namesake() -> None:
    groups = [column.group_vi for column in COLUMNS] + ["Giảm trong kỳ"]
    shorts = [column.short_vi for column in COLUMNS] + ["Dân tộc thiểu số"]
    parsed = parse(book([*HEADER, groups, shorts, [*figures(), 3]]))
    assert [fault.code for fault in parsed.faults.faults] == ["R209"]


@pytest.mark.parametrize(
    "above",
    [
        ("Tăng, giảm đảng viên",),
        ("Biểu 1", None, "Đơn vị tính: đảng viên"),
        ("Kỳ báo cáo", "6 tháng đầu năm 2024"),
    ],
)
def test_rows_above_the_header_are_no_header(above: tuple[str, ...]) -> None:
    labels = ["TT", None, *(column.label_vi for column in COLUMNS)]
    content = book([*HEADER, above, labels, [1, None, *figures()]])
    assert parse(content).faults.faults == []


def test_an_unknown_column_beside_the_groups_is_named() -> None:
    form = context().registry.form("admissions").tables[0]
    groups = [*(column.group_vi for column in form.columns), "Số khác"]
    shorts = [*(column.short_vi for column in form.columns), None]
    row = builders.admissions_row()
    values = [*(row[column.name] for column in form.columns), 3]
    parsed = parse(book([("Mã biểu", "BKN"), *HEADER[1:], groups, shorts, values]))
    assert [fault.code for fault in parsed.faults.faults] == ["R209"]


def test_a_date_in_a_note_does_not_end_the_table() -> None:
    content = ratings(("Tổng cộng", 67, 1, 0, 66, 11, 54, 1, 0))
    noted = builders.with_cells(content, {"J5": "HD ngày 5 tháng 7 năm 2024"})
    parsed = parse(noted)
    assert parsed.faults.faults == []
    assert len(parsed.forms[0].tables[0].rows) == 3


def test_every_error_cell_is_found_even_past_the_last_value() -> None:
    outside = builders.with_cells(book(lines()), {"AZ60": "=1/0"})
    assert parse(outside).faults.faults == []
    below = builders.with_cells(book(lines()), {"C60": "=1/0"})
    assert ("V306", "C60") in [
        (fault.code, fault.cell) for fault in parse(below).faults.faults
    ]
    inside = builders.with_cells(book(lines()), {"C7": "=1/0", "D7": "=A1"})
    assert [fault.cell for fault in parse(inside).faults.faults] == ["C7", "D7"]


def test_long_lists_of_faults_are_cut_and_say_so() -> None:
    ours = replace(context(), limits=Limits(max_faults=5))
    wrong = book(lines(["?"] * len(COLUMNS)))
    parsed = parse_file("a.xlsx", wrong, "LAN-001", ours)
    assert [fault.code for fault in parsed.faults.faults] == ["V301"] * 5 + ["F113"]
    assert parsed.faults.faults[-1].found == str(len(COLUMNS) - 5)


def inspections(
    blank: Sequence[tuple[int, int]] = (), times: int = 1
) -> list[list[object]]:
    """Three lines of inspections by one body, several times."""
    tables = {table.name: table for table in load_registry().form("inspections").tables}
    table = tables["inspections"]
    keys = [
        [
            next(value.label_vi for value in key.values if value.code == code)
            for code in codes
        ]
        for key, codes in zip(
            table.keys,
            (["cell"] * 3, ["member"] * 3, INSPECTION_KINDS),
            strict=True,
        )
    ]
    rows = [[*names, *[1] * len(table.measures)] for names in zip(*keys, strict=True)]
    cells = [
        ["Mã biểu", "BKT"], *map(list, HEADER[1:4]),
        [table.title_vi], [column.label_vi for column in table.columns], *rows * times,
    ]  # fmt: skip
    for name in ("discipline", "petitions"):
        cells += [[], [tables[name].title_vi]]
        cells += [[column.label_vi for column in tables[name].columns]]
    for row, column in blank:
        cells[row] = [*cells[row][:column], None, *cells[row][column + 1 :]]
    return cells


def merged_xlsx(cells: list[list[object]], *areas: tuple[int, int, int, int]) -> bytes:
    made = Workbook()
    for line in cells:
        made.worksheets[0].append(line)
    for top, left, bottom, right in areas:
        made.worksheets[0].merge_cells(None, top + 1, left + 1, bottom + 1, right + 1)
    saved = io.BytesIO()
    made.save(saved)
    return saved.getvalue()


def merged_inspections(
    *areas: tuple[int, int, int, int], blank: Sequence[tuple[int, int]]
) -> dict[str, bytes]:
    """Inspections with merged cells, in every type that has such."""
    cells = inspections(blank)
    return {
        "a.xlsx": merged_xlsx(cells, *areas),
        "a.xls": xls({"BKT": cells}, merged=areas),
        "a.ods": ods({"BKT": cells}, merged=areas),
    }


def test_names_that_are_merged_down_hold_for_all_their_rows() -> None:
    below = [(7, 0), (8, 0), (7, 1), (8, 1)]
    files = merged_inspections((6, 0, 8, 0), (6, 1, 8, 1), blank=below)
    for name, content in files.items():
        parsed = parse_file(name, content, "LAN-001", context())
        assert parsed.faults.faults == [], name
        rows = parsed.forms[0].tables[0].rows
        assert [row.values["body"] for row in rows] == ["cell"] * 3
        assert [row.values["subject"] for row in rows] == ["member"] * 3
        assert [row.values["kind"] for row in rows] == list(INSPECTION_KINDS)


@pytest.mark.parametrize(
    ("area", "under"),
    [((6, 3, 8, 3), [(7, 3), (8, 3)]), ((6, 3, 6, 4), [(6, 4)])],
    ids=["down", "across"],
)
def test_a_figure_that_is_merged_is_nobodys(
    area: tuple[int, int, int, int], under: Sequence[tuple[int, int]]
) -> None:
    for name, content in merged_inspections(area, blank=under).items():
        faults = parse_file(name, content, "LAN-001", context()).faults.faults
        found = [(fault.code, fault.cell, fault.found) for fault in faults]
        top, left, bottom, right = area
        merged = f"{address(top, left)}:{address(bottom, right)}"
        assert found == [("V322", address(*place), merged) for place in under], name


def test_many_areas_that_overlap_cost_no_more_than_the_table() -> None:
    content = merged_xlsx(inspections(times=100), (6, 0, 8, 0))
    many = b'<mergeCell ref="A1:J60000"/>' * 200_000
    grown = rezipped(
        content,
        {SHEET_PART: lambda data: data.replace(b"<mergeCell ", many + b"<mergeCell ")},
    )
    start = time.monotonic()
    parse_file("a.xlsx", grown, "LAN-001", context())
    assert time.monotonic() - start < 5
