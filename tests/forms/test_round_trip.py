"""A template that a clerk filled in comes back without any mapping."""

import io

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from tests import builders
from tests.paths import FORM_VERSION_2

from bloc_warehouse.forms.breakdown import allowed_values
from bloc_warehouse.forms.filled import FilledForm
from bloc_warehouse.forms.layout import TablePlan, plan_sheet
from bloc_warehouse.forms.model import Column, Form
from bloc_warehouse.forms.registry import DEFINITIONS, load_registry, registry_from
from bloc_warehouse.forms.template import write_workbook
from bloc_warehouse.intake.parse.parsed import ParseContext
from bloc_warehouse.intake.parse_file import parse_file
from bloc_warehouse.intake.read.limits import Limits

V1 = load_registry().form("membership")
V2 = registry_from([FORM_VERSION_2]).form("membership")
FORMS = [
    *((form, sender) for form in load_registry().latest for sender in form.senders),
    (V2, "unit"),
]
IDS = [f"{form.name}-{form.version}-{sender}" for form, sender in FORMS]
CONTEXT = ParseContext(
    registry_from(
        [
            *DEFINITIONS.glob("*.yaml"),
            FORM_VERSION_2,
        ]
    ),
    builders.reference(),
    Limits(),
)


def blank(form: Form, sender: str) -> FilledForm:
    unit = "LAN-VP" if sender == "bloc_office" else "LAN-001"
    name = "Văn phòng" if sender == "bloc_office" else "Đảng bộ Sở Y tế"
    header = builders.header(unit_code=unit, unit_name=name, period_code="2024-Y")
    return FilledForm(form, header, {}, {"LAN-001": "Đảng bộ Sở Y tế"})


def typed(column: Column, sender: str, number: int) -> object:
    match column.type:
        case "code":
            values = allowed_values(column, sender)
            return values[number % len(values)].label_vi
        case "unit":
            return "LAN-001"
        case "year":
            return 2024
        case "text":
            return "132-QĐ/TW"
        case _:
            return number + 1


def fill(sheet: Worksheet, plan: TablePlan, sender: str) -> int:
    """Fill in every printed row, or two of the blank ones; return their number."""
    printed = [row.printed for row in plan.rows]
    count = sum(printed) or min(2, len(plan.rows))
    for offset in range(count):
        for column, (at, _) in plan.columns:
            cell = sheet.cell(plan.first_row + offset + 1, at + 1)
            if not (column.is_key and printed[offset]):
                assert not cell.protection.locked
                cell.value = typed(column, sender, offset)
    return count


@pytest.mark.parametrize(("form", "sender"), FORMS, ids=IDS)
def test_a_filled_template_is_understood(form: Form, sender: str) -> None:
    filled = blank(form, sender)
    target = io.BytesIO()
    write_workbook(target, [filled], template=True)
    book = load_workbook(target)
    plan = plan_sheet(filled, template=True)
    counts = {
        table.table.name: fill(book[form.code], table, sender) for table in plan.tables
    }
    saved = io.BytesIO()
    book.save(saved)

    unit = filled.header.unit_code
    parsed = parse_file("filled.xlsx", saved.getvalue(), unit, CONTEXT)

    assert [
        (fault.code, fault.cell, fault.found) for fault in parsed.faults.faults
    ] == []
    (understood,) = parsed.forms
    assert understood.identity.form == form
    assert understood.identity.unit_code == unit
    rows = {table.name: len(table.rows) for table in understood.tables}
    assert rows == counts
    first = understood.tables[0].rows[0]
    measures = [column.name for column in form.tables[0].measures]
    assert all(first.values[name] in (1, "132-QĐ/TW") for name in measures)


def test_printed_rows_without_figures_are_no_rows() -> None:
    form = load_registry().form("awards_training")
    target = io.BytesIO()
    write_workbook(target, [blank(form, "unit")], template=True)
    parsed = parse_file("blank.xlsx", target.getvalue(), "LAN-001", CONTEXT)
    assert parsed.faults.faults == []
    assert [len(table.rows) for table in parsed.forms[0].tables] == [0, 0]


def test_fields_that_a_version_lacks_are_not_applicable() -> None:
    for form, lacking in ((V1, "closing_temporary"), (V2, None)):
        name = lacking or "closing_religious"
        filled = blank(form, "unit")
        row = {column.name: 1 for column in form.table("membership").columns}
        content = io.BytesIO()
        given = FilledForm(form, filled.header, {"membership": [row]})
        write_workbook(content, [given], template=False)
        parsed = parse_file("form.xlsx", content.getvalue(), "LAN-001", CONTEXT)
        assert parsed.forms[0].tables[0].rows[0].not_applicable == (name,)
