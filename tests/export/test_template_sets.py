"""All forms that the units owe in a period: whose, and what is filled in."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.reference_lists import write_lists
from typer.testing import CliRunner

from bloc_warehouse.cli.app import app
from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.export.template_sets import (
    Known,
    TemplateSet,
    read_known,
    template_sets,
    write_set,
)
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.reference.prefill import TemplateRequestError
from bloc_warehouse.settings import Settings

UNITS = [
    {"unit_code": code, "bloc_code": code[:3], "unit_kind": kind, "unit_name": name,
     "valid_from": since}
    for code, kind, name, since in (
        ("QNM-VP", "bloc_office", "Văn phòng", "1990-01-01"),
        ("QNM-001", "dbcs", "Đảng bộ Sở Y tế", "1990-01-01"),
        ("QNM-002", "cbcs", "Chi bộ Thanh tra", "2025-07-01"),
        ("QNM-003", "cbcs", "Chi bộ cũ", "1990-01-01"),
        ("HTH-001", "cbcs", "Chi bộ Hà Tĩnh", "1990-01-01"),
    )
]  # fmt: skip
EVENTS = [
    {"event_id": "1", "event_type": "dissolve", "status": "effective",
     "effective_date": "2020-01-01", "unit_code": "QNM-003"}
]  # fmt: skip
BLOCS = [
    {"bloc_code": code, "bloc_name": f"Đảng bộ Khối {name}", "province": name,
     "valid_from": "1990-01-01"}
    for code, name in (("QNM", "Quảng Nam"), ("HTH", "Hà Tĩnh"))
]  # fmt: skip
OWED = [
    {"bloc_code": bloc, "form": form, "owed_by": sender, "period_type": period,
     "first_period": f"{first}-{period}", "last_period": "", "due_days": days}
    for bloc, form, sender, period, first, days in (
        ("QNM", "membership", "unit", "H1", 2020, 15),
        ("QNM", "admissions", "unit", "H1", 2020, 10),
        ("QNM", "ratings", "unit", "Y", 2020, 30),
        ("QNM", "inspections", "bloc_office", "H1", 2020, 20),
        ("QNM", "inspections", "unit", "H1", 2030, 1),
        ("HTH", "membership", "unit", "H1", 2020, 5),
    )
]  # fmt: skip


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    folder = tmp_path / "reference"
    write_lists(
        folder, ref_units=UNITS, ref_unit_events=EVENTS, ref_blocs=BLOCS,
        ref_obligations=OWED,
    )  # fmt: skip
    return folder


def made(lists: Path, period: str, **known: Known) -> dict[str, TemplateSet]:
    """Return the sets of a period by unit; ``QNM_001`` names a unit here."""
    return {
        one.unit_code: one
        for one in template_sets(
            load_registry(), period, lists,
            {unit.replace("_", "-"): what for unit, what in known.items()},
        )
    }  # fmt: skip


def test_each_unit_gets_what_it_owes_and_by_when(lists: Path) -> None:
    sets = made(lists, "2026-h1")
    assert {
        unit: ([form.form.code for form in one.forms], f"{one.due_on:%d/%m}")
        for unit, one in sets.items()
    } == {
        "QNM-VP": (["BKT"], "20/07"),
        "QNM-001": (["BKN", "BDV"], "10/07"),
        "QNM-002": (["BKN", "BDV"], "10/07"),
        "HTH-001": (["BDV"], "05/07"),
    }
    assert "QNM-002" not in made(lists, "2025-H1")  # founded the day after


def test_what_is_known_is_filled_in_and_nothing_else(
    lists: Path, tmp_path: Path
) -> None:
    sets = made(lists, "2026-H1", QNM_001=Known(62, 4, 5), QNM_002=Known(planned=1))
    texts: dict[str, dict[str, list[object]]] = {}
    for unit, one in sets.items():
        with zipfile.ZipFile(write_set(tmp_path, one)) as archive:
            name, cover = archive.namelist()
            assert name == f"{unit}_2026-H1.xlsx"
            book = load_workbook(BytesIO(archive.read(name)))
            letter = archive.read(cover).decode()
        assert one.unit_name in letter
        assert f"{one.due_on:%d/%m/%Y}" in letter
        assert "6 tháng đầu năm 2026" in letter
        texts[unit] = {
            sheet.title: [
                cell.value for row in sheet.iter_rows() for cell in row
                if type(cell.value) in (int, float)
            ]
            for sheet in book if sheet.title.startswith("B")
        }  # fmt: skip
    numbers = {
        unit: {
            name: [n for n in found if n in (62, 4, 5)] for name, found in of.items()
        }
        for unit, of in texts.items()
    }
    assert numbers["QNM-001"] == {"BKN": [5], "BDV": [62, 4]}
    assert 62 not in numbers["QNM-002"]["BDV"]


def test_the_same_lists_give_the_same_bytes(lists: Path, tmp_path: Path) -> None:
    first = write_set(tmp_path, made(lists, "2026-H1")["QNM-001"]).read_bytes()
    again = write_set(tmp_path, made(lists, "2026-H1")["QNM-001"]).read_bytes()
    assert first == again
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    ("period", "said"),
    [("2026-M9", "nobody owes a form in 2026-M9"), ("2026-X", "2026-X")],
)
def test_a_period_in_which_nobody_owes_is_refused(
    lists: Path, period: str, said: str
) -> None:
    with pytest.raises(TemplateRequestError, match=said):
        made(lists, period)


def test_the_eves_members_and_the_years_plan_come_from_the_live_release(
    warehouse: Settings,
) -> None:
    with connect("owner", settings=warehouse) as connection:
        assert read_known(connection, period_of("2026-H1")) == {}
        connection.execute(
            "create table marts.fct_membership_stocks as select * from (values"
            " ('QNM-001', 62, 4, '2025-12-31'::date),"
            " ('QNM-001', 70, 4, '2026-06-30'::date))"
            " as stocks (reporting_unit_code, closing_total, closing_probationary,"
            " interval_end);"
            "create table marts.fct_admission_plans as select * from (values"
            " ('QNM-002', 2, 2026, 2026), ('QNM-002', 9, 2025, 2025),"
            " ('QNM-002', 40, 2025, 2030))"
            " as plans (planned_unit_code, planned_admissions, from_year, to_year)"
        )
        assert read_known(connection, period_of("2026-H1")) == {
            "QNM-001": Known(62, 4, None),
            "QNM-002": Known(None, None, 2),
        }


@pytest.mark.parametrize(
    "words",
    [
        ["--all", "membership"],
        ["--all", "--unit", "QNM-001"],
        ["membership"],
        ["--unit", "QNM-001"],
        [],
    ],
)
def test_one_form_of_one_unit_or_all_of_all(words: list[str], tmp_path: Path) -> None:
    asked = ["template", *words, "--period", "2026-H1", "-o", str(tmp_path / "x")]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 2
    assert not (tmp_path / "x").exists()
