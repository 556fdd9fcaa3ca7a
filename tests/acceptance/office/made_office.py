"""Two made offices: lists of units as an office keeps them, and returned forms.

Only the totals are published facts: Quảng Nam's half-year of 2022, and Hà Tĩnh as of
1 March 2017. Units, and what each of them reports, are made.
"""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import openpyxl

from bloc_warehouse.forms.filled import FilledForm, RowValues
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.forms.template import write_workbook
from bloc_warehouse.reference.prefill import blank_form

Rows = Mapping[str, Sequence[RowValues]]

_GRASSROOTS = "grassroots_committee"
_OFFICE = "bloc_standing_committee"


@dataclass(frozen=True)
class MadeUnit:
    """A unit, and what it reports."""

    name: str
    kind: str
    members: int
    cells: int = 0
    admitted: int = 0
    inspected: tuple[int, int] = (0, 0)  # organisations, members


def shares(total: int, parts: int) -> list[int]:
    """Return a total in nearly equal parts."""
    return [total // parts + (number < total % parts) for number in range(parts)]


def quang_nam() -> list[MadeUnit]:
    """55 admitted; 112 organisations and 274 members inspected."""
    units = 5
    columns = zip(
        shares(55, units), shares(100, units), shares(270, units), strict=True
    )
    return [
        MadeUnit(
            f"{'Đảng bộ' if number < 3 else 'Chi bộ'} Cơ quan số {number + 1}",
            "Đảng bộ cơ sở" if number < 3 else "Chi bộ cơ sở",
            members=160 if number < 3 else 25,
            cells=8 if number < 3 else 0,
            admitted=admitted,
            inspected=(organisations, members),
        )
        for number, (admitted, organisations, members) in enumerate(columns)
    ]


def ha_tinh() -> list[MadeUnit]:
    """66 units = 39 + 27, 289 cells, 4.055 members."""
    committees = zip(shares(4055 - 27 * 20, 39), shares(289, 39), strict=True)
    return [
        *(
            MadeUnit(f"Đảng bộ Cơ quan số {number}", "ĐBCS", members, cells)
            for number, (members, cells) in enumerate(committees, start=1)
        ),
        *(
            MadeUnit(f"Chi bộ Cơ quan số {number}", "CBCS", 20)
            for number in range(40, 67)
        ),
    ]


def write_list(path: Path, units: Sequence[MadeUnit]) -> None:
    """Write the units as an office keeps them."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["ĐẢNG BỘ KHỐI"])
    sheet.append(["DANH SÁCH TỔ CHỨC CƠ SỞ ĐẢNG TRỰC THUỘC"])
    sheet.append([])
    sheet.append(["STT", "Tên đơn vị", "Loại hình", "Ngành"])
    sheet.append(["I", "Khối cơ quan hành chính"])
    for number, unit in enumerate(units, start=1):
        sheet.append([number, unit.name, unit.kind, None])
    sheet.append([None, "Tổng cộng", len(units)])
    sheet.append([None, "NGƯỜI LẬP BIỂU"])
    for cells in ("A1:D1", "A2:D2"):
        sheet.merge_cells(cells)
    book.save(path)


def fill_templates(
    home: Path, bloc: str, period: str, units: Sequence[MadeUnit]
) -> None:
    """Fill in every workbook of the archives in ``templates``, into ``returned``."""
    forms = {form.code: form for form in load_registry().latest}
    reference = home / "khoi" / "reference"
    for path in sorted((home / "templates").glob("*.zip")):
        code = path.stem
        is_office = code == f"{bloc}-VP"
        unit = None if is_office else units[int(code.rpartition("-")[2]) - 1]
        with zipfile.ZipFile(path) as archive:
            [name] = [one for one in archive.namelist() if one.endswith(".xlsx")]
            sheets = openpyxl.load_workbook(BytesIO(archive.read(name))).sheetnames
        filled = []
        for form in (forms[sheet] for sheet in sheets if sheet in forms):
            rows = (
                _inspections(_OFFICE, (12, 4))
                if unit is None
                else _ROWS[form.name](unit)
            )
            header = blank_form(form, code, period, reference).header
            filled.append(FilledForm(form, header, rows))
        target = home / "returned" / code / name
        target.parent.mkdir(parents=True, exist_ok=True)
        write_workbook(target, filled, template=False)


def _membership(unit: MadeUnit) -> Rows:
    zero = dict.fromkeys(
        (
            *(
                "inc_transfer_internal",
                "inc_transfer_external",
                "dec_transfer_internal",
            ),
            *("dec_transfer_external", "dec_died", "dec_total"),
        ),
        0,
    )
    row = {
        "opening_total": unit.members - unit.admitted,
        "inc_admitted": unit.admitted,
        "inc_total": unit.admitted,
        "closing_total": unit.members,
        "closing_official": unit.members - unit.admitted,
        "closing_probationary": unit.admitted,
        "sub_cells": unit.cells,
    }
    return {"membership": [zero | row]}


def _admissions(unit: MadeUnit) -> Rows:
    row = {"plan_year": 20, "admitted_total": unit.admitted, "admitted_youth": 0}
    return {"admissions": [row]}


def _inspections(body: str, done: tuple[int, int]) -> Rows:
    return {"inspections": list(_inspected(body, done))}


def _inspected(body: str, done: tuple[int, int]) -> Iterator[RowValues]:
    for subject, turns in zip(("organisation", "member"), done, strict=True):
        yield {
            "body": body,
            "subject": subject,
            "kind": "compliance_inspection",
            "done": turns,
        }


_ROWS = {
    "membership": _membership,
    "admissions": _admissions,
    "inspections": lambda unit: _inspections(_GRASSROOTS, unit.inspected),
}
