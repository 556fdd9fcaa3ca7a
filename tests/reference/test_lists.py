"""Lists as people save them: what is read, what is a fault, with line and column."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.reference_lists import write_lists

from bloc_warehouse.domain.periods import MONTHS
from bloc_warehouse.reference.check import Checked, check
from bloc_warehouse.reference.difference import Difference, difference
from bloc_warehouse.reference.expected import dues_of
from bloc_warehouse.reference.lists.folder import read_folder

Rows = list[dict[str, Any]]

BLOC = {"bloc_code": "LAN", "bloc_name": "Đảng bộ Khối", "valid_from": "2010-01-01"}
UNITS: Rows = [
    {"unit_code": code, "bloc_code": "LAN", "unit_kind": "cbcs",
     "unit_name": f"Chi bộ {code}", "valid_from": "2010-01-01"}
    for code in ("A", "B")
]  # fmt: skip
DUE = {
    "bloc_code": "LAN", "form": "membership", "owed_by": "unit", "period_type": "H1",
    "first_period": "2024-H1", "last_period": "2024-H1", "due_days": "8",
}  # fmt: skip
MERGED = {
    "event_id": "1", "event_type": "merge_into", "status": "effective",
    "effective_date": "2020-01-01", "unit_code": "A", "successor_code": "B",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_lists(
        tmp_path, ref_blocs=[BLOC], ref_units=UNITS, ref_obligations=[DUE],
        ref_unit_events=[MERGED], ref_unit_aliases=[], ref_terms=[],
    )  # fmt: skip
    return tmp_path


def checked(folder: Path, applied: Mapping[str, Any] | None = None) -> Checked:
    return check(read_folder(folder), applied or {})


def faults(folder: Path) -> set[tuple[str, int, str, str]]:
    return {
        (fault.file, fault.line, fault.column, fault.rule)
        for fault in checked(folder).faults
    }


def test_sound_lists_have_no_fault(folder: Path) -> None:
    assert faults(folder) == set()


def test_what_excel_saves_is_read(folder: Path) -> None:
    path = folder / "ref_units.csv"
    text = path.read_text(encoding="utf-8")
    plain = checked(folder).rows
    path.write_bytes(text.replace(",", ";").encode("utf-8-sig"))
    assert checked(folder).rows == plain
    path.write_bytes(text.replace(",", "\t").replace("\n", "\t\t\n").encode("utf-16"))
    assert checked(folder).rows == plain


def test_another_encoding_is_reported_and_not_guessed(folder: Path) -> None:
    path = folder / "ref_units.csv"
    text = path.read_text(encoding="utf-8").replace("Chi bộ B", "Chi bô\u0323 B")
    text = text.replace("Chi bộ A", "Chi b A")
    path.write_bytes(text.encode("cp1258"))
    assert ("ref_units.csv", 3, "", "encoding") in faults(folder)


WRONG: list[tuple[str, Rows, tuple[int, str, str]]] = [
    ("ref_units", [*UNITS, UNITS[0]], (4, "unit_code", "duplicate_key")),
    ("ref_units", [{**UNITS[0], "bloc_code": "LNA"}, UNITS[1]],
     (2, "bloc_code", "unknown_bloc")),
    ("ref_units", [{**UNITS[0], "unit_kind": "club"}, UNITS[1]],
     (2, "unit_kind", "choices")),
    ("ref_units", [{**UNITS[0], "unit_name": ""}, UNITS[1]],
     (2, "unit_name", "required")),
    ("ref_units", [{**UNITS[0], "valid_from": "1/2/2010"}, UNITS[1]],
     (2, "valid_from", "type")),
    ("ref_units", [{**UNITS[0], "valid_from": "2010-02-30"}, UNITS[1]],
     (2, "valid_from", "type")),
    ("ref_blocs", [{**BLOC, "valid_to": "2009-01-01"}],
     (2, "valid_to", "days_reversed")),
    ("ref_blocs", [BLOC, {**BLOC, "valid_from": "2018-01-01"}],
     (3, "valid_from", "spans_overlap")),
    ("ref_blocs", [{**BLOC, "successor_bloc_code": "LAN"}],
     (2, "successor_bloc_code", "blocs_in_a_circle")),
    ("ref_units", [{**UNITS[0], "valid_from": "2009-01-01"}, UNITS[1]],
     (2, "bloc_code", "bloc_not_there")),
    ("ref_unit_aliases", [{"unit_code": "X", "alias": "Y"}],
     (2, "unit_code", "unknown_unit")),
    ("ref_terms", [{"bloc_code": "LAN", "term": "1", "first_day": "2020-01-01",
                    "last_day": "2015-01-01"}], (2, "last_day", "days_reversed")),
    ("ref_unit_events", [{**MERGED, "successor_code": ""}],
     (2, "successor_code", "event_incomplete")),
    ("ref_unit_events", [{**MERGED, "successor_code": "X"}],
     (2, "successor_code", "unknown_unit")),
    ("ref_unit_events", [{**MERGED, "unit_name": "X"}],
     (2, "unit_name", "event_says_too_much")),
    ("ref_unit_events", [{**MERGED, "event_type": "split", "weight": "0.9"}],
     (2, "weight", "weights_not_one")),
    ("ref_unit_events", [{**MERGED, "event_type": "split", "weight": "0,9"}],
     (2, "weight", "type")),
    ("ref_unit_events", [MERGED, {**MERGED, "event_id": "2", "unit_code": "B",
                                  "successor_code": "A"}],
     (2, "successor_code", "merges_in_a_circle")),
    ("ref_unit_events", [{**MERGED, "status": "perhaps"}], (2, "status", "choices")),
    ("ref_obligations", [{**DUE, "form": "members"}], (2, "form", "unknown_form")),
    ("ref_obligations", [{**DUE, "owed_by": "bloc_office"}],
     (2, "owed_by", "form_sender")),
    ("ref_obligations", [{**DUE, "due_days": "-1"}], (2, "due_days", "due_too_early")),
    ("ref_obligations", [{**DUE, "due_days": "soon"}], (2, "due_days", "type")),
    ("ref_obligations", [{**DUE, "first_period": "2024-Q1"}],
     (2, "first_period", "period")),
    ("ref_obligations", [{**DUE, "period_type": "T06", "first_period": "2024-T06",
                          "last_period": ""}], (2, "period_type", "form_period")),
    ("ref_obligations", [{**DUE, "last_period": "2023-H1"}],
     (2, "last_period", "days_reversed")),
]  # fmt: skip


def test_inspections_may_be_due_by_month(folder: Path) -> None:
    months = [
        {**DUE, "form": "inspections", "period_type": kind, "due_days": "5",
         "first_period": f"2024-{kind}", "last_period": ""}
        for kind in MONTHS
    ]  # fmt: skip
    write_lists(folder, ref_obligations=months)
    assert faults(folder) == set()
    dues = dues_of(months)
    assert {due.period for due in dues["LAN", "unit"]} >= {"2024-T02", "2030-T12"}


@pytest.mark.parametrize(("name", "rows", "fault"), WRONG)
def test_each_fault_has_its_line_and_rule(
    folder: Path, name: str, rows: Rows, fault: tuple[int, str, str]
) -> None:
    write_lists(folder, **{name: rows})
    assert (f"{name}.csv", *fault) in faults(folder)


def test_other_columns_and_cells_are_reported(folder: Path) -> None:
    path = folder / "ref_terms.csv"
    path.write_text("bloc_code,term,first_day,until\n", encoding="utf-8")
    found = faults(folder)
    assert ("ref_terms.csv", 1, "last_day", "columns") in found
    assert ("ref_terms.csv", 1, "until", "columns") in found
    path.write_text("bloc_code,term,first_day,last_day\nLAN,1\n", encoding="utf-8")
    assert ("ref_terms.csv", 2, "", "cells") in faults(folder)


def test_a_list_that_vanished_is_reported(folder: Path) -> None:
    rows = checked(folder).rows
    (folder / "ref_units.csv").unlink()
    missing = [fault.rule for fault in checked(folder, rows).faults]
    assert "file_missing" in missing


def changed(folder: Path, **lists: Rows) -> Difference:
    before = checked(folder).rows
    write_lists(folder, **lists)
    after = checked(folder)
    assert not after.faults
    return difference(before, after.rows)


def test_an_events_undoing_says_what_comes_back(folder: Path) -> None:
    found = changed(folder, ref_unit_events=[{**MERGED, "status": "cancelled"}])
    assert [(change.list, change.row_key, change.kind) for change in found.changes] == [
        ("ref_unit_events", "1", "changed")
    ]
    assert (found.opened, found.closed) == (("A",), ())
    assert found.successions_removed == ("A@2010-01-01 → B@2010-01-01 × 1",)
    assert found.returns_added == (("A", "membership", "2024-H1"),)
    assert found.returns_removed == ()
    assert found.blocs == ("LAN",)


def test_an_obligation_says_what_is_owed(folder: Path) -> None:
    found = changed(folder, ref_obligations=[{**DUE, "first_period": "2023-H1"}])
    assert found.returns_added == (("B", "membership", "2023-H1"),)
    assert [change.kind for change in found.changes] == ["added", "removed"]


def test_nothing_changed_is_nothing_shown(folder: Path) -> None:
    found = changed(folder)
    assert found.changes == ()
    assert found.blocs == ()


def test_a_rename_touches_no_return(folder: Path) -> None:
    rename = {
        "event_id": "2", "event_type": "rename", "status": "effective",
        "effective_date": "2022-01-01", "unit_code": "B", "unit_name": "Chi bộ mới",
    }  # fmt: skip
    found = changed(folder, ref_unit_events=[MERGED, rename])
    assert len(found.spans_added) == 2
    assert (found.opened, found.closed, found.returns_added) == ((), (), ())
