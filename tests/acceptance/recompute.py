"""Recomputes the published claims inside one transaction that is rolled back.

The compiled models are the project's own; only dbt's start-up, the candidate and the
commit are left out, so that one change after another takes a second or two.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from psycopg import Connection
from tests.dbt_project.compiled_build import fill, published, whole

from bloc_warehouse.build.compiled.project import Model, compiled_project
from bloc_warehouse.checks.holds import held_forms, held_returns, update_holds
from bloc_warehouse.checks.rules import record_findings
from bloc_warehouse.checks.suites import load_suites
from bloc_warehouse.database.connection import connect
from bloc_warehouse.forms.registry import Registry, load_registry
from bloc_warehouse.intake.files.register import register_files
from bloc_warehouse.intake.load.load import load
from bloc_warehouse.intake.parse.parsed import ParseContext
from bloc_warehouse.intake.parse.unit_directory import load_reference
from bloc_warehouse.intake.parse_file import parse_file
from bloc_warehouse.intake.read.limits import Limits
from bloc_warehouse.settings import Settings
from bloc_warehouse.sql import statement

CLAIMS = "rpt_published_totals"


def compiled_models(settings: Settings, *last: str) -> list[Model]:
    """Return the tables that ``last`` rest on, and themselves, in building order.

    Without any it is the published claims.
    """
    models = compiled_project(settings).with_parents(last or (CLAIMS,))
    return [published(model) for model in models if not model.is_view]


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
    """Ingest the files in the settings' landing; return their states."""
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
    connection: Connection,
    settings: Settings,
    models: Sequence[Model],
    *,
    with_all_rules: bool = False,
) -> int:
    """Cross-check and refill the tables; return how many figures are held.

    By the rules that can hold any, unless what the others find is wanted too.
    """
    _begin_scope(connection)
    connection.execute(statement("build/scope_all"))
    refill(connection, [model for model in models if model.is_staged])
    held = _cross_check(connection, settings, with_all_rules=with_all_rules)
    refill(connection, [model for model in models if not model.is_staged])
    return held


def recompute_changed(
    connection: Connection, settings: Settings, models: Sequence[Model]
) -> int:
    """Do the same for the units and years that changed since the build alone.

    The tables must be of one build, and the lists as they were then.
    """
    (built,) = connection.execute(
        "select change_id from quality.releases inner join quality.build_positions"
        " using (release_id) where table_schema = 'intermediate'"
    ).fetchone() or (0,)
    _begin_scope(connection)
    (last,) = connection.execute(
        "select max(change_id) from raw.changes"
    ).fetchone() or (0,)
    connection.execute(
        statement("build/scope_changes"), {"since": built, "until": last}
    )
    connection.execute(statement("build/scope_plans"))
    models = [model for model in models if model.materialized == "incremental"]
    refill(connection, [model for model in models if model.is_staged], is_full=False)
    held = _cross_check(connection, settings)
    connection.execute("set local role transform")
    connection.execute(statement("build/scope_holds"), {"since": last})
    refill(
        connection, [model for model in models if not model.is_staged], is_full=False
    )
    return held


def _begin_scope(connection: Connection) -> None:
    connection.execute("set local role transform")
    connection.execute("delete from intermediate.build_scope")


def refill(
    connection: Connection, models: Sequence[Model], *, is_full: bool = True
) -> None:
    """Replace the tables' rows, or those in scope, by what their models return."""
    connection.execute("set local role transform")
    for model in models:
        fill(connection, whole(model) if is_full else model)


def _cross_check(
    connection: Connection, settings: Settings, *, with_all_rules: bool = False
) -> int:
    connection.execute("set local role ingest")
    suites = load_suites(settings.project_dir / "expectations", "cross_check")
    (run_id,) = connection.execute(
        "insert into quality.runs (stage) values ('cross_check') returning run_id"
    ).fetchone() or (0,)
    forms = held_forms(suites)
    asked = None if with_all_rules else {rule for rule, _ in forms}
    for suite in suites:
        for expectation in suite.active:
            if expectation.sql and (asked is None or expectation.id in asked):
                record_findings(connection, run_id, expectation)
    update_holds(connection, run_id, "cross_check", forms)
    return len(held_returns(connection))
