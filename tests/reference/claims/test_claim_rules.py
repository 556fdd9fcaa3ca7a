"""What a list of published totals may not say, with line, column and cure."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from tests.bloc_samples.published import CLAIMS
from tests.reference_lists import write_lists

from bloc_warehouse.reference.affected import affected_units
from bloc_warehouse.reference.check import check
from bloc_warehouse.reference.claims.indicators import indicators
from bloc_warehouse.reference.lists.faults import ListFault
from bloc_warehouse.reference.lists.folder import read_folder

Row = Mapping[str, str]

BLOCS = [
    {"bloc_code": "QNM", "bloc_name": "Khối", "valid_from": "2010-01-01"},
    {"bloc_code": "OLD", "bloc_name": "Khối cũ", "valid_from": "2010-01-01",
     "valid_to": "2019-07-01", "successor_bloc_code": "NEW"},
    {"bloc_code": "NEW", "bloc_name": "Khối mới", "valid_from": "2019-07-01"},
]  # fmt: skip
UNITS = [
    {"unit_code": f"{bloc}-001", "bloc_code": bloc, "unit_kind": "cbcs",
     "unit_name": f"Chi bộ {bloc}", "valid_from": day}
    for bloc, day in (("QNM", "2010-01-01"), ("NEW", "2019-07-01"))
]  # fmt: skip
ADMITTED = {
    "claim_id": "QNM-1", "bloc_code": "QNM", "period_type": "H1",
    "period_start": "2022-01-01", "period_end": "2022-06-30",
    "indicator": "members_admitted", "printed": "55", "value": "55", "unit": "count",
    "qualifier": "exact", "role": "actual", "basis": "flow",
}  # fmt: skip
INSPECTED = ADMITTED | {"indicator": "inspections", "subject": "organisation"}
COUNTED = ADMITTED | {"indicator": "member_count", "basis": "stock"}
SHARE = ADMITTED | {
    "indicator": "admissions_of_annual_plan_pct", "printed": "67%", "value": "67",
    "unit": "percent", "basis": "attainment",
}  # fmt: skip
DAY = {"period_type": "DAY", "period_start": "2017-03-01", "period_end": "2017-03-01"}
EVENT = {"period_type": "EVENT", "period_start": "2019-01-01",
         "period_end": "2020-08-26"}  # fmt: skip


def years(kind: str, first: str, last: str) -> Row:
    return {"period_type": kind, "period_start": first, "period_end": last}


SOUND: list[Row] = [
    ADMITTED,
    INSPECTED,
    INSPECTED | {"unit": "turns", "conducted_by": "inspection_commissions"},
    SHARE,
    SHARE | {"printed": "77,77%", "value": "77.77"},
    COUNTED | DAY,
    COUNTED | EVENT | {"bloc_code": "NEW"},
    COUNTED | {"printed": "4.055", "value": "4055"},
    ADMITTED | years("TERM", "2015-01-01", "2020-08-26"),
    ADMITTED | years("FIVE_YEARS", "2018-01-01", "2022-12-31"),
    ADMITTED | {"basis": "context", "unit": "turns"},
    ADMITTED | {"indicator": "thematic_sessions", "basis": "context"},
]
WRONG: list[tuple[Row, str, str]] = [
    (ADMITTED | {"bloc_code": "LAN"}, "bloc_code", "unknown_bloc"),
    (ADMITTED | {"bloc_code": "NEW"} | years("H1", "2018-01-01", "2018-06-30"),
     "bloc_code", "bloc_not_there"),
    (ADMITTED | {"indicator": "members"}, "indicator", "unknown_indicator"),
    (ADMITTED | {"unit": "percent"}, "unit", "percent"),
    (SHARE | {"unit": "count"}, "unit", "indicator_unit"),
    (ADMITTED | {"basis": "stock"}, "basis", "indicator_basis"),
    (SHARE | {"basis": "excess"}, "basis", "indicator_basis"),
    (COUNTED | {"role": "target"}, "role", "indicator_role"),
    (ADMITTED | {"subject": "dbcs"}, "subject", "indicator_subject"),
    (INSPECTED | {"subject": ""}, "subject", "indicator_subject"),
    (INSPECTED | {"conducted_by": "ministry"}, "conducted_by", "indicator_body"),
    (ADMITTED | {"conducted_by": "bloc_departments"}, "conducted_by",
     "indicator_body"),
    (ADMITTED | DAY, "period_type", "indicator_period"),
    (COUNTED | years("TERM", "2015-01-01", "2020-08-26"), "period_type",
     "indicator_period"),
    (COUNTED | EVENT, "period_type", "event_without_merger"),
    (COUNTED | DAY | {"period_end": "2017-03-02"}, "period_end", "period"),
    (ADMITTED | {"period_end": "2022-06-29"}, "period_end", "period"),
    (ADMITTED | {"period_end": "2021-06-30"}, "period_end", "period"),
    (ADMITTED | years("TERM", "2015-05-01", "2020-08-26"), "period_end", "period"),
    (ADMITTED | years("FIVE_YEARS", "2018-01-01", "2023-12-31"), "period_end",
     "period"),
    (ADMITTED | years("Y", "2031-01-01", "2031-12-31"), "period_end", "period"),
    (ADMITTED | {"printed": "4.05"}, "printed", "printed"),
    (ADMITTED | {"printed": "gần 55"}, "printed", "printed"),
    (ADMITTED | {"printed": "56"}, "value", "printed_otherwise"),
    (ADMITTED | {"base_claim": "QNM-9"}, "base_claim", "unknown_claim"),
    (ADMITTED | {"base_claim": "QNM-1"}, "base_claim", "unknown_claim"),
    (ADMITTED | {"qualifier": "about"}, "qualifier", "choices"),
    (ADMITTED | {"value": ""}, "value", "required"),
    (ADMITTED | {"published_on": "30/06/2022"}, "published_on", "type"),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_lists(tmp_path, ref_blocs=BLOCS, ref_units=UNITS)
    return tmp_path


def faults(folder: Path, claims: Sequence[Row]) -> Sequence[ListFault]:
    write_lists(folder, ref_published_totals=claims)
    return check(read_folder(folder), {}).faults


@pytest.mark.parametrize("claim", SOUND)
def test_what_papers_print_is_taken(folder: Path, claim: Row) -> None:
    assert faults(folder, [claim]) == []


@pytest.mark.parametrize(("claim", "column", "rule"), WRONG)
def test_each_fault_has_its_line_and_rule(
    folder: Path, claim: Row, column: str, rule: str
) -> None:
    found = faults(folder, [ADMITTED | {"claim_id": "QNM-0"}, claim])
    assert ("ref_published_totals.csv", 3, column, rule) in {
        (fault.file, fault.line, fault.column, fault.rule) for fault in found
    }
    assert all(fault.remedy for fault in found)


def test_claims_of_other_blocs_are_no_claims_of_this_office(folder: Path) -> None:
    """Whoever copies the samples' list is told of each line; no run alerts of it."""
    text = CLAIMS.read_text(encoding="utf-8")
    (folder / "ref_published_totals.csv").write_text(text, encoding="utf-8")
    found = check(read_folder(folder), {}).faults
    assert {fault.line for fault in found if fault.rule == "unknown_bloc"} == {
        *range(2, 38)
    }


def test_an_indicator_that_a_form_states_can_be_recomputed() -> None:
    for indicator in indicators().values():
        assert bool(indicator.form) == bool(indicator.roles), indicator
        assert indicator.label_vi, indicator


def test_a_claim_has_its_blocs_judged_anew_and_a_claim_that_goes_all() -> None:
    lists = {"ref_blocs": BLOCS, "ref_units": UNITS}
    before = {**_whole(lists), "ref_published_totals": [ADMITTED]}
    other = {**before, "ref_published_totals": [ADMITTED | {"printed": "56"}]}
    moved = {**before, "ref_published_totals": [ADMITTED | {"bloc_code": "NEW"}]}
    gone = {**before, "ref_published_totals": []}
    assert affected_units(before, other) == {"QNM-001"}
    assert affected_units(before, moved) == {"QNM-001", "NEW-001"}
    assert affected_units(gone, before) == {"QNM-001"}
    assert affected_units(before, gone) is None


def _whole(
    lists: Mapping[str, Sequence[Row]],
) -> dict[str, list[dict[str, str | None]]]:
    """Return rows with every column, as a folder is read."""
    columns = {
        "ref_blocs": ("province", "valid_to", "successor_bloc_code"),
        "ref_units": ("sector",),
    }
    return {
        name: [{**dict.fromkeys(columns[name]), **row} for row in rows]
        for name, rows in lists.items()
    }
