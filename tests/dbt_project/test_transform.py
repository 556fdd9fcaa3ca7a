"""How dbt is run: on a folder of links, one run at a time, with clear failures."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from tests.dbt_project.conftest import query
from tests.dbt_project.world import World

from bloc_warehouse.build.dbt_project import models_fingerprint
from bloc_warehouse.build.dbt_runner import TransformError, run_dbt
from bloc_warehouse.build.transform import build_marts, seed, stage
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.locks import Lock
from bloc_warehouse.reference.tables import COLUMNS
from bloc_warehouse.settings import Settings


def test_our_formulas_hold(world: World) -> None:
    run = run_dbt(world.settings, "test", "--select", "test_type:unit")
    assert run.nodes > 25


def test_an_empty_warehouse_builds(copies: Callable[[], World]) -> None:
    empty = copies()
    with connect("owner", settings=empty.settings) as connection:
        connection.execute("truncate raw.files cascade")
        for name in COLUMNS:
            table = sql.Identifier("reference", name)
            connection.execute(sql.SQL("truncate {}").format(table))
    stage(empty.settings, full=True)
    build_marts(empty.settings)
    assert query(empty, "select count(*) from dim_units") == [(0,)]
    assert query(empty, "select count(*) from rpt_published_totals") == [(0,)]


def test_old_runs_are_dropped(world: World) -> None:
    runs = world.settings.data_dir / "dbt" / "runs"
    assert len(list(runs.iterdir())) <= 10


def test_dbt_can_say_how_fresh_the_sources_are(world: World) -> None:
    """Files, submissions and lists tell; a form's rows have no time of their own."""
    run = run_dbt(world.settings, "source", "freshness")
    measured = json.loads((run.target / "sources.json").read_text(encoding="utf-8"))
    assert {
        result["unique_id"].rpartition(".")[2]: result["status"]
        for result in measured["results"]
    } == dict.fromkeys(("files", "submissions", *COLUMNS), "pass")


def test_no_file_contains_the_password(world: World) -> None:
    secret = world.settings.transform_password.get_secret_value().encode()
    files = [path for path in _files(world.settings.data_dir / "dbt") if path.is_file()]
    assert files
    assert not [path for path in files if secret in path.read_bytes()]


def test_one_dbt_at_a_time(world: World) -> None:
    with (
        connect("transform", autocommit=True, settings=world.settings) as other,
        ThreadPoolExecutor() as pool,
    ):
        other.execute("select pg_advisory_lock(%s)", [Lock.DBT])
        waiting = pool.submit(seed, world.settings)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.5)
        other.execute("select pg_advisory_unlock(%s)", [Lock.DBT])
        assert waiting.result(timeout=30) is False


def test_dbt_waits_for_no_reader_for_ever_and_names_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c lock_timeout=200ms")
    with connect("ingest", settings=world.settings) as reader:
        reader.execute("select * from marts_candidate.dim_units")
        with pytest.raises(TransformError, match=f"pid {reader.info.backend_pid}"):
            run_dbt(world.settings, "run", "--select", "dim_units", "--full-refresh")


NOTE_WHAT_IS_DROPPED_ALONG = """
    create table public.dropped_along (transaction xid8, name text);
    create function public.note_dropped() returns event_trigger
    language plpgsql security definer as $$
        begin
            insert into public.dropped_along
            select pg_current_xact_id(), object_identity
            from pg_event_trigger_dropped_objects()
            where object_type in ('view', 'table') and not original;
        end $$;
    create event trigger note_dropped on sql_drop
    execute function public.note_dropped();
"""


def test_views_are_dropped_along_with_others_at_once(
    copies: Callable[[], World], server: embedded.Server
) -> None:
    """Two threads of dbt that drop what reads both views wait for each other."""
    own = copies().settings
    database = own.warehouse_url.get_secret_value().rpartition("/")[2]
    with psycopg.connect(server.url(database), autocommit=True) as watcher:
        watcher.execute(NOTE_WHAT_IS_DROPPED_ALONG)
        lists = ("ref_periods", "ref_summary_indicators")
        run_dbt(own, "seed", "--select", *lists, "--full-refresh")
        assert _transactions(watcher) == 1
        run_dbt(own, "run", "--select", "staging", "--full-refresh")
        assert _transactions(watcher) == 2


def _transactions(watcher: psycopg.Connection) -> int:
    (counted,) = watcher.execute(
        "select count(distinct transaction) from public.dropped_along"
    ).fetchone() or (0,)
    return int(counted)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if not path.is_symlink()]


def test_whatever_decides_what_rows_become_makes_the_next_build_full(
    settings: Settings,
) -> None:
    """A threshold that was raised must not leave the counts shown before."""
    known = models_fingerprint(settings)
    assert known == models_fingerprint(settings)
    assert known != models_fingerprint(settings.with_changes(timezone="UTC"))
    assert known != models_fingerprint(settings.with_changes(suppression_threshold=9))
