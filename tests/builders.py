"""Makes the files that senders send, in code: workbooks, CSVs and their faults."""

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from openpyxl import Workbook, load_workbook

from bloc_warehouse.forms.filled import FilledForm, Header
from bloc_warehouse.forms.model import Form
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.forms.template import write_workbook
from bloc_warehouse.intake.parse.unit_directory import Reference, UnitAlias, UnitSpan

Row = Mapping[str, object]

UNITS = (
    UnitSpan("LAN-VP", "LAN", "bloc_office", "Văn phòng", date(2010, 1, 1), None),
    UnitSpan(
        "LAN-001", "LAN", "dbcs", "Đảng bộ Sở Y tế", date(2010, 1, 1), None
    ),
    UnitSpan(
        "LAN-002", "LAN", "cbcs", "Chi bộ Báo Long An", date(2010, 1, 1), None
    ),
    UnitSpan(
        "LAN-003", "LAN", "cbcs", "Chi bộ đã giải thể", date(2010, 1, 1),
        date(2020, 1, 1),
    ),
    UnitSpan("DLK-001", "DLK", "cbcs", "Chi bộ khối bạn", date(2010, 1, 1), None),
)  # fmt: skip
ALIASES = (
    UnitAlias("LAN-001", "ĐB Sở Y tế", None, None),
    UnitAlias("LAN-001", "Ban Dân y Long An", None, date(2015, 1, 1)),
)


def reference() -> Reference:
    """Two blocs with an office, three units, and one unit that is closed."""
    return Reference(UNITS, ALIASES)


def header(**changes: object) -> Header:
    """The header of LAN-001's return for the first half of 2024."""
    fields: dict[str, object] = {
        "unit_code": "LAN-001",
        "unit_name": "Đảng bộ Sở Y tế",
        "bloc_name": "Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh Long An",
        "period_code": "2024-H1",
        "basis": "cumulative",
        "submission_no": 1,
    }
    return Header(**{**fields, **changes})  # type: ignore[arg-type]


def membership_row(**changes: object) -> dict[str, object]:
    """A row of the membership form that keeps every identity: 60 + 5 − 3 = 62."""
    row: dict[str, object] = dict.fromkeys(_fields("membership"), 0)
    row |= {
        "opening_total": 60,
        "opening_probationary": 4,
        "inc_admitted": 3,
        "inc_transfer_external": 2,
        "inc_total": 5,
        "dec_transfer_external": 2,
        "dec_died": 1,
        "dec_total": 3,
        "closing_total": 62,
        "closing_official": 57,
        "closing_probationary": 5,
        "made_official": 2,
        "closing_female": 30,
        "closing_age_to_30": 10,
        "closing_age_31_40": 20,
        "closing_age_41_50": 20,
        "closing_age_51_60": 10,
        "closing_age_over_60": 2,
        "closing_theory_elementary": 20,
        "sub_cells": 4,
    }
    return row | changes


def admissions_row(**changes: object) -> dict[str, object]:
    """A row of the admissions form that fits ``membership_row``: 3 of a plan of 6."""
    row: dict[str, object] = dict.fromkeys(_fields("admissions"), 0)
    row |= {
        "plan_year": 6,
        "admitted_total": 3,
        "admitted_youth": 2,
        "admitted_edu_university": 3,
        "pct_of_plan": 50,
    }
    return row | changes


def ratings_rows(**member: object) -> list[dict[str, object]]:
    """The three rows of the ratings form; ``member`` changes the members' row."""
    levels = {"excellent": 10, "good": 50, "completed": 1, "not_completed": 0}
    members = {
        "subject": "member",
        "total_subject": 62,
        "exempt": 1,
        "not_rated": 0,
        "rated_total": 61,
        **levels,
        "rating_scheme": None,
    }
    cells = members | {
        "subject": "sub_cell", "total_subject": 4, "exempt": 0, "rated_total": 4,
        "excellent": 1, "good": 3, "completed": 0,
    }  # fmt: skip
    unit = cells | {
        "subject": "unit", "total_subject": 1, "rated_total": 1,
        "excellent": 0, "good": 1,
    }  # fmt: skip
    return [members | member, cells, unit]


def inspections_rows(**turns: object) -> dict[str, list[Row]]:
    """One line of inspections, nobody disciplined, no petitions."""
    keys = {"body": "cell", "subject": "member", "kind": "thematic_supervision"}
    return {"inspections": [{**keys, "planned": 12, "done": 1, **turns}]}


def monthly_inspections(period_code: str = "2024-T03") -> bytes:
    """The inspections form of a month alone."""
    return workbook(
        inspections_rows(), "inspections", period_code=period_code, basis="period"
    )


def workbook(
    rows: Mapping[str, list[Row]] | None = None,
    form: str = "membership",
    **header_changes: object,
) -> bytes:
    """A workbook of one form in the template's layout."""
    filled = FilledForm(
        form=load_registry().form(form),
        header=header(**header_changes),
        rows=rows or {"membership": [membership_row()]},  # type: ignore[arg-type]
    )
    return workbook_of(filled)


def workbook_of(*filled: FilledForm) -> bytes:
    """A workbook with one sheet a form."""
    buffer = io.BytesIO()
    write_workbook(buffer, filled, template=False)
    return buffer.getvalue()


def with_cells(content: bytes, changes: Mapping[str, object]) -> bytes:
    """The same workbook with some cells of its first sheet overwritten."""
    book = load_workbook(io.BytesIO(content))
    for address, value in changes.items():
        book.worksheets[0][address] = value  # type: ignore[index]
    return _saved(book)


def messy_membership(row: Row | None = None, **header_values: str) -> bytes:
    """The membership form as some offices send it: another order and other labels."""
    values = row or membership_row()
    form: Form = load_registry().form("membership")
    head = {
        "Biểu số": "BDV",
        "Đơn vị": "ĐB Sở y tế",
        "Kỳ": "6T/2024",
        "Lần gửi": "01",
        **header_values,
    }
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise AssertionError
    sheet.append(["ĐẢNG BỘ KHỐI", None, None, "ĐẢNG CỘNG SẢN VIỆT NAM"])
    sheet.append([])
    for label, value in head.items():
        sheet.append([None, f"{label}: {value}"])
    sheet.append([])
    columns = list(reversed(form.tables[0].columns))
    sheet.append(
        ["STT", *(f"{column.group_vi} - {column.short_vi}" for column in columns)]
    )
    sheet.append(["A", *range(1, len(columns) + 1)])
    sheet.append([1, *(_typed(values[column.name]) for column in columns)])
    sheet.append(["Tổng cộng", *(_typed(values[column.name]) for column in columns)])
    sheet.append([])
    sheet.append([None, "Người lập biểu", None, "T/M CẤP ỦY"])
    return _saved(book)


def csv_membership(row: Row | None = None, encoding: str = "utf-8-sig") -> bytes:
    """The membership form as a CSV with semicolons."""
    values = row or membership_row()
    columns = load_registry().form("membership").tables[0].columns
    lines = [
        "Mã biểu;BDV",
        "Phiên bản;1",
        "Mã đơn vị;LAN-001",
        "Kỳ báo cáo;6 tháng đầu năm 2024",
        "Lần gửi;1",
        "",
        ";".join(column.label_vi for column in columns),
        ";".join(str(_typed(values[column.name]) or "") for column in columns),
    ]
    return "\r\n".join(lines).encode(encoding)


def land(landing: Path, sender: str, name: str, content: bytes) -> Path:
    """Put a file where its sender would."""
    path = landing / sender / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _fields(form: str) -> list[str]:
    return [column.name for column in load_registry().form(form).tables[0].columns]


def _typed(value: object) -> object:
    """Zeros as offices type them."""
    return "-" if value == 0 else value


def _saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
