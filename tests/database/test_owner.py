"""The owner is made by a superuser who is known to one program, and is none itself."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.session.scratch import scratch_folder

from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import (
    WarehouseUnavailableError,
    connect,
    open_connection,
)
from bloc_warehouse.database.prepare import prepare
from bloc_warehouse.database.readers import add_reader, list_readers, remove_reader
from bloc_warehouse.database.schema_version import WrongShapeError
from bloc_warehouse.doctor import examine
from bloc_warehouse.settings import Settings

pytestmark = pytest.mark.db

Made = tuple[embedded.Server, Settings]


def _made(folder: Path, data_dir: Path) -> Made:
    running = embedded.start(folder)
    given = {
        "BLOC_WAREHOUSE_URL": f"postgresql://dw_owner@127.0.0.1:{running.port}/dw",
        "BLOC_INGEST_PASSWORD": "i",
        "BLOC_TRANSFORM_PASSWORD": "t",
        "BLOC_BI_READER_PASSWORD": "b",
        "BLOC_DATA_DIR": str(data_dir),
    }
    return running, Settings.from_environment(given)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Made]:
    """A server with nothing but its superuser."""
    folder = scratch_folder("bloc-owner-")
    yield _made(folder, tmp_path)
    embedded.stop(folder)
    shutil.rmtree(folder)


@pytest.fixture
def earlier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    """A server as Compose once made it: the owner is its only superuser."""
    folder = scratch_folder("bloc-owner-")
    with monkeypatch.context() as patched:
        patched.setattr(embedded, "SUPERUSER", "dw_owner")
        running, settings = _made(folder, tmp_path)
        with open_connection(running.url(), autocommit=True) as connection:
            connection.execute("create database dw")
    yield running, settings
    embedded.stop(folder)
    shutil.rmtree(folder)


def _attributes(settings: Settings) -> tuple[object, ...] | None:
    with connect("owner", settings=settings) as connection:
        return connection.execute(
            "select rolname, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls,"
            " (select datdba::regrole::text from pg_database"
            " where datname = current_database())"
            " from pg_roles where rolname = current_user"
        ).fetchone()


OWNER = ("dw_owner", False, True, False, False, "dw_owner")


def test_the_superuser_makes_an_owner_who_is_none(empty: Made) -> None:
    server, settings = empty
    informed = settings.with_changes(
        admin_password=server.password, owner_password="own"
    )
    with pytest.raises((WarehouseUnavailableError, WrongShapeError)):
        prepare(settings)
    prepare(informed)
    assert _attributes(informed) == OWNER
    # what only a superuser can take away is taken
    with (
        connect("bi_reader", settings=settings) as reader,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        reader.execute("select lo_create(0)")


def test_who_does_not_know_the_owner_looks_whether_all_is_ready(empty: Made) -> None:
    server, settings = empty
    informed = settings.with_changes(
        admin_password=server.password, owner_password="own"
    )
    prepare(informed)
    prepare(settings)
    logins = {check.name: check.state for check in examine(settings).checks}
    assert logins["login owner"] == "skipped"
    assert logins["login ingest"] == logins["shape"] == "ok"
    with open_connection(server.url("dw"), autocommit=True) as superuser:
        superuser.execute("update quality.schema_version set fingerprint = 'another'")
    with pytest.raises(WarehouseUnavailableError, match="nobody knows its owner's"):
        prepare(settings)
    prepare(informed)
    prepare(settings)


def test_an_owner_who_was_the_superuser_is_parted_from_it(earlier: Made) -> None:
    server, settings = earlier
    before = settings.with_changes(owner_password=server.password)
    prepare(before)
    password = add_reader(before, "reads_all", is_public=True, by="test")
    with connect("ingest", settings=before) as connection:
        connection.execute("insert into raw.changes (unit_code, period_year, cause)"
                           " values ('LAN-001', 2024, 'test')")  # fmt: skip
    assert (_attributes(before) or ())[1] is True

    after = before.with_changes(admin_password="another")
    prepare(after)
    assert _attributes(after) == OWNER
    prepare(after)
    prepare(settings)
    address = f"postgresql://{{}}:{{}}@127.0.0.1:{server.port}/dw"
    with open_connection(address.format("postgres", "another")) as superuser:
        rows = superuser.execute(
            "select rolname from pg_roles where rolsuper order by 1"
        ).fetchall()
        assert rows == [("postgres",)]
    with connect("ingest", settings=settings) as connection:
        found = connection.execute("select unit_code from raw.changes").fetchall()
        assert ("LAN-001",) in found
    # the owner still rules its readers
    open_connection(address.format("reads_all", password)).close()
    remove_reader(after, "reads_all")
    add_reader(after, "reads_too", is_public=True, by="test")
    assert [reader.name for reader in list_readers(after)] == ["reads_too"]
