"""A warehouse of each earlier version is upgraded with its rows, to what a new one is.

Each is made by the versions themselves: up to its number, then rows, then the rest.
"""

from collections.abc import Iterator
from difflib import unified_diff

import psycopg
import pytest
from alembic import command
from sqlalchemy import NullPool, create_engine
from tests.conftest import (
    _create_database,
    _execute,
    _settings_for,
    copied_for_many,
    database_of,
)
from tests.database.test_migrations import _rows, _shape_of

from bloc_warehouse.database import embedded, migrations, schema_version
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.prepare import prepare, prepare_empty
from bloc_warehouse.database.schema_version import newest_revision
from bloc_warehouse.settings import Settings

EARLIER = [f"{number:04}" for number in range(1, int(newest_revision()))]
# what every version had; a column that has gone since is none of these
ROWS = """
insert into raw.files (sender, path, file_name, sha256, byte_size, received_at,
    received_at_source, archive_path, state)
values ('LAN-001', 'LAN-001/a.xlsx', 'a.xlsx', repeat('a', 64), 1, '2024-07-05',
    'folder', 'aa/' || repeat('a', 64) || '.xlsx', 'accepted');
insert into raw.submissions (file_id, form, form_version, sheet, unit_code, period_code,
    period_type, period_year, basis, stated_submission_no, submission_no, state,
    received_at)
values (1, 'membership', 1, 'BDV', 'LAN-001', '2024-H1', 'H1', 2024, 'cumulative', 1, 1,
    'accepted', '2024-07-05');
insert into quality.releases (state) values ('live');
insert into quality.failures (pipeline, step, run, error)
values ('build_warehouse', 'build_marts', 'manual', 'broken');
insert into quality.readers (reader, bloc_code, granted_by)
values ('old_dashboard', 'LAN', 'test');
"""
KEPT = {
    "raw.files": {"sender", "path", "sha256", "archive_path", "state", "received_at"},
    "raw.submissions": {"unit_code", "form", "period_code", "state", "submission_no"},
    "quality.releases": {"release_id", "state"},
    "quality.failures": {"pipeline", "step", "run", "error", "failed_at"},
    "quality.readers": {"reader", "bloc_code", "granted_by"},
}


@pytest.fixture
def empty(server: embedded.Server, settings: Settings) -> Iterator[Settings]:
    """Settings of a database in which nothing was prepared yet."""
    _create_database(server, "dw_upgraded", "template1")
    yield _settings_for(settings, server, "dw_upgraded")
    _execute(server, "drop database {} with (force)", "dw_upgraded")


@pytest.fixture(scope="module")
def newest(
    server: embedded.Server,
    warehouse_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[str]]:
    """What a new warehouse is, copied and granted as every test's is."""
    with copied_for_many(server, warehouse_template, tmp_path_factory) as own:
        yield _shape_of(server, own)


def make_version(settings: Settings, revision: str) -> None:
    """Make a warehouse of an earlier version, as ``prepare`` makes the newest one."""
    prepare_empty(settings)
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect("owner", settings=settings),
        poolclass=NullPool,
    )
    config = migrations.configuration()
    with engine.begin() as transaction:
        connection = transaction.connection.driver_connection
        assert isinstance(connection, psycopg.Connection)
        connection.execute("set local role ingest")
        schema_version.create_table(connection)
        config.attributes["connection"] = transaction
        command.upgrade(config, revision)
        connection.execute(ROWS.encode())
        connection.execute("reset role")


def kept(server: embedded.Server, settings: Settings) -> dict[str, list[object]]:
    found = _rows(server, settings)
    return {
        table: [[row[column] for column in sorted(columns)] for row in found[table]]
        for table, columns in KEPT.items()
    }


@pytest.mark.parametrize("revision", EARLIER)
def test_each_earlier_version_is_upgraded_with_its_rows(
    server: embedded.Server, newest: list[str], empty: Settings, revision: str
) -> None:
    make_version(empty, revision)
    before = kept(server, empty)
    assert all(before.values())
    prepare(empty)
    assert kept(server, empty) == before
    upgraded = _shape_of(server, empty)
    difference = "\n".join(unified_diff(newest, upgraded, lineterm="", n=1))
    assert not difference, difference
    with psycopg.connect(server.url(database_of(empty))) as connection:
        found = connection.execute("select version_num from quality.schema_version")
        assert found.fetchall() == [(newest_revision(),)]


def test_there_is_no_way_down_but_a_backup() -> None:
    """See docs/upgrading.md: older code refuses, and a restore is the way back."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(migrations.configuration())
    for script in scripts.walk_revisions():
        assert not hasattr(script.module, "downgrade"), script.revision
