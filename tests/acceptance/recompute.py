"""Recomputes the published claims inside one transaction that is rolled back.

The compiled models are the project's own; only dbt's start-up, the candidate and the
commit are left out, so that one change after another takes a second or two.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from importlib.resources import files
from pathlib import Path
from typing import Any

from psycopg import Connection, sql
from tests.dbt.undbted import in_scope

from bloc_warehouse.forms.registry import Registry, load_registry
from bloc_warehouse.intake.limits import Limits
from bloc_warehouse.intake.load import load
from bloc_warehouse.intake.parse import ParseContext, parse_file
from bloc_warehouse.intake.reference import load_reference
from bloc_warehouse.intake.register import register_files
from bloc_warehouse.quality.holds import update_holds
from bloc_warehouse.quality.rules import record_findings
from bloc_warehouse.quality.suites import load_suites
from bloc_warehouse.settings import Settings
from bloc_warehouse.warehouse.connection import connect
from bloc_warehouse.warehouse.dbt_runner import run_dbt

CLAIMS = "rpt_published_totals"


@dataclass(frozen=True, slots=True)
class Model:
    """A table that dbt builds, and the query that fills it."""

    schema: str
    name: str
    query: str
    is_staged: bool
    is_incremental: bool
    is_appended: bool
    keys: tuple[str, ...]


def compiled_models(settings: Settings, *last: str) -> list[Model]:
    """Return the tables that ``last`` rest on, and themselves, in building order.

    Without any it is the published claims.
    """
    names = last or (CLAIMS,)
    target, nodes = _compiled_project(settings)
    parents = {key: set(node["depends_on"]["nodes"]) for key, node in nodes.items()}
    wanted = {
        ancestor
        for key in nodes
        if key.rpartition(".")[2] in names
        for ancestor in _ancestors(parents, key)
    }
    return [
        Model(
            nodes[key]["schema"].replace("marts_candidate", "marts"),
            nodes[key]["name"],
            _compiled(target, nodes[key]).replace('"marts_candidate"', '"marts"'),
            "stage" in nodes[key]["tags"],
            nodes[key]["config"]["materialized"] == "incremental",
            nodes[key]["config"]["incremental_strategy"] == "append",
            tuple(nodes[key]["config"]["unique_key"] or ()),
        )
        for key in TopologicalSorter(parents).static_order()
        if key in wanted and nodes[key]["config"]["materialized"] != "view"
    ]


@cache
def _compiled_project(settings: Settings) -> tuple[Path, dict[str, Any]]:
    """Compile all models, once a session: dbt's start-up is most of it."""
    target = run_dbt(settings, "compile", "--select", "resource_type:model").target
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    return target, {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
    }


def _ancestors(parents: dict[str, set[str]], key: str) -> set[str]:
    found = {key}
    for parent in parents.get(key, ()):
        if parent in parents:
            found |= _ancestors(parents, parent)
    return found


def _compiled(target: Path, node: dict[str, str]) -> str:
    folder = target / "compiled" / node["package_name"]
    return (folder / node["original_file_path"]).read_text(encoding="utf-8")


@contextmanager
def undone(settings: Settings) -> Iterator[Connection]:
    """Yield an owner's connection whose changes are rolled back."""
    with connect("owner", settings=settings) as connection:
        try:
            yield connection
        finally:
            connection.rollback()


def take_in(
    connection: Connection, settings: Settings, registry: Registry | None = None
) -> list[str]:
    """Ingest what stands in the settings' landing; return the files' states."""
    connection.execute("set local role ingest")
    register_files(connection, settings)
    registry = registry or load_registry()
    context = ParseContext(registry, load_reference(connection), Limits.of(settings))
    waiting = connection.execute(
        "select file_id, file_name, archive_path, sender from raw.files"
        " where state = 'pending'"
    ).fetchall()
    parsed = {
        file_id: parse_file(
            name, (settings.archive_dir / path).read_bytes(), sender, context
        )
        for file_id, name, path, sender in waiting
    }
    load(connection, registry, parsed)
    rows = connection.execute(
        "select state from raw.files where file_id = any(%s)", [list(parsed)]
    ).fetchall()
    return [state for (state,) in rows]


def recompute(
    connection: Connection, settings: Settings, models: Sequence[Model]
) -> int:
    """Cross-check and refill the tables; return how many figures are held."""
    _begin_scope(connection)
    connection.execute(_statement("scope_all"))
    refill(connection, [model for model in models if model.is_staged])
    held = _cross_check(connection, settings)
    refill(connection, [model for model in models if not model.is_staged])
    return held


def recompute_changed(
    connection: Connection, settings: Settings, models: Sequence[Model]
) -> int:
    """Do the same for the units and years that changed since the build alone.

    The tables must be of one build, and the lists as they were then.
    """
    (built,) = connection.execute(
        "select change_id from quality.releases inner join intermediate.build_position"
        " using (release_id)"
    ).fetchone() or (0,)
    _begin_scope(connection)
    (last,) = connection.execute(
        "select max(change_id) from raw.changes"
    ).fetchone() or (0,)
    connection.execute(_statement("scope_changes"), {"since": built, "until": last})
    connection.execute(_statement("scope_plans"))
    models = [model for model in models if model.is_incremental]
    refill(connection, [model for model in models if model.is_staged], whole=False)
    held = _cross_check(connection, settings)
    connection.execute("set local role transform")
    connection.execute(_statement("scope_holds"), {"since": last})
    refill(connection, [model for model in models if not model.is_staged], whole=False)
    return held


def _begin_scope(connection: Connection) -> None:
    connection.execute("set local role transform")
    connection.execute("delete from intermediate.build_scope")


def _statement(name: str) -> bytes:
    return (files("bloc_warehouse") / "warehouse" / "sql" / f"{name}.sql").read_bytes()


def refill(
    connection: Connection, models: Sequence[Model], *, whole: bool = True
) -> None:
    """Replace the tables' rows, or those in scope, by what their models return."""
    connection.execute("set local role transform")
    for model in models:
        scope = sql.SQL("true") if whole else in_scope(model.keys)
        name = sql.Identifier(model.schema, model.name)
        columns = sql.SQL(", ").join(
            sql.Identifier(column)
            for (column,) in connection.execute(
                "select column_name from information_schema.columns"
                " where table_schema = %s and table_name = %s"
                " order by ordinal_position",
                [model.schema, model.name],
            )
        )
        query = sql.SQL(model.query)  # type: ignore[arg-type]
        connection.execute(
            sql.SQL("create temporary table made on commit drop as {}").format(query)
        )
        if whole or not model.is_appended:
            connection.execute(sql.SQL("delete from {} where {}").format(name, scope))
        connection.execute(
            sql.SQL("insert into {} ({columns}) select {columns} from made where {}")
            .format(name, scope, columns=columns)
        )  # fmt: skip
        connection.execute("drop table made")


def _cross_check(connection: Connection, settings: Settings) -> int:
    connection.execute("set local role ingest")
    suites = load_suites(settings.project_dir / "expectations", "cross_check")
    (run_id,) = connection.execute(
        "insert into quality.runs (stage) values ('cross_check') returning run_id"
    ).fetchone() or (0,)
    for suite in suites:
        for expectation in suite.active:
            if expectation.sql:
                record_findings(connection, run_id, expectation)
    return update_holds(connection, run_id, suites).held
