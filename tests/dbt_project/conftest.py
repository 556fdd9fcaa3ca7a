"""A small generated world in raw and reference, built by dbt on the embedded server."""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, LiteralString

import pytest
from tests.conftest import _create_database, _execute, _settings_for
from tests.dbt_project.compiled_build import WholeBuild
from tests.dbt_project.world import World, small_world
from tests.session.compiled import take_over
from tests.session.garbage import set_aside

from bloc_warehouse.build.dbt_runner import run_dbt
from bloc_warehouse.build.transform import build_marts, seed, stage
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.prepare import grant_database
from bloc_warehouse.settings import Settings

DATABASE = "dw_dbt"
# the two tables of totals over the units' lineage as one
LINEAGE_TOTALS: LiteralString = (
    "(select 'historical' as lineage_view, * from rpt_historical_totals"
    " union all select 'current', * from rpt_current_totals) as lineage_totals"
)

_numbers = count(1)


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What dbt made of the project; parsing needs no database."""
    settings = Settings.from_environment(
        {
            "BLOC_DATA_DIR": str(tmp_path_factory.mktemp("parse")),
            "BLOC_WAREHOUSE_URL": "postgresql://nobody:none@127.0.0.1:1/dw",
            "BLOC_INGEST_PASSWORD": "none",
            "BLOC_TRANSFORM_PASSWORD": "none",
            "BLOC_BI_READER_PASSWORD": "none",
        }
    )
    run = run_dbt(settings, "parse", "--warn-error")
    manifest: Mapping[str, Any] = json.loads(
        (run.target / "manifest.json").read_text(encoding="utf-8")
    )
    assert manifest["nodes"]
    return manifest


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
    set_aside()
    take_over(folder)
    yield made
    _execute(server, "drop database {} with (force)", DATABASE)


@pytest.fixture(scope="session")
def copies(world: World, server: embedded.Server) -> Callable[[], World]:
    """Make a copy of the small world, built once by dbt."""

    def copy() -> World:
        name = f"dw_history_{next(_numbers)}"
        _create_database(server, name, DATABASE)
        own = _settings_for(world.settings, server, name)
        with connect("owner", settings=own) as connection:
            grant_database(connection)
        return World(own, sent=1000)

    return copy


@pytest.fixture(scope="session")
def whole_build(world: World) -> WholeBuild:
    """The project's models, compiled."""
    return WholeBuild.of(world.settings)


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
