"""What is exported is what a reader finds by asking, all of it and no more."""

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import psycopg
import pytest
from frictionless import Package
from psycopg import sql
from pyarrow import parquet as pq
from tests.dbt_project.world import World
from typer.testing import CliRunner

from bloc_warehouse.build import releases
from bloc_warehouse.cli.app import app
from bloc_warehouse.cli.totals import export as command
from bloc_warehouse.database.connection import connect, dsn
from bloc_warehouse.database.readers import add_reader, remove_reader
from bloc_warehouse.domain.name_lookup import UnknownNameError
from bloc_warehouse.export.period.bloc_period import read_bloc_period
from bloc_warehouse.export.period.content import Absence, BlocPeriod
from bloc_warehouse.export.period.file import export_bloc_period
from bloc_warehouse.export.reading import (
    ExportError,
    ReleaseChangedError,
    known_readers,
    reading,
)
from bloc_warehouse.export.release import folder as release_module
from bloc_warehouse.export.release.folder import export_release
from bloc_warehouse.publish.publish import rollback
from bloc_warehouse.settings import Settings

BLOC, UNIT, STRANGER = "takes_dlk", "takes_lan_001", "takes_nothing"


@pytest.fixture(scope="module")
def published(copies: Any) -> World:  # noqa: ANN401
    """The small world, live."""
    world: World = copies()
    assert world.publish().published
    return world


@pytest.fixture(scope="module")
def addresses(published: World) -> Iterator[Mapping[str, str]]:
    """Reader → address: one of a bloc, one of a unit, one of a bloc without rows."""
    settings = published.settings
    sees: Mapping[str, Mapping[str, list[str]]] = {
        BLOC: {"blocs": ["DLK"]},
        UNIT: {"units": ["LAN-001"]},
        STRANGER: {"blocs": ["LAN"]},
    }
    owner = settings.warehouse_url.get_secret_value()
    made = {"bi_reader": dsn("bi_reader", settings)}
    for name, listed in sees.items():
        password = add_reader(settings, name, by="test", **listed)
        made[name] = psycopg.conninfo.make_conninfo(owner, user=name, password=password)
    with connect("ingest", settings=settings) as connection:
        connection.execute(
            "update quality.readers set bloc_code = 'GONE' where reader = %s",
            [STRANGER],
        )
    yield made
    for name in sees:
        remove_reader(settings, name)


def live_release(world: World) -> int:
    """The number of what is live: the world was built before, once or more often."""
    with connect("transform", settings=world.settings) as connection:
        live = releases.release_in(connection, "live")
    assert live
    return live.release_id


def read_all(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Table → its rows as texts, without order."""
    return {
        path.stem: sorted(map(as_text, duckdb.sql(f"from '{path}'").fetchall()))
        for path in folder.glob("*.parquet")
    }


def as_text(row: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(map(_text, row))


def _text(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, list):
        return ";".join(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return str(float(value) if isinstance(value, Decimal) else value)


def asked(address: str, tables: list[str]) -> dict[str, list[tuple[Any, ...]]]:
    """Table → the rows that a login finds in it."""
    with psycopg.connect(address) as connection:
        return {
            table: sorted(
                map(
                    as_text,
                    connection.execute(
                        sql.SQL("select * from marts.{}").format(sql.Identifier(table))
                    ).fetchall(),
                )
            )
            for table in tables
        }


@pytest.mark.parametrize("reader", ["bi_reader", BLOC, UNIT, STRANGER])
def test_a_release_has_the_rows_that_its_reader_finds(
    published: World, addresses: Mapping[str, str], reader: str, tmp_path: Path
) -> None:
    exported = export_release(published.settings, tmp_path / "r", reader=reader)
    rows = read_all(exported.folder)
    assert {"dim_units", "fct_membership", "rpt_bloc_totals"} <= set(rows)
    assert exported.rows == sum(map(len, rows.values()))
    assert rows == asked(addresses[reader], list(rows))
    assert bool(rows["fct_membership"]) is (reader in ("bi_reader", UNIT))
    assert bool(rows["dim_periods"])


@pytest.mark.parametrize(
    "reader",
    # one of a bloc has more rows than a unit's and fewer than all: nothing else
    ["bi_reader", pytest.param(BLOC, marks=pytest.mark.slow), UNIT],
)
def test_frictionless_accepts_a_release(
    published: World, addresses: Mapping[str, str], reader: str, tmp_path: Path
) -> None:
    assert reader in addresses
    folder = tmp_path / "release"
    export_release(
        published.settings, folder, reader=reader, licence="CC-BY-4.0", replace=False
    )
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert package["licenses"] == [{"name": "CC-BY-4.0"}]
    assert package["release"]["number"] == live_release(published)
    assert {one["path"] for one in package["resources"]} == {
        path.name for path in folder.glob("*.parquet")
    }
    for resource in package["resources"]:
        path = folder / resource["path"]
        assert resource["hash"] == (
            f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        )
        assert resource["byteSize"] == path.stat().st_size
        assert resource["rows"] == pq.read_metadata(path).num_rows
    small = [one for one in package["resources"] if one["rows"] < 1000]  # it is slow
    assert len(small) > 20
    kept = {"", *(one["name"] for one in small)}
    for resource in small:
        resource["schema"]["foreignKeys"] = [
            key
            for key in resource["schema"].get("foreignKeys", [])
            if key["reference"]["resource"] in kept
        ]
    (folder / "datapackage.json").write_text(
        json.dumps({**package, "resources": small}), "utf-8"
    )
    report = Package(str(folder / "datapackage.json")).validate()
    assert report.flatten(["name", "rowNumber", "fieldName", "note"]) == []
    assert report.valid


def test_each_column_has_a_type_and_both_languages(
    published: World, tmp_path: Path
) -> None:
    folder = export_release(published.settings, tmp_path / "r").folder
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    schemas = {one["name"]: one["schema"] for one in package["resources"]}
    for name, schema in schemas.items():
        for field in schema["fields"]:
            assert field["title"], (name, field)
            assert field["description"], (name, field)
            assert field["type"] not in ("any", "object")
    fields = {one["name"]: one for one in schemas["fct_membership"]["fields"]}
    assert fields["bloc_code"]["title"] == "Mã Đảng bộ Khối"
    frame = pd.read_parquet(folder / "fct_returns.parquet")
    assert str(frame["received_at"].dtype).startswith("datetime64")
    types = dict(
        duckdb.sql(f"describe from '{folder / 'fct_returns.parquet'}'")
        .df()[["column_name", "column_type"]]
        .itertuples(index=False)
    )
    assert types["period_end"] == "DATE"
    assert types["is_due"] == "BOOLEAN"
    assert types["submission_id"] == "BIGINT"


def test_the_same_release_gives_the_same_bytes(
    published: World, tmp_path: Path
) -> None:
    made = []
    for number in ("1", "2"):
        export_release(published.settings, tmp_path / number)
        for ending in ("xlsx", "csv", "parquet"):
            export_bloc_period(
                published.settings,
                tmp_path / number / f"a.{ending}",
                "LAN",
                "2024-H1",
            )
        made.append(
            {
                path.name: hashlib.sha256(path.read_bytes()).hexdigest()
                for path in (tmp_path / number).iterdir()
                if path.stem.startswith(("dim_", "a"))
            }
        )
    assert made[0] == made[1]
    assert len(made[0]) > 3


def test_a_release_that_fails_leaves_nothing(
    published: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = release_module.write_table

    def fail(connection: Any, table: Any, target: Path) -> int:  # noqa: ANN401
        if table.name.startswith("rpt_"):
            raise OSError("the disk is full")
        return write(connection, table, target)

    monkeypatch.setattr(release_module, "write_table", fail)
    with pytest.raises(OSError, match="full"):
        export_release(published.settings, tmp_path / "r")
    assert list(tmp_path.iterdir()) == []


def lan(settings: Settings, **options: Any) -> BlocPeriod:  # noqa: ANN401
    return read_bloc_period(settings, "LAN", "2024-H1", **options)


def totals(content: BlocPeriod) -> dict[str, object]:
    return {total.indicator: total.figure for total in content.totals or ()}


def test_a_blocs_period_adds_up_and_says_what_it_lacks(published: World) -> None:
    content = lan(published.settings)
    assert totals(content)["member_count"] == 4851
    forms = {one.form.code: one for one in content.forms}
    members = forms["BDV"]
    (closing,) = [line for line in members.lines if line.measure == "closing_total"]
    assert {unit.code: members.figure(unit, closing) for unit in members.units} == {
        "LAN-001": 4800,
        "LAN-002": 51,
    }
    assert (members.total(closing), members.is_partial(closing)) == (4851, False)
    awards = forms["BKB"]
    assert [(unit.code, unit.state_vi) for unit in awards.units] == [
        ("LAN-001", "đã báo cáo"),
        ("LAN-002", "chưa đến hạn"),
    ]
    found = {
        (line.breakdown, line.measure): [
            awards.figure(unit, line) for unit in awards.units
        ]
        for line in awards.lines
        if line.table == "training"
    }
    absent = Absence.NOT_REPORTED
    assert found[("political_theory",), "attendees"] == [30, absent]
    assert found[("new_members",), "attendees_masses"] == [
        Absence.NOT_APPLICABLE,
        absent,
    ]
    (attendees,) = [
        line
        for line in awards.lines
        if (line.breakdown, line.measure) == (("new_members",), "attendees")
    ]
    assert (awards.total(attendees), awards.is_partial(attendees)) == (5, True)


def test_a_merged_units_flows_are_in_its_blocs_year(published: World) -> None:
    content = read_bloc_period(published.settings, "DLK", "2019-Y")
    (admissions,) = [one for one in content.forms if one.form.code == "BKN"]
    (admitted,) = [
        line for line in admissions.lines if line.measure == "admitted_total"
    ]
    assert {unit.code: admissions.figure(unit, admitted) for unit in admissions.units}[
        "CQ-002"
    ] == 1
    assert admissions.total(admitted) == totals(content)["members_admitted"] == 6


def test_the_workbook_opens_with_the_summary_and_sums_that_follow(
    published: World, tmp_path: Path
) -> None:
    path = tmp_path / "so-lieu.xlsx"
    export_bloc_period(published.settings, path, "LAN", "2024-H1")
    values = openpyxl.load_workbook(path, data_only=True)
    formulas = openpyxl.load_workbook(path)
    assert values.sheetnames[0] == "THK"
    assert {"BDV", "BKB", "Thông tin"} <= set(values.sheetnames)
    summary = {
        row[0]: next(value for value in row[1:] if value is not None)
        for row in values["THK"].iter_rows(values_only=True)
        if row[0] in ("Số tổ chức cơ sở đảng", "Số đảng viên cuối kỳ")
    }
    assert summary == {"Số tổ chức cơ sở đảng": 2, "Số đảng viên cuối kỳ": 4851}
    sheet = values["BDV"]
    (last,) = [
        row[0].row for row in sheet.iter_rows() if "Tổng cộng" in str(row[0].value)
    ]
    assert sheet.cell(last, 1).value == "Tổng cộng (2/2 đơn vị)"
    added = [
        (sheet.cell(last, column).value, formulas["BDV"].cell(last, column).value)
        for column in range(4, sheet.max_column + 1)
    ]
    assert (4851, True) in [
        (value, str(formula).startswith("=SUM(")) for value, formula in added
    ]
    frame = pd.read_excel(path, sheet_name="BDV", header=8, engine="openpyxl")
    assert set(frame.iloc[:, 0].dropna()) >= {"LAN-001", "LAN-002"}


def test_csv_and_parquet_hold_the_same(published: World, tmp_path: Path) -> None:
    for ending in ("csv", "parquet"):
        export_bloc_period(
            published.settings, tmp_path / f"a.{ending}", "LAN", "2024-H1"
        )
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith("\ufeffbloc_code;period_code;".encode())
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.DictReader(file, delimiter=";"))
    columns = duckdb.sql(f"from '{tmp_path / 'a.parquet'}'").df()
    assert len(listed) == len(columns)
    members = [
        row
        for row in listed
        if (row["figures_of"], row["measure"]) == ("bloc", "member_count")
    ]
    assert [(row["value"], row["state"]) for row in members] == [("4851", "reported")]
    states = {row["state"] for row in listed}
    assert {"reported", "not reported", "not applicable"} <= states
    assert columns["value"].sum() == sum(int(row["value"] or 0) for row in listed)


def test_a_reader_takes_away_no_more_than_it_may_read(
    published: World, addresses: Mapping[str, str], tmp_path: Path
) -> None:
    assert set(known_readers(published.settings)) == set(addresses)
    content = lan(published.settings, reader=UNIT)
    assert content.totals is None
    assert {unit.code for form in content.forms for unit in form.units} == {"LAN-001"}
    path = tmp_path / "a.xlsx"
    export_bloc_period(published.settings, path, "LAN", "2024-H1", reader=UNIT)
    book = openpyxl.load_workbook(path)
    assert "THK" not in book.sheetnames
    texts = [
        str(value)
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
        for value in row
    ]
    assert "Cộng các đơn vị được xem (1/1 đơn vị)" in texts  # no total of the bloc
    assert not any("LAN-002" in text or text in ("51", "4851") for text in texts)
    for reader in (BLOC, STRANGER):
        with pytest.raises(ExportError, match=f"{reader} finds nothing of LAN"):
            lan(published.settings, reader=reader)


def test_only_the_live_release_can_be_exported(copies: Any) -> None:  # noqa: ANN401
    world: World = copies()
    settings = world.settings
    with pytest.raises(ExportError, match="nothing is published"):
        lan(settings)
    world.publish()
    published = [live_release(world)]
    for _ in range(2):
        releases.finish_build(settings, releases.begin_build(settings))
        world.publish()
        published.append(live_release(world))
    gone, previous, live = published
    for number, said in ((gone, "are gone"), (previous, "kept until the next build")):
        with (
            pytest.raises(ExportError, match=f"{said}.*--seen-on"),
            reading(settings, release=number),
        ):
            pass
    with (
        pytest.raises(UnknownNameError, match=f"no release {live + 1}"),
        reading(settings, release=live + 1),
    ):
        pass
    with reading(settings, release=live) as opened:
        assert opened.release.number == live
    with pytest.raises(ReleaseChangedError), reading(settings):
        rollback(settings, by="ana")
    with (
        pytest.raises(ExportError, match=f"release {live} was taken back"),
        reading(settings, release=live),
    ):
        pass


def test_what_an_override_shows_meanwhile_is_another_release(
    published: World,
) -> None:
    with (
        pytest.raises(ReleaseChangedError),
        reading(published.settings),
        connect("transform", settings=published.settings) as connection,
    ):
        connection.execute(
            "update quality.publication_log set shown_from = clock_timestamp()"
            " where shown_to is null"
        )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "r", "--as", "takes_lan"], "no reader takes_lan; near it: "),
        (["-o", "r", "--release", "999"], "there is no release 999"),
        (["-o", "r", "--format", "csv"], "a release is written as Parquet"),
        (["-o", "r", "--licence", "CC BY"], "names no licence"),
        (["-o", "a.csv", "--bloc", "LAN"], "needs both --bloc and --period"),
        (["-o", "a.csv", "--bloc", "LAM", "--period", "2024-H1"], "near it: LAN"),
        (["-o", "a.csv", "--bloc", "LAN", "--period", "2024-Q2"], "Q1, H1, M9, Y"),
        (["-o", "a.doc", "--bloc", "LAN", "--period", "2024-H1"], ".xlsx, .csv"),
        (["-o", "there.csv", "--bloc", "LAN", "--period", "2024-H1"], "--force"),
    ],
)
def test_a_wrong_order_is_said_in_one_line_and_writes_nothing(
    published: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.setattr(command, "get_settings", lambda: published.settings)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.csv").touch()
    result = CliRunner().invoke(app, ["export", *arguments])
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert [path.name for path in tmp_path.iterdir()] == ["there.csv"]


def test_the_command_writes_either(
    published: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "get_settings", lambda: published.settings)
    period = ["--bloc", "lan", "--period", "2024-h1", "-o", str(tmp_path / "a.xlsx")]
    for order, field in (
        (period, "file"),
        (["-o", str(tmp_path / "r")], "folder"),
    ):
        result = CliRunner().invoke(app, ["export", *order, "--json"])
        assert result.exit_code == 0, result.stderr
        assert Path(json.loads(result.stdout)[field]).exists()
