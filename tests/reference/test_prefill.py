"""A blank form is made out to a unit, or the request is refused with a reason."""

from pathlib import Path

import pytest

from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.reference.lists.faults import ReferenceListError
from bloc_warehouse.reference.prefill import (
    ReferenceListMissingError,
    TemplateRequestError,
    blank_form,
)

UNITS = """\
unit_code,bloc_code,unit_kind,sector,unit_name,valid_from
LAN-VP,LAN,bloc_office,,Văn phòng Đảng ủy Khối,1990-01-01
LAN-001,LAN,dbcs,,Đảng bộ Sở Y tế,1990-01-01
LAN-017,LAN,cbcs,,Chi bộ Thanh tra tỉnh,2019-07-01
CQ-012,DLKCQ,dbcs,,Đảng bộ Sở Tài chính,1992-01-01
"""
EVENTS = """\
event_id,event_type,status,effective_date,unit_code,successor_code,weight,\
members_carried,bloc_code,unit_kind,sector,unit_name,decision_no,note
1,transfer_bloc,effective,2019-07-01,CQ-012,,,,DLK,,,Đảng bộ Sở Tài chính tỉnh,,
"""
BLOCS = """\
bloc_code,bloc_name,province,valid_from,valid_to,successor_bloc_code
LAN,Đảng bộ Khối tỉnh Long An,Long An,1990-01-01,2025-03-01,
DLKCQ,Đảng bộ Khối các cơ quan tỉnh Đắk Lắk,Đắk Lắk,1992-01-01,2019-07-01,DLK
DLK,Đảng bộ Khối các cơ quan và doanh nghiệp tỉnh,Đắk Lắk,2019-07-01,2025-03-01,
"""


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    (tmp_path / "ref_units.csv").write_text(UNITS, encoding="utf-8-sig")
    (tmp_path / "ref_blocs.csv").write_text(BLOCS, encoding="utf-8")
    (tmp_path / "ref_unit_events.csv").write_text(EVENTS, encoding="utf-8")
    return tmp_path


def test_unit_bloc_and_period_are_filled_in(lists: Path) -> None:
    form = load_registry().form("membership")
    filled = blank_form(form, "lan-001", "2024-h1", lists)
    header = filled.header
    assert (header.unit_code, header.unit_name) == ("LAN-001", "Đảng bộ Sở Y tế")
    assert header.bloc_name == "Đảng bộ Khối tỉnh Long An"
    assert (header.period_code, header.basis) == ("2024-H1", "cumulative")
    assert filled.rows == {}


def test_a_quarter_alone_has_the_period_basis(lists: Path) -> None:
    form = load_registry().form("membership")
    assert blank_form(form, "LAN-001", "2024-Q3", lists).header.basis == "period"


def test_a_month_is_made_out_where_the_form_has_months(lists: Path) -> None:
    form = load_registry().form("inspections")
    header = blank_form(form, "LAN-001", "2024-t03", lists).header
    assert (header.period_code, header.basis) == ("2024-T03", "period")


@pytest.mark.parametrize(
    ("period", "bloc"),
    [
        ("2018-Y", "Đảng bộ Khối các cơ quan tỉnh Đắk Lắk"),
        ("2019-Y", "Đảng bộ Khối các cơ quan và doanh nghiệp tỉnh"),
    ],
)
def test_the_bloc_is_the_one_of_that_time(lists: Path, period: str, bloc: str) -> None:
    form = load_registry().form("membership")
    assert blank_form(form, "CQ-012", period, lists).header.bloc_name == bloc


def test_a_plan_lists_the_units_open_in_its_year(lists: Path) -> None:
    form = load_registry().form("admission_plan")
    filled = blank_form(form, "LAN-VP", "2018-Y", lists)
    assert filled.rows["admission_plan"] == [
        {
            "scope": "unit_year",
            "planned_unit_code": "LAN-001",
            "from_year": 2018,
            "to_year": 2018,
        }
    ]
    later = blank_form(form, "LAN-VP", "2024-Y", lists)
    assert list(later.unit_names) == ["LAN-001", "LAN-017"]


def test_inspections_are_made_out_to_a_unit_since_closed(lists: Path) -> None:
    form = load_registry().form("inspections")
    header = blank_form(form, "LAN-001", "2026-H1", lists).header
    assert (header.unit_code, header.bloc_name) == (
        "LAN-001",
        "Đảng bộ Khối tỉnh Long An",
    )


@pytest.mark.parametrize(
    ("form", "unit", "period", "message"),
    [
        ("membership", "LAN-17", "2024-H1", "nearest: LAN-017 Chi bộ Thanh tra"),
        ("membership", "LAN-017", "2018-H1", "not open in 2018-H1.*from 2019-07-01"),
        ("inspections", "LAN-017", "2018-H1", "not open in 2018-H1"),
        ("membership", "LAN-001", "2026-H1", "not open in 2026-H1.*until before 2025"),
        ("membership", "LAN-VP", "2024-H1", "not sent by LAN-VP.*by: unit"),
        ("bloc_summary", "LAN-001", "2024-H1", "by: the bloc's office"),
        ("ratings", "LAN-001", "2024-H1", "no period 2024-H1; possible: 2024-Y"),
        ("ratings", "LAN-001", "2024", "is no period"),
        ("membership", "LAN-001", "2024-T03", "no period 2024-T03; possible: 2024-Q1,"),
    ],
)
def test_a_wrong_request_is_refused_with_what_is_possible(
    lists: Path, form: str, unit: str, period: str, message: str
) -> None:
    with pytest.raises(TemplateRequestError, match=message):
        blank_form(load_registry().form(form), unit, period, lists)


def test_lists_that_cannot_be_read_are_reported(lists: Path) -> None:
    (lists / "ref_blocs.csv").write_text(BLOCS.replace("1990-01-01", "1/1/1990"))
    form = load_registry().form("ratings")
    with pytest.raises(ReferenceListError, match=r"line 2, valid_from: '1/1/1990'"):
        blank_form(form, "LAN-001", "2023-Y", lists)


def test_missing_lists_are_named(tmp_path: Path) -> None:
    form = load_registry().form("ratings")
    with pytest.raises(ReferenceListMissingError, match=r"ref_units\.csv"):
        blank_form(form, "LAN-001", "2024-Y", tmp_path)
