"""Where nothing changed nothing is built, and what a build would take up is."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from tests.dbt_project.world import World, membership

from bloc_warehouse import pipeline
from bloc_warehouse.build import transform
from bloc_warehouse.checks import gate
from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import Settings


class BuildBegunError(Exception):
    """A build began."""


@pytest.fixture(scope="module")
def settled(copies: Callable[[], World]) -> World:
    """The small world, cross-checked, built and published."""
    world = copies()
    gate.cross_check(world.settings)
    assert world.publish().published
    return world


@pytest.fixture(autouse=True)
def _say_when_a_build_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    def stage(*_: object, **__: object) -> None:
        raise BuildBegunError

    monkeypatch.setattr(transform, "stage", stage)


def test_nothing_is_built_where_nothing_changed(settled: World) -> None:
    built = pipeline.build(settled.settings)
    assert built == pipeline.BuildResult(held=0, newly_held=0, released=0, is_new=False)


def test_who_orders_a_whole_build_gets_it(settled: World) -> None:
    with pytest.raises(BuildBegunError):
        pipeline.build(settled.settings, full=True)


def test_other_settings_that_models_read_have_all_built(settled: World) -> None:
    with pytest.raises(BuildBegunError):
        pipeline.build(settled.settings.with_changes(suppression_threshold=9))


@pytest.mark.parametrize(
    ("change", "undo"),
    [
        (
            "insert into quality.stray_writes (table_schema, table_name, written_by)"
            " values ('marts_candidate', 'fct_training', 't')",
            "delete from quality.stray_writes",
        ),
        (
            "insert into raw.changes (unit_code, period_year, cause)"
            " values ('LAN-001', 2024, 't')",
            "delete from raw.changes where cause = 't'",
        ),
        (
            "update quality.runs set rules_sha256 = rules_sha256 || 't'",
            "update quality.runs set rules_sha256 = rtrim(rules_sha256, 't')",
        ),
        (
            "update quality.runs set finished_at = null",
            "update quality.runs set finished_at = now()",
        ),
        (
            "update quality.releases set state = 'discarded' where state = 'live'",
            "update quality.releases set state = 'live' where state = 'discarded'",
        ),
        (
            "update quality.build_positions set schema_oid = 0"
            " where table_schema = 'intermediate'",
            "update quality.build_positions set schema_oid ="
            " 'intermediate'::regnamespace where table_schema = 'intermediate'",
        ),
        (
            "insert into quality.releases (state) values ('building')",
            "delete from quality.releases where state = 'building'",
        ),
    ],
)
def test_whatever_does_not_stand_is_built(
    settled: World, change: str, undo: str
) -> None:
    _execute(settled.settings, change)
    try:
        with pytest.raises(BuildBegunError):
            pipeline.build(settled.settings)
    finally:
        _execute(settled.settings, undo)
    assert pipeline.build(settled.settings).held == 0


def test_a_correction_is_built(copies: Callable[[], World]) -> None:
    world = copies()
    gate.cross_check(world.settings)
    assert world.publish().published
    world.send("LAN-001", "membership", "2024-H1", membership=membership(9, 9))
    with pytest.raises(BuildBegunError):
        pipeline.build(world.settings)


def test_neither_dbt_nor_great_expectations_is_imported(settled: World) -> None:
    """They take seconds, of a run that has nothing to do."""
    code = (
        "import sys\n"
        "from bloc_warehouse.pipeline import build\n"
        "from bloc_warehouse.settings import get_settings\n"
        "build(get_settings())\n"
        "print('\\n'.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=_environment(settled.settings),
    )
    heavy = {"dbt", "great_expectations", "pandas", "alembic", "sqlalchemy", "jinja2"}
    assert heavy & set(done.stdout.split()) == set()


def _execute(settings: Settings, statement: str) -> None:
    with connect("owner", settings=settings) as connection:
        connection.execute(statement.encode())


def _environment(settings: Settings) -> dict[str, str]:
    secrets = ("warehouse_url", "ingest_password", "transform_password",
               "bi_reader_password")  # fmt: skip
    return {
        "PATH": os.defpath,
        "BLOC_DATA_DIR": str(settings.data_dir),
        "BLOC_REFERENCE_DIR": str(settings.reference_dir),
        **{
            f"BLOC_{name.upper()}": getattr(settings, name).get_secret_value()
            for name in secrets
        },
    }
