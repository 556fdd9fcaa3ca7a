"""Lists of units as offices have them: titles, merged cells, groups, signatures."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest

from bloc_warehouse.reference.office.unit_list import (
    UnitList,
    UnitListError,
    read_unit_list,
)

HEADER = ["STT", "Tên đơn vị", "Loại hình", "Ngành"]
Row = Sequence[Any]


def listed(*rows: Row, merged: Sequence[str] = ()) -> UnitList:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Danh sách"
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return read_unit_list("units.xlsx", buffer.getvalue())


def told(found: UnitList) -> list[tuple[str, str, str]]:
    return [(unit.name, unit.kind, unit.sector) for unit in found.units]


def test_an_offices_list_as_it_is() -> None:
    found = listed(
        ["ĐẢNG BỘ KHỐI CÁC CƠ QUAN TỈNH"],
        ["Danh sách tổ chức cơ sở đảng trực thuộc"],
        [],
        [*HEADER, "Ghi chú"],
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        ["I", "Khối cơ quan hành chính"],
        [1, "Đảng bộ  Sở Y tế ", "Đảng bộ cơ sở"],
        ["2.", "Chi bộ Sở Nội vụ", None, "Quản lý nhà nước"],
        ["II", "Đơn vị sự nghiệp"],
        [3, "Báo Quảng Nam", "CBCS"],
        [4, "Trường Chính trị", "ĐBCS", "Công lập khác"],
        [None, "Tổng cộng: 4"],
        [],
        [None, "NGƯỜI LẬP BIỂU", None, "T/L BAN THƯỜNG VỤ"],
        merged=["A1:E1", "A2:E2"],
    )
    assert told(found) == [
        ("Đảng bộ Sở Y tế", "dbcs", "administration"),
        ("Chi bộ Sở Nội vụ", "cbcs", "administration"),
        ("Báo Quảng Nam", "cbcs", "public_service"),
        ("Trường Chính trị", "dbcs", ""),
    ]
    assert found.left_out == ["Danh sách, row 14: NGƯỜI LẬP BIỂU"]
    assert found.unknown_sectors == {"Công lập khác": ["Danh sách, row 11"]}


def test_a_kind_that_is_merged_over_rows_is_each_rows() -> None:
    found = listed(
        HEADER,
        [1, "Sở Y tế", "Đảng bộ", "Doanh nghiệp nhà nước"],
        [2, "Sở Nội vụ"],
        [3, "Hội Nông dân", "Chi bộ", "Đoàn thể"],
        merged=["C2:C3", "D2:D3"],
    )
    assert told(found) == [
        ("Sở Y tế", "dbcs", "state_enterprise"),
        ("Sở Nội vụ", "dbcs", "state_enterprise"),
        ("Hội Nông dân", "cbcs", "party_mass"),
    ]


@pytest.mark.parametrize(
    "twin", ["đảng bộ sở y tế", "Đảng  bộ Sở\u00a0Y tế", "ĐẢNG BỘ SỞ Y TẾ"]
)
def test_a_unit_that_is_named_twice_is_taken_once_and_shown(twin: str) -> None:
    found = listed(HEADER, [1, "Đảng bộ Sở Y tế"], [2, "Chi bộ Báo"], [3, twin])
    assert [unit.name for unit in found.units] == ["Đảng bộ Sở Y tế", "Chi bộ Báo"]
    [(unit, first)] = found.doubles
    assert (unit.place, first) == ("Danh sách, row 4", "Danh sách, row 2")


def test_what_says_neither_kind_is_left_open() -> None:
    assert told(listed(HEADER, [1, "Sở Y tế"])) == [("Sở Y tế", "", "")]


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([["Sở Y tế"], ["Sở Nội vụ"]], "lists no unit"),
        ([HEADER], "lists no unit"),
        ([HEADER, [None, "Người lập biểu"]], "lists no unit"),
    ],
)
def test_a_list_without_units_says_what_it_must_have(
    rows: Sequence[Row], what: str
) -> None:
    with pytest.raises(UnitListError, match=what):
        listed(*rows)


def test_a_file_that_is_no_workbook_is_refused() -> None:
    with pytest.raises(UnitListError, match=r"save it as \.xlsx"):
        read_unit_list("units.docx", b"x")
