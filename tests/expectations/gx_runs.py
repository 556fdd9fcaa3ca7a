"""Great Expectations runs suites over a test's own connection, as the gates have it."""

from collections.abc import Sequence

from psycopg import Connection

from bloc_warehouse.build import releases
from bloc_warehouse.checks.gx.context import Run, recording_context
from bloc_warehouse.checks.gx.results import Result, results_of
from bloc_warehouse.checks.model import Stage, Suite
from bloc_warehouse.checks.slices import Slice
from bloc_warehouse.database.connection import Role, connect
from bloc_warehouse.settings import Settings

Rows = list[tuple[object, ...]]


def new_run(connection: Connection, stage: Stage) -> int:
    """Begin a run of a gate; return its number."""
    (run_id,) = connection.execute(
        "insert into quality.runs (stage) values (%s) returning run_id", [stage]
    ).fetchone() or (0,)
    return int(run_id)


def run_suites(
    connection: Connection,
    run_id: int,
    suites: Sequence[Suite],
    slice_: Slice | None = None,
) -> list[Result]:
    """Run one stage's suites; what they find is written, and the caller rolls back."""
    stage = suites[0].stage
    run = Run(run_id, stage, slice_, timezone="Asia/Ho_Chi_Minh", report="")
    checkpoint = recording_context(connection, suites, run).checkpoints.get(stage)
    return list(results_of(checkpoint.run()))


def run(settings: Settings, statement: str, role: Role = "transform") -> Rows:
    """Run one statement in a transaction of its own; return its rows."""
    with connect(role, settings=settings) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def built(settings: Settings) -> int:
    """Record a whole build, as dbt's wrapper does."""
    release_id = releases.begin_build(settings)
    releases.finish_build(settings, release_id)
    return release_id
