"""A small made world in raw and reference, built by dbt on the embedded server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import pytest
from tests.conftest import _create_database, _execute, _settings_for
from tests.dbt.world import World, small_world

from bloc_warehouse.settings import Settings
from bloc_warehouse.warehouse import embedded
from bloc_warehouse.warehouse.connection import connect
from bloc_warehouse.warehouse.prepare import grant_database
from bloc_warehouse.warehouse.transform import build_marts, seed, stage

DATABASE = "dw_dbt"


@pytest.fixture(scope="session")
def world(
    server: embedded.Server,
    warehouse_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """The small world, built once a session; a test that changes it puts it back."""
    folder = Path(tmp_path_factory.mktemp("dbt"))
    _create_database(server, DATABASE, warehouse_template)
    settings = _settings_for(
        Settings.from_environment({"BLOC_DATA_DIR": str(folder)}), server, DATABASE
    )
    with connect("owner", settings=settings) as connection:
        grant_database(connection)
    made = small_world(settings)
    build(made)
    yield made
    _execute(server, "drop database {} with (force)", DATABASE)


def build(world: World) -> None:
    """Load the lists where they changed, then build everything."""
    seed(world.settings)
    stage(world.settings)
    build_marts(world.settings)


def query(world: World, statement: LiteralString) -> list[tuple[Any, ...]]:
    """Return the rows of a query over the last build."""
    with connect("transform", settings=world.settings) as connection:
        connection.execute("set search_path to marts_candidate")
        return connection.execute(statement).fetchall()
