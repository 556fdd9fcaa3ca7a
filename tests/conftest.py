"""Fixtures that every folder of tests uses.

* ``settings``: settings whose folders lie in ``tmp_path``; no database.
* ``server``: one throw-away PostgreSQL a session, without any care for durability.
* ``warehouse``: ``settings`` with a prepared, empty database of the test's own. Pass it
  on as ``settings=``: ``connect("ingest", settings=warehouse)``.
* ``intake``: such a warehouse that knows the units of ``builders``.

A test that asks for a server carries the marker ``db``.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from tests import builders
from tests.session.garbage import set_aside
from tests.session.scratch import CARELESS, scratch_folder

from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import OWNER, connect
from bloc_warehouse.database.embedded.process import HOST
from bloc_warehouse.database.owner import create_login
from bloc_warehouse.database.prepare import grant_database, prepare
from bloc_warehouse.settings import Settings, get_settings

FAST = (*CARELESS, "shared_buffers=64MB")
PASSWORD = "only-for-this-test-session"
TEMPLATE = "dw_template"

_numbers = count(1)


def pytest_collection_finish() -> None:
    """Begin with what all test modules import set aside."""
    set_aside()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a server."""
    for item in items:
        if "server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.db)


@pytest.fixture(autouse=True)
def _settings_as_the_environment_says() -> None:
    """No test meets the settings that another one's environment gave."""
    get_settings.cache_clear()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a project whose data lies in this test's own folder."""
    environ = {"BLOC_DATA_DIR": str(tmp_path), "BLOC_SETTLE_SECONDS": "0"}
    return Settings.from_environment(environ)


@pytest.fixture(scope="session")
def server() -> Iterator[embedded.Server]:
    """A PostgreSQL server for this session."""
    folder = scratch_folder("bloc-tests-")
    try:
        running = embedded.start(folder, options=FAST)
        with psycopg.connect(running.url(), autocommit=True) as connection:
            create_login(connection, OWNER, PASSWORD, "createrole")
        yield running
    finally:
        embedded.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def warehouse_template(
    server: embedded.Server, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The name of a prepared database that the tests' own are copied from."""
    _create_database(server, TEMPLATE, "template1")
    data_dir = str(tmp_path_factory.mktemp("template"))
    prepare(
        _settings_for(
            Settings.from_environment({"BLOC_DATA_DIR": data_dir}), server, TEMPLATE
        )
    )
    return TEMPLATE


@contextmanager
def copied(
    server: embedded.Server, database: str, settings: Settings
) -> Iterator[Settings]:
    """Yield these settings with a copy of a warehouse, which is dropped afterwards."""
    name = f"dw_test_{next(_numbers)}"
    _create_database(server, name, database)
    own = _settings_for(settings, server, name)
    with connect("owner", settings=own) as connection:
        grant_database(connection)
    yield own
    _execute(server, "drop database {} with (force)", name)


@contextmanager
def copied_for_many(
    server: embedded.Server, database: str, folders: pytest.TempPathFactory
) -> Iterator[Settings]:
    """Yield the same for more tests than one, with a data folder of its own."""
    folder = str(folders.mktemp(database))
    settings = Settings.from_environment({"BLOC_DATA_DIR": folder})
    with copied(server, database, settings) as own:
        yield own


@pytest.fixture
def warehouse(
    server: embedded.Server, warehouse_template: str, settings: Settings
) -> Iterator[Settings]:
    """Settings with a prepared, empty warehouse of this test's own."""
    with copied(server, warehouse_template, settings) as own:
        yield own


@pytest.fixture
def intake(warehouse: Settings) -> Settings:
    """A warehouse that knows the units of ``builders``."""
    with connect("ingest", settings=warehouse) as connection:
        connection.cursor().executemany(
            "insert into reference.ref_unit_spans (unit_code, bloc_code, unit_kind,"
            " unit_name, valid_from, valid_to) values (%s, %s, %s, %s, %s, %s)",
            [
                (
                    unit.unit_code,
                    unit.bloc_code,
                    unit.unit_kind,
                    unit.unit_name,
                    unit.valid_from,
                    unit.valid_to,
                )
                for unit in builders.UNITS
            ],
        )
    return warehouse.with_changes(workers=1)


def _settings_for(
    settings: Settings, server: embedded.Server, database: str
) -> Settings:
    address = f"{OWNER}:{PASSWORD}@{HOST}:{server.port}/{database}"
    return settings.with_changes(
        warehouse_url=f"postgresql://{address}",
        ingest_password=PASSWORD,
        transform_password=PASSWORD,
        bi_reader_password=PASSWORD,
    )


def database_of(settings: Settings) -> str:
    """Return the name of the database that a test's settings name."""
    return settings.warehouse_url.get_secret_value().rpartition("/")[2]


def _create_database(server: embedded.Server, name: str, template: str) -> None:
    _execute(server, "create database {} template {} owner {}", name, template, OWNER)


def _execute(server: embedded.Server, statement: str, *names: str) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
