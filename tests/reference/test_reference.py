"""Lists put in force: what is kept, what is refused, what stays as it was."""

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pytest
from tests.reference_lists import write_lists
from typer.testing import CliRunner

from bloc_warehouse.cli.app import app
from bloc_warehouse.cli.returns import reference
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.locks import Lock
from bloc_warehouse.reference.apply import apply, apply_first, apply_made
from bloc_warehouse.reference.history import read_history
from bloc_warehouse.reference.lists.faults import ReferenceListError
from bloc_warehouse.reference.lists.shapes import SHAPES
from bloc_warehouse.reference.store import read_applied
from bloc_warehouse.reference.tables import COLUMNS
from bloc_warehouse.reports.status import read_status
from bloc_warehouse.settings import Settings

runner = CliRunner()
BLOC = {"bloc_code": "LAN", "bloc_name": "Đảng bộ Khối", "valid_from": "2010-01-01"}
UNITS = [
    {"unit_code": code, "bloc_code": "LAN", "unit_kind": "cbcs",
     "unit_name": f"Chi bộ {code}", "valid_from": "2010-01-01"}
    for code in ("A", "B", "C")
]  # fmt: skip


@pytest.fixture
def office(warehouse: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(reference, "get_settings", lambda: warehouse)
    write_lists(warehouse.reference_dir, ref_blocs=[BLOC], ref_units=UNITS)
    apply_first(warehouse)
    return warehouse


def in_force(settings: Settings) -> list[str | None]:
    with connect("ingest", settings=settings) as connection:
        return [row["unit_name"] for row in read_applied(connection)["ref_units"]]


def invoke(*arguments: str) -> tuple[int, str]:
    result = runner.invoke(app, ["reference", *arguments], env={"COLUMNS": "200"})
    return result.exit_code, result.stdout


def test_the_first_start_takes_the_folder_and_later_ones_do_not(
    office: Settings,
) -> None:
    write_lists(office.reference_dir, ref_units=UNITS[:1])
    apply_first(office)
    assert len(in_force(office)) == 3
    (lists,) = [read_status(office).reference]
    assert lists is not None
    assert (lists["applied_by"], lists["lines_differing"]) == ("prepare", 2)


def test_every_change_is_kept_with_who_and_why(office: Settings) -> None:
    renamed = {**UNITS[0], "unit_name": "Chi bộ mới"}
    write_lists(office.reference_dir, ref_units=[renamed, UNITS[1]])
    apply(office, by="lan", reason="QĐ 12")
    assert apply(office, by="lan").application_id is None
    latest, first = read_history(office)
    assert (latest[0].applied_by, latest[0].reason) == ("lan", "QĐ 12")
    changes = {change.row_key: change for change in latest[1]}
    assert [changes[key].kind for key in ("A", "C")] == ["changed", "removed"]
    assert changes["A"].before == {**first[1][1].after} if first[1][1].after else None
    assert in_force(office) == ["Chi bộ mới", "Chi bộ B"]
    write_lists(office.reference_dir, ref_units=UNITS)
    apply(office, by="lan", reason="a slip")
    assert in_force(office) == ["Chi bộ A", "Chi bộ B", "Chi bộ C"]
    assert len(read_history(office, key="A")) == 3
    assert read_history(office, key="A", list_name="ref_unit_events") == []
    event = {"event_id": "EV-7", "event_type": "rename", "status": "effective",
             "effective_date": "2024-03-01", "unit_code": "A",
             "unit_name": "Chi bộ sau"}  # fmt: skip
    write_lists(office.reference_dir, ref_unit_events=[event])
    apply(office, by="lan", reason="QĐ 13")
    ((_, (found,)),) = read_history(office, key="A", list_name="ref_unit_events")
    assert (found.row_key, found.kind) == ("EV-7", "added")
    assert len(read_history(office, list_name="ref_blocs")) == 1


def test_the_tables_have_the_lists_columns_and_types(office: Settings) -> None:
    with connect("transform", settings=office) as connection:
        found = connection.execute(
            "select table_name, column_name, data_type from information_schema.columns"
            " where table_schema = 'reference' and table_name like 'ref\\_%'"
            " order by table_name, ordinal_position"
        ).fetchall()
    types = {
        shape.name: list(shape.columns.items()) for shape in SHAPES if shape.is_table
    }
    tables = {
        name: [tuple(column) for _, *column in columns]
        for name, columns in groupby(found, key=itemgetter(0))
    }
    assert {name: [column for column, _ in tables[name]] for name in tables} == {
        name: list(columns) for name, columns in COLUMNS.items()
    }
    assert {name: tables[name] for name in types} == types


def test_an_application_is_what_models_read_at_once(office: Settings) -> None:
    merger = {
        "event_id": "1", "event_type": "merge_into", "status": "effective",
        "effective_date": "2020-01-01", "unit_code": "A", "successor_code": "B",
    }  # fmt: skip
    write_lists(office.reference_dir, ref_unit_events=[merger])
    number = apply(office, by="lan").application_id
    with connect("transform", settings=office) as connection:
        spans = connection.execute(
            "select unit_code, valid_to::text from reference.ref_unit_spans order by 1"
        ).fetchall()
        ways = connection.execute(
            "select unit_key, successor_unit_key, weight"
            " from reference.ref_unit_successions"
        ).fetchall()
        loaded = connection.execute("select application_id from reference.lists_loaded")
        assert loaded.fetchall() == [(number,)]
    assert spans == [("A", "2020-01-01"), ("B", None), ("C", None)]
    assert ways == [("A@2010-01-01", "B@2010-01-01", 1)]


def test_an_application_waits_for_a_build(office: Settings) -> None:
    write_lists(office.reference_dir, ref_units=UNITS[:2])
    with (
        connect("transform", autocommit=True, settings=office) as build,
        ThreadPoolExecutor() as pool,
    ):
        build.execute("select pg_advisory_lock(%s)", [Lock.DBT])
        applying = pool.submit(apply, office, by="lan")
        with pytest.raises(TimeoutError):
            applying.result(timeout=0.5)
        assert len(in_force(office)) == 3
        build.execute("select pg_advisory_unlock(%s)", [Lock.DBT])
        applying.result(timeout=30)
    assert len(in_force(office)) == 2


def test_lists_at_fault_change_nothing(office: Settings) -> None:
    write_lists(office.reference_dir, ref_units=[{**UNITS[0], "bloc_code": "X"}])
    with pytest.raises(ReferenceListError, match="unknown_bloc"):
        apply(office, by="lan")
    assert len(in_force(office)) == 3
    code, text = invoke("check")
    assert code == 1
    assert "ref_units.csv, line 2 bloc_code (unknown_bloc)" in text


def test_made_lists_replace_those_in_force(office: Settings) -> None:
    write_lists(office.reference_dir, ref_units=UNITS[:2])
    apply_made(office, by="bloc samples make")
    assert len(in_force(office)) == 2


def test_check_shows_what_would_be_other(office: Settings) -> None:
    closing = {
        "event_id": "1", "event_type": "dissolve", "status": "effective",
        "effective_date": "2020-01-01", "unit_code": "A",
    }  # fmt: skip
    write_lists(office.reference_dir, ref_unit_events=[closing])
    code, text = invoke("check")
    assert code == 0
    assert "+ ref_unit_events 1" in text
    assert "Units that close: 1" in text
    code, text = invoke("check", "--json")
    assert json.loads(text)["difference"]["closed"] == ["A"]
    code, text = invoke("history")
    assert (code, "prepare · first start: 4 lines added" in text) == (0, True)


def test_an_empty_folder_is_not_yet_in_force(
    warehouse: Settings, tmp_path: Path
) -> None:
    apply_first(warehouse)
    assert read_status(warehouse).reference is None
    write_lists(warehouse.reference_dir, ref_blocs=[BLOC], ref_units=UNITS)
    apply_first(warehouse)
    assert len(in_force(warehouse)) == 3
