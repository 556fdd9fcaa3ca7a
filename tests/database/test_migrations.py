"""The database's shape: current, newer, older, interrupted, taken over."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from difflib import unified_diff
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege
from psycopg.rows import dict_row
from tests.conftest import (
    TEMPLATE,
    _create_database,
    _execute,
    _settings_for,
    database_of,
)
from tests.paths import FORM_VERSION_2

from bloc_warehouse.cli.app import main
from bloc_warehouse.database import definitions, embedded, raw_schema
from bloc_warehouse.database.connection import WarehouseUnavailableError, connect
from bloc_warehouse.database.embedded.location import find_place
from bloc_warehouse.database.locks import Lock
from bloc_warehouse.database.logins import READER_CONNECTIONS, ForeignRoleError
from bloc_warehouse.database.prepare import prepare
from bloc_warehouse.database.readers import remove_reader
from bloc_warehouse.database.schema_version import WrongShapeError
from bloc_warehouse.database.seeded_claims import ClaimsNotKeptError
from bloc_warehouse.forms.registry import DEFINITIONS, registry_from
from bloc_warehouse.reference.apply import apply_first
from bloc_warehouse.reference.lists.reading import read_list
from bloc_warehouse.reference.lists.shapes import SHAPES
from bloc_warehouse.reports.status import read_status
from bloc_warehouse.settings import Settings

[_CLAIMS] = [shape for shape in SHAPES if shape.name == "ref_published_totals"]
OLD_WAREHOUSE = Path(__file__).with_name("old_warehouse.sql")
# since the first version: tables and columns
_RENAMED = {
    "raw.standings": "raw.version_validity",
    "quality.showings": "quality.publication_log",
    "showing_id": "publication_id",
    "kept_blocs": "blocked_blocs",
    "is_wholly_blocked": "is_fully_blocked",
}

# the transactions that wrote what the catalogues say of roles, tables and functions
WRITTEN = """
select 'role', rolname::text, xmin::text from pg_authid
union all select 'database', datname, xmin::text from pg_database
union all select 'class', oid::regclass::text, xmin::text from pg_class
union all select 'function', oid::regprocedure::text, xmin::text from pg_proc
union all select 'schema', nspname, xmin::text from pg_namespace
union all select 'trigger', oid::text || tgname, xmin::text from pg_trigger
union all select 'setting', setrole::text, xmin::text from pg_db_role_setting
union all select 'member', oid::text, xmin::text from pg_auth_members
order by 1, 2
"""

_numbers = count(1)


@pytest.fixture
def empty(server: embedded.Server, settings: Settings) -> Iterator[Settings]:
    """Settings of a database in which nothing was prepared yet."""
    database = f"dw_empty_{next(_numbers)}"
    _create_database(server, database, "template1")
    yield _settings_for(settings, server, database)
    _execute(server, "drop database {} with (force)", database)


def test_a_current_warehouse_is_prepared_without_a_lock(
    server: embedded.Server, warehouse: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a reader's open transaction nor a locked table is waited for."""
    before = _written(server, warehouse)
    monkeypatch.setenv("PGOPTIONS", "-c lock_timeout=2s")
    with connect("ingest", settings=warehouse) as reader:
        reader.execute("select * from monitoring.alerts")
        reader.execute("lock table raw.files, quality.alerts in access exclusive mode")
        reader.execute("select pg_advisory_lock(%s)", [Lock.PREPARE])
        prepare(warehouse)
    assert _written(server, warehouse) == before


def test_a_role_that_is_kept_out_is_no_reason_to_do_anything(
    server: embedded.Server, warehouse: Settings
) -> None:
    """All of BI's sessions are in use: the password is not the cause."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        limit = connection.execute(
            "select rolconnlimit from pg_roles where rolname = 'bi_reader'"
        ).fetchone()[0]
        connection.execute("alter role bi_reader connection limit 0")
        try:
            before = _written(server, warehouse)
            prepare(warehouse)
            assert _written(server, warehouse) == before
        finally:
            connection.execute(f"alter role bi_reader connection limit {limit}")


def test_older_code_refuses_a_newer_warehouse_in_one_line(
    warehouse: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with connect("ingest", settings=warehouse) as connection:
        connection.execute("update quality.schema_version set version_num = '9998'")
    for name, value in {
        "BLOC_WAREHOUSE_URL": warehouse.warehouse_url.get_secret_value(),
        "BLOC_DATA_DIR": str(warehouse.data_dir),
        "BLOC_INGEST_PASSWORD": warehouse.ingest_password.get_secret_value(),
        "BLOC_TRANSFORM_PASSWORD": warehouse.transform_password.get_secret_value(),
        "BLOC_BI_READER_PASSWORD": warehouse.bi_reader_password.get_secret_value(),
        "COLUMNS": "400",
    }.items():
        monkeypatch.setenv(name, value)
    for command in ("prepare", "ingest", "run", "build", "audit", "status", "publish"):
        monkeypatch.setattr("sys.argv", ["bloc", command])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr().err.strip().splitlines()
        assert ended.value.code == 3, (command, said)
        assert len(said) == 1, (command, said)
        assert "shape 9998" in said[0], (command, said)
        assert "install the newer code" in said[0], (command, said)


def test_who_looks_at_a_database_without_a_warehouse_is_told_to_prepare(
    empty: Settings,
) -> None:
    """Also where the roles have no password yet, or another."""
    for settings in (empty, empty.with_changes(ingest_password="not-set-yet")):
        with pytest.raises(WrongShapeError, match="not prepared yet: run `bloc prep"):
            connect("ingest", settings=settings)


def test_a_look_makes_no_server(settings: Settings) -> None:
    with pytest.raises(WrongShapeError, match="not prepared yet: run `bloc prepare`"):
        read_status(settings)
    assert not embedded.exists(settings.data_dir)


def test_code_that_is_newer_asks_to_prepare(warehouse: Settings) -> None:
    with connect("ingest", settings=warehouse) as connection:
        connection.execute("update quality.schema_version set version_num = '0000'")
    with pytest.raises(WrongShapeError, match="this code needs"):
        connect("transform", settings=warehouse)


def test_what_stops_half_way_leaves_nothing(
    server: embedded.Server, empty: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: psycopg.Connection) -> None:
        raise RuntimeError("the power went")

    before = _written(server, empty)
    with monkeypatch.context() as broken:
        broken.setattr("bloc_warehouse.database.prepare._grant", fail)
        with pytest.raises(RuntimeError):
            prepare(empty)
    assert _written(server, empty) == before
    prepare(empty)
    with connect("ingest", settings=empty) as connection:
        assert connection.execute("select count(*) from raw.files").fetchone() == (0,)


def test_two_may_prepare_an_empty_database_at_once(empty: Settings) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(prepare, [empty] * 4))
    with connect("ingest", settings=empty) as connection:
        rows = connection.execute("select count(*) from quality.schema_version")
        assert rows.fetchone() == (1,)


def test_an_older_warehouse_is_taken_over_with_its_rows(
    server: embedded.Server, warehouse: Settings, empty: Settings
) -> None:
    """It ends as a new one begins; of what it held nothing is lost or altered."""
    with psycopg.connect(server.url(database_of(empty))) as connection:
        connection.execute(OLD_WAREHOUSE.read_bytes())
    before = _rows(server, empty)
    assert before["raw.files"]
    assert before["quality.violations"]
    with psycopg.connect(server.url(database_of(empty))) as connection:
        connection.execute(
            "set local role transform;"
            "create table marts.build_position as"
            " select max(release_id) as release_id from quality.releases"
        )
    prepare(empty)
    after = _rows(server, empty)
    for table, rows in before.items():
        columns = [_RENAMED.get(column, column) for column in rows[0]]
        kept = after[_RENAMED.get(table, table)]
        assert [[row[column] for column in columns] for row in kept] == [
            list(row.values()) for row in rows
        ], table
    taken_over, made = _shape_of(server, empty), _shape_of(server, warehouse)
    difference = "\n".join(unified_diff(made, taken_over, lineterm="", n=1))
    assert not difference, difference
    with connect("transform", settings=empty) as connection:
        found = connection.execute("select count(*) from marts.fct_returns")
        assert found.fetchone() == (4,)
        found = connection.execute(
            "select table_schema, release_id = (select max(release_id)"
            " from quality.releases) from quality.build_positions"
        )
        assert found.fetchall() == [("marts", True)]


def test_lists_that_dbt_had_loaded_are_written_from_the_kept_history(
    server: embedded.Server, empty: Settings
) -> None:
    """Into the same tables: views of the last build read them."""
    with psycopg.connect(server.url(database_of(empty))) as connection:
        connection.execute(OLD_WAREHOUSE.read_bytes())
        connection.execute(
            "set role transform;"
            "update reference.ref_unit_spans set valid_from = '1999-01-01';"
            "create view intermediate.read_before as"
            " select * from reference.ref_unit_spans"
        )
    prepare(empty)
    apply_first(empty)
    applied = "select application_id, loaded_at from reference.lists_loaded"
    with connect("transform", settings=empty) as connection:
        found = connection.execute(
            "select unit_code, valid_from::text, valid_to::text"
            " from intermediate.read_before order by unit_code"
        ).fetchall()
        assert found == [
            ("LAN-001", "2010-01-01", "2025-03-01"),
            ("LAN-002", "2010-01-01", "2025-03-01"),
        ]
        (obligations,) = connection.execute(
            "select count(*) from reference.ref_obligations where due_days = 8"
        ).fetchone() or (0,)
        assert obligations == 2
        loaded = connection.execute(applied).fetchall()
        assert [number for number, _ in loaded] == [1]
        with pytest.raises(InsufficientPrivilege):
            connection.execute("delete from reference.ref_units")
    apply_first(empty)
    with connect("transform", settings=empty) as connection:
        assert connection.execute(applied).fetchall() == loaded


def _with_seeded_claims(server: embedded.Server, settings: Settings) -> None:
    """An older warehouse with claims of its bloc of two names, and of another one."""
    columns = list(_CLAIMS.columns)
    claims = [
        ("QNM-1", "Báo", "2024-07-10", "LAN", "H1", "2024-01-01", "2024-06-30",
         "member_count", None, None, "4.851", "4851", "count", "exact", "actual",
         "stock", None, "có 4.851 đảng viên, \"tăng\"", None),
        ("001-1", None, None, "DLK", "H1", "2024-01-01", "2024-06-30",
         "unit_count", None, None, "114", "114", "count", "exact", "actual",
         "stock", None, "114", None),
    ]  # fmt: skip
    with psycopg.connect(server.url(database_of(settings))) as connection:
        connection.execute(OLD_WAREHOUSE.read_bytes())
        connection.execute(
            "set role transform; create table reference.ref_published_totals"
            " (claim_id text, source_document text, published_on date, bloc_code text,"
            " period_type text, period_start date, period_end date, indicator text,"
            " subject text, conducted_by text, printed text, value numeric, unit text,"
            " qualifier text, role text, basis text, base_claim text, wording text,"
            " inferred text)"
        )
        with (
            connection.cursor() as cursor,
            cursor.copy(
                f"copy reference.ref_published_totals ({', '.join(columns)}) from stdin"
            ) as copy,
        ):
            for claim in claims:
                copy.write_row(claim)


@pytest.mark.usefixtures("warehouse")
def test_claims_that_were_a_seed_become_the_installations_list(
    server: embedded.Server, empty: Settings, tmp_path: Path
) -> None:
    """Only those of its own bloc; a list that is there already is left alone."""
    own = empty.model_copy(update={"reference_dir": tmp_path / "reference"})
    _with_seeded_claims(server, own)
    prepare(own)
    path = own.reference_dir / _CLAIMS.file_name
    read = read_list(_CLAIMS, path.read_bytes())
    assert not read.faults
    [line] = read.lines
    assert (line.values["claim_id"], line.values["value"]) == ("QNM-1", "4851")
    assert line.values["wording"] == 'có 4.851 đảng viên, "tăng"'
    before = path.read_bytes()
    prepare(own)
    assert path.read_bytes() == before


@pytest.mark.usefixtures("warehouse")
def test_no_upgrade_forgets_claims_that_it_cannot_write(
    server: embedded.Server, empty: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the folder's place")
    own = empty.model_copy(update={"reference_dir": tmp_path / "file" / "reference"})
    _with_seeded_claims(server, own)
    with pytest.raises(ClaimsNotKeptError, match="1 published total of this warehouse"):
        prepare(own)
    with psycopg.connect(server.url(database_of(own))) as connection:
        found = connection.execute(
            "select count(*) from reference.ref_published_totals"
        )
        assert found.fetchone() == (2,)


def test_a_new_column_is_an_edit_of_a_form(
    warehouse: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = registry_from([*sorted(DEFINITIONS.glob("*.yaml")), FORM_VERSION_2])
    for module in (definitions, raw_schema):
        monkeypatch.setattr(module, "load_registry", lambda: both)
    prepare(warehouse)
    with connect("ingest", settings=warehouse) as connection:
        connection.execute("select closing_temporary from raw.membership")


def test_a_role_follows_a_password_that_changed(
    server: embedded.Server, warehouse_template: str, settings: Settings
) -> None:
    """In the template itself: its copies may not alter roles made for it."""
    warehouse = _settings_for(settings, server, warehouse_template)
    changed = warehouse.with_changes(transform_password="another-word")
    _mark_transform(server, f"bloc-warehouse: {database_of(warehouse)}")
    try:
        prepare(changed)
        with connect("transform", settings=changed) as connection:
            connection.execute("select 1 from quality.releases")
    finally:
        prepare(warehouse)
        _mark_transform(server, f"bloc-warehouse: {TEMPLATE}")


def test_a_second_warehouse_does_not_take_the_first_ones_roles(
    warehouse: Settings, empty: Settings
) -> None:
    second = empty.with_changes(bi_reader_password="its-own-word")
    with pytest.raises(ForeignRoleError, match=r"bi_reader.*comment on role"):
        prepare(second)
    with connect("bi_reader", settings=warehouse) as connection:  # as before
        connection.execute("select * from monitoring.releases")
    with pytest.raises(WarehouseUnavailableError):
        connect("bi_reader", settings=second)


def test_readers_of_an_older_warehouse_are_members_of_nothing_any_more(
    warehouse: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect("owner", settings=warehouse) as connection:
        connection.execute("create role old_reader login in role bi_reader")
        connection.execute(
            "insert into quality.readers (reader, bloc_code, granted_by)"
            " values ('old_reader', 'LAN', 'test')"
        )
    monkeypatch.setattr(definitions, "fingerprint", lambda: "another one")
    try:
        prepare(warehouse)
        with connect("owner", settings=warehouse) as connection:
            found = connection.execute(
                "select pg_has_role(oid, 'bi_reader', 'member'), rolconnlimit,"
                " has_database_privilege(oid, current_database(), 'connect')"
                " from pg_roles where rolname = 'old_reader'"
            )
            assert found.fetchone() == (False, READER_CONNECTIONS, True)
    finally:
        remove_reader(warehouse, "old_reader")


def _mark_transform(server: embedded.Server, mark: str) -> None:
    with psycopg.connect(server.url()) as connection:
        connection.execute(
            sql.SQL("comment on role transform is {}").format(sql.Literal(mark))
        )


def _written(server: embedded.Server, settings: Settings) -> list[tuple[str, ...]]:
    with psycopg.connect(server.url(database_of(settings))) as connection:
        return connection.execute(WRITTEN).fetchall()


def _rows(
    server: embedded.Server, settings: Settings
) -> dict[str, list[dict[str, object]]]:
    """All rows of the tables that have any, by the tables' names."""
    with psycopg.connect(
        server.url(database_of(settings)), row_factory=dict_row
    ) as each:
        tables = each.execute(
            "select schemaname || '.' || tablename as name from pg_tables"
            " where schemaname in ('raw', 'quality', 'marts', 'reference')"
        ).fetchall()
        found = {
            table["name"]: each.execute(
                f"select * from {table['name']} as t order by t::text"
            ).fetchall()
            for table in tables
        }
    return {name: rows for name, rows in found.items() if rows}


def _shape_of(server: embedded.Server, settings: Settings) -> list[str]:
    dumped = subprocess.run(
        [
            find_place(server.cluster.parent).program("pg_dump"),
            *("--schema-only", "--restrict-key=same"),
            *("-n", "raw", "-n", "quality", "-n", "monitoring", "-n", "reference"),
            server.url(database_of(settings)),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    lines = dumped.stdout.splitlines()
    grants = sorted(line for line in lines if line.startswith("GRANT"))
    return [line for line in lines if not line.startswith("GRANT")] + grants
