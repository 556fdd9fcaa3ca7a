"""An executed build makes what ``dbt build`` makes, and fails as it does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import _create_database, _execute, _settings_for, database_of
from tests.dbt_project.changes.snapshot import snapshot
from tests.dbt_project.world import World, membership
from tests.reference_lists import write_lists

from bloc_warehouse.build import scope, transform
from bloc_warehouse.build.compiled.project import (
    CompiledProject,
    UnknownConfigurationError,
    _require_known,
    compiled_project,
)
from bloc_warehouse.build.dbt_project import models_fingerprint
from bloc_warehouse.build.dbt_runner import DbtRun, TransformError, run_dbt
from bloc_warehouse.build.selection import Half, selected
from bloc_warehouse.build.transform import build_marts, seed, stage
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.prepare import grant_database
from bloc_warehouse.intake.revise.withdraw import withdraw
from bloc_warehouse.reference.apply import apply
from bloc_warehouse.reference.store import read_applied
from bloc_warehouse.settings import DatabaseSettings

_numbers = count(1)


@pytest.fixture
def copy_of(server: embedded.Server) -> Iterator[Callable[[World], World]]:
    """Make a copy of a world that dbt builds instead."""
    made: list[str] = []

    def copy(world: World) -> World:
        of = database_of(world.settings)
        made.append(f"dw_by_dbt_{next(_numbers)}")
        _create_database(server, made[-1], of)
        own = _settings_for(world.settings, server, made[-1])
        with connect("owner", settings=own) as connection:
            grant_database(connection)
        return World(own, sent=2000)

    yield copy
    for name in made:
        _execute(server, "drop database {} with (force)", name)


@contextmanager
def by_dbt() -> Iterator[None]:
    """Have dbt build what changed, as it would by hand."""

    def build(
        settings: DatabaseSettings,
        release_id: int,
        half: Half,
        *,
        is_full: bool,
        with_lists: bool,
    ) -> Path:
        assert not is_full
        chosen = selected(half, is_full=False, with_lists=with_lists)
        return run_dbt(settings, "build", *chosen).target

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transform, "_build", build)
        yield


def correct_and_hold(world: World) -> None:
    """A cell is corrected, a return taken back, one held, a period closed."""
    world.send("LAN-001", "membership", "2024-H1", membership=membership(4700, 4801))
    world.hold("LAN-002", "membership", "2024-H1")
    with connect("ingest", settings=world.settings) as connection:
        (last,) = connection.execute(
            "select max(submission_id) from raw.submissions"
            " where form = 'admissions' and state = 'accepted'"
        ).fetchone() or (0,)
    withdraw(world.settings, f"S-{last}", "t", "t")
    world.close_or_reopen("DLK", "2019-Y")


def let_go(world: World) -> None:
    """What was held is set free, the closed period opened again."""
    correct_and_hold(world)
    stage(world.settings)
    build_marts(world.settings)
    world.release_all()
    world.close_or_reopen("DLK", "2019-Y")


def apply_lists(world: World, folder: Path) -> None:
    """A unit comes, and sends; another is renamed and owes more."""
    with connect("ingest", settings=world.settings) as connection:
        lists = {name: list(lines) for name, lines in read_applied(connection).items()}
    new = dict(lists["ref_units"][0]) | {
        "unit_code": "LAN-003", "bloc_code": "LAN", "unit_kind": "cbcs",
        "unit_name": "Founded later", "valid_from": "2023-05-01",
    }  # fmt: skip
    lists["ref_units"].append(new)
    lists["ref_unit_events"].append(
        dict(lists["ref_unit_events"][0])
        | {
            "event_id": "4", "event_type": "rename", "status": "effective",
            "effective_date": "2024-02-01", "unit_code": "LAN-001",
            "unit_name": "Another", "successor_code": None, "bloc_code": None,
        }
    )  # fmt: skip
    write_lists(folder, **lists)
    world.settings = world.settings.with_changes(reference_dir=folder)
    assert apply(world.settings, by="t").application_id is not None
    world.send("LAN-003", "membership", "2024-H1", membership=membership(7, 9))


@pytest.mark.parametrize(
    "change",
    [
        # letting go begins with it
        pytest.param("correct_and_hold", marks=pytest.mark.slow),
        "let_go",
        "apply_lists",
    ],
)
def test_what_is_executed_is_what_dbt_builds(
    change: str,
    copies: Callable[[], World],
    copy_of: Callable[[World], World],
    tmp_path: Path,
) -> None:
    world = copies()
    before = snapshot(world)
    match change:
        case "correct_and_hold":
            correct_and_hold(world)
        case "let_go":
            let_go(world)
        case _:
            apply_lists(world, tmp_path / "lists")
    other = copy_of(world)
    with by_dbt():
        stage(other.settings)
        build_marts(other.settings)
    stage(world.settings)
    build_marts(world.settings)
    made, wanted = snapshot(world), snapshot(other)
    assert [name for name in wanted if made.get(name) != wanted[name]] == []
    assert made.keys() == wanted.keys()
    changed = [name for name in made if before[name] != made[name]]
    assert "rpt_bloc_totals" in changed


def test_it_is_kept_how_long_each_model_took(
    copies: Callable[[], World], project: CompiledProject
) -> None:
    world = copies()
    correct_and_hold(world)
    stage(world.settings)
    build_marts(world.settings)
    with connect("transform", settings=world.settings) as connection:
        kept = connection.execute(
            "select model, is_full, release_id, seconds from quality.model_seconds"
        ).fetchall()
        (last,) = connection.execute(
            "select max(release_id) from quality.releases"
        ).fetchone() or (0,)
    by_dbt = {model for model, is_full, _, _ in kept if is_full}
    executed = {
        model for model, is_full, build, _ in kept if not is_full and build == last
    }
    assert {"int_submissions_current", "fct_membership", "dim_units"} <= by_dbt
    assert by_dbt <= project.models.keys()
    assert {"int_submissions_current", "fct_membership"} <= executed
    assert "dim_units" not in executed
    assert all(seconds > 0 for *_, seconds in kept)


def test_a_full_build_that_is_executed_is_what_dbt_builds(
    copies: Callable[[], World], project: CompiledProject
) -> None:
    """All rows of a world that dbt built are lost, and there again; so is all else."""
    world = copies()
    built = snapshot(world)
    with connect("transform", settings=world.settings) as connection:
        connection.execute("set constraints all deferred")
        for model in project.models.values():
            if not (model.is_view or model.is_appended):
                connection.execute(f"delete from {model.schema}.{model.name}".encode())
    assert snapshot(world).keys() == built.keys()
    assert snapshot(world)["rpt_bloc_totals"] == []
    with without_dbt():
        stage(world.settings, full=True)
        build_marts(world.settings)
    made = snapshot(world)
    assert [name for name in built if made.get(name) != built[name]] == []
    assert made.keys() == built.keys()


def test_a_full_build_where_the_schemas_rotated_is_what_dbt_built(
    copies: Callable[[], World],
) -> None:
    """The second and third schema hold nothing before; dbt need not make it again."""
    world = copies()
    built = snapshot(world)
    for _ in range(2):
        assert world.publish().published
        with without_dbt():
            stage(world.settings, full=True)
            build_marts(world.settings)
        assert _was_full(world)
        made = snapshot(world)
        assert [name for name in built if made.get(name) != built[name]] == []
        assert made.keys() == built.keys()


@contextmanager
def without_dbt() -> Iterator[None]:
    """Have dbt not started."""

    def no_dbt(*_: object) -> None:
        pytest.fail("dbt was started")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transform, "run_dbt", no_dbt)
        yield


def test_after_a_full_build_that_was_killed_the_next_is_full(
    copies: Callable[[], World],
) -> None:
    world = copies()
    with without_dbt():
        stage(world.settings, full=True)
        world.send("LAN-001", "membership", "2024-H1", membership=membership(4700, 1))
        stage(world.settings)
        build_marts(world.settings)
    assert _was_full(world)
    world.send("LAN-001", "membership", "2024-H1", membership=membership(4700, 2))
    stage(world.settings)
    build_marts(world.settings)
    assert not _was_full(world)


def _was_full(world: World) -> bool:
    with connect("transform", settings=world.settings) as connection:
        last = connection.execute(
            "select is_full from quality.releases order by release_id desc limit 1"
        )
        return last.fetchone() == (True,)


@pytest.mark.parametrize(
    "cause",
    [
        "insert into quality.stray_writes (table_schema, table_name, written_by)"
        " values ('marts_candidate', 'fct_training', 't')",
        "update quality.releases set models_sha256 = 'others'",
        "update quality.build_positions set schema_oid = 0",
        "delete from quality.build_positions where table_schema = 'marts_candidate'",
    ],
)
def test_dbt_makes_relations_that_are_not_known_to_be_of_these_models(
    cause: str, copies: Callable[[], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = copies()
    with connect("owner", settings=world.settings) as connection:
        connection.execute(cause.encode())
    started: list[str] = []

    def run(_: object, command: str, *arguments: str) -> DbtRun:
        started.append(f"{command} {arguments[-1]}")
        return DbtRun(command, 0, (), Path(), {})

    monkeypatch.setattr(transform, "run_dbt", run)
    stage(world.settings)
    build_marts(world.settings)
    assert started == ["build --full-refresh"] * 2


def test_lists_of_another_shape_take_views_along(
    copies: Callable[[], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dbt drops the old ones with all that reads them, so it makes these too."""
    world = copies()
    with connect("transform", settings=world.settings) as connection:
        connection.execute("update reference.seeds_loaded set shape_sha256 = 'other'")
        models = models_fingerprint(world.settings)
        assert scope.relations_stand(connection, models)
    monkeypatch.setattr(transform, "run_dbt", lambda *_: None)
    assert seed(world.settings)
    with connect("transform", settings=world.settings) as connection:
        assert not scope.relations_stand(connection, models)


def test_data_tests_fail_as_dbts_do(
    copies: Callable[[], World], copy_of: Callable[[World], World]
) -> None:
    """The same ones are named, and nothing is written."""
    world = copies()
    _break(world)
    world.send("LAN-002", "membership", "2024-H1", membership=membership(51, 52))
    before = snapshot(world)
    stage(world.settings)
    staged = snapshot(world)
    other = copy_of(world)
    with by_dbt(), pytest.raises(TransformError) as wanted:
        build_marts(other.settings)
    with pytest.raises(TransformError) as found:
        build_marts(world.settings)
    names = {node.partition(":")[0] for node in found.value.nodes}
    assert len(names) > 1
    assert names == {node.partition(":")[0] for node in wanted.value.nodes}
    assert all("configured to fail if != 0" in node for node in found.value.nodes)
    assert snapshot(world) == staged
    assert staged.keys() == before.keys()


def _break(world: World) -> None:
    """Empty a dimension that facts lead to."""
    with connect("transform", settings=world.settings) as connection:
        connection.execute(
            "select quality.drop_foreign_keys('marts_candidate');"
            "delete from marts_candidate.dim_periods"
        )


def test_a_build_that_is_killed_leaves_nothing_of_its_half(
    copies: Callable[[], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    from bloc_warehouse.build.compiled import executor

    world = copies()
    world.send("LAN-001", "membership", "2024-H1", membership=membership(4700, 4802))
    stage(world.settings)
    staged = snapshot(world)
    fill = executor.fill

    def fill_until_killed(*arguments: Any) -> int:  # noqa: ANN401
        if arguments[1].name == "rpt_bloc_totals":
            raise KeyboardInterrupt
        return fill(*arguments)

    monkeypatch.setattr(executor, "fill", fill_until_killed)
    with pytest.raises(KeyboardInterrupt):
        build_marts(world.settings)
    monkeypatch.undo()
    assert snapshot(world) == staged
    build_marts(world.settings)
    assert snapshot(world) != staged


def test_who_holds_a_table_is_named(
    copies: Callable[[], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = copies()
    world.send("LAN-001", "membership", "2024-H1", membership=membership(4700, 4803))
    monkeypatch.setenv("PGOPTIONS", "-c lock_timeout=200ms")
    with connect("ingest", settings=world.settings) as reader:
        reader.execute("select * from raw.files")
        stage(world.settings)
    with connect("transform", settings=world.settings) as holder:
        holder.execute("lock table intermediate.int_bloc_totals")
        with pytest.raises(
            TransformError, match=r"int_bloc_totals: .*lock timeout"
        ) as e:
            build_marts(world.settings)
        assert f"pid {holder.info.backend_pid}" in str(e.value)


@pytest.fixture(scope="module")
def project(world: World) -> CompiledProject:
    """The project, compiled once a session."""
    return compiled_project(world.settings)


def test_what_dbt_compiled_is_read_without_dbt(
    project: CompiledProject, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_dbt(*_: object) -> None:
        pytest.fail("dbt was started")

    monkeypatch.setattr("bloc_warehouse.build.compiled.project.run_dbt", no_dbt)
    again = compiled_project(world.settings)
    assert again == project
    assert project.folder.joinpath("manifest.json").is_file()


def test_each_model_comes_after_those_that_it_reads(project: CompiledProject) -> None:
    seen: set[str] = set()
    for model in project.models.values():
        assert seen.issuperset(model.parents), model.name
        seen.add(model.name)
    assert len(seen) > 100


def test_halves_share_no_model_and_leave_none_that_changes(
    project: CompiledProject,
) -> None:
    halves = {
        half: {model.name for model in project.models_of(half, with_lists=True)}
        for half in ("stage", "marts")
    }
    assert not halves["stage"] & halves["marts"]
    assert halves["stage"] | halves["marts"] == {
        model.name
        for model in project.models.values()
        if model.materialized == "incremental"
    }
    assert len(project.tests_of("marts", with_lists=True)) > 50
    assert project.models_of("marts", with_lists=False)


def test_what_an_executed_build_would_not_do_is_refused() -> None:
    node: dict[str, Any] = {
        "name": "fct_x",
        "config": {
            "pre-hook": [{"sql": "{{ announce_write() }}"}],
            "post-hook": [{"sql": "{{ tell_somebody() }}"}],
            "incremental_strategy": "scope",
        },
    }
    with pytest.raises(UnknownConfigurationError, match=r"fct_x: tell_somebody\(\)"):
        _require_known(node)
    node["config"]["post-hook"] = []
    _require_known(node)
