"""Contexts of Great Expectations over the warehouse: suites, definitions, checkpoints.

``reading_context`` is for people: it cannot write. ``recording_context`` is what the
gates run: within their transaction, with the actions that keep what is found.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import great_expectations as gx
from great_expectations.checkpoint.actions import ValidationAction
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.data_context.data_context.abstract_data_context import (
    AbstractDataContext,
)
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent.interfaces import TestConnectionError
from great_expectations.datasource.fluent.postgres_datasource import PostgresDatasource
from great_expectations.datasource.fluent.sql_datasource import MISSING
from great_expectations.expectations.expectation import Expectation as GxExpectation
from great_expectations.expectations.expectation_configuration import (
    ExpectationConfiguration,
)
from great_expectations.expectations.metadata_types import FailureSeverity
from psycopg import Connection

from bloc_warehouse.build import releases
from bloc_warehouse.checks.gx import expectations as _registered  # noqa: F401
from bloc_warehouse.checks.gx.actions import (
    KeepResults,
    MoveViolations,
    PlaceHolds,
    RecordVerdict,
)
from bloc_warehouse.checks.gx.connection import (
    ADDRESS,
    DATA_SOURCE,
    JoinedConnection,
    engine_options,
)
from bloc_warehouse.checks.holds import held_forms
from bloc_warehouse.checks.model import Expectation, Scope, Stage, Suite
from bloc_warehouse.checks.slices import Slice
from bloc_warehouse.checks.suites import STAGES, load_suites, suite_over_published
from bloc_warehouse.database.connection import connect
from bloc_warehouse.errors import WrongRequestError
from bloc_warehouse.settings import DatabaseSettings

_FIELDS = {
        "title_vi", "title_en", "message_vi", "message_en", "remedy_vi", "remedy_en",
        "audience", "holds", "scope", "tolerance", "tolerance_unit", "valid_from",
        "valid_to", "for_each", "compare", "missing",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """A run whose findings are written.

    Attributes:
        slice_: Where it looks; None looks at everything.
        timezone: The one whose day decides what is still accepted.
        report: The page that will tell of it.
        release_id: The release that an audit judges.
    """

    run_id: int
    stage: Stage
    slice_: Slice | None
    timezone: str
    report: str
    release_id: int | None = None


def reading_context(settings: DatabaseSettings) -> AbstractDataContext:
    """Return both stages' checkpoints over the warehouse; nothing can be written.

    The audit looks at the build that waits to be published, else at what readers see.

    Raises:
        WrongRequestError: Nothing was built yet.
    """
    folder = settings.project_dir / "expectations"
    has_candidate = _has_candidate(settings)
    try:
        context, source = _warehouse_context(lambda: _connect_to_read(settings))
        for stage in STAGES:
            suites = load_suites(folder, stage)
            if stage == "audit" and not has_candidate:
                suites = tuple(map(suite_over_published, suites))
            _add_checkpoint(context, source, stage, suites)
    except TestConnectionError as error:
        raise WrongRequestError(
            f"there is nothing to check; run `bloc build` first ({error})"
        ) from None
    return context


def recording_context(
    connection: Connection, suites: Sequence[Suite], run: Run
) -> AbstractDataContext:
    """Return the stage's checkpoint over the caller's transaction, which it never ends.

    Args:
        connection: As role ingest, with the run's slice open.
        suites: The stage's suites.
        run: What to record.
    """
    joined = JoinedConnection(connection)
    context, source = _warehouse_context(lambda: joined)
    names: dict[str, Any] = {"run_id": run.run_id, "stage": run.stage}
    actions = [
        KeepResults(**names),
        PlaceHolds(**names, forms=held_forms(suites)),
        MoveViolations(**names, timezone=run.timezone),
        RecordVerdict(**names, report=run.report, release_id=run.release_id),
    ]
    _add_checkpoint(context, source, run.stage, suites, run, actions)
    return context


def _warehouse_context(
    creator: Callable[[], object],
) -> tuple[AbstractDataContext, PostgresDatasource]:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_postgres(
        DATA_SOURCE,
        connection_string=ADDRESS,
        kwargs=engine_options(creator),  # type: ignore[call-arg]  # not in its stub
    )
    return context, source


def _connect_to_read(settings: DatabaseSettings) -> Connection:
    connection = connect("ingest", settings=settings)
    connection.read_only = True
    # as in the gates, over everything: a nested loop's cost grows with its square
    connection.execute("set enable_nestloop = off")
    connection.commit()
    return connection


def _has_candidate(settings: DatabaseSettings) -> bool:
    with connect("ingest", settings=settings) as connection:
        return releases.release_in(connection, "candidate") is not None


def _add_checkpoint(
    context: AbstractDataContext,
    source: PostgresDatasource,
    stage: Stage,
    suites: Sequence[Suite],
    run: Run | None = None,
    actions: Sequence[ValidationAction] = (),
) -> None:
    definitions = [
        context.validation_definitions.add(
            gx.ValidationDefinition(
                name=suite.name,
                data=_batch(source, suite, run),
                suite=context.suites.add(_suite(suite, run)),
            )
        )
        for suite in suites
        if suite.active
    ]
    context.checkpoints.add(
        gx.Checkpoint(
            name=stage,
            validation_definitions=definitions,
            actions=list(actions),
            result_format={"result_format": "BASIC"},
        )
    )


def _batch(
    source: PostgresDatasource, suite: Suite, run: Run | None
) -> BatchDefinition[Any]:
    """Return the suite's table; by the search path, where a slice may hold its rows."""
    is_sliced = run and run.slice_ and suite.finding_columns
    schema: Any = MISSING if is_sliced else suite.table_schema
    table = source.add_table_asset(
        suite.name, table_name=suite.table, schema_name=schema
    )
    return table.add_batch_definition_whole_table("all")


def _suite(suite: Suite, run: Run | None) -> gx.ExpectationSuite:
    return gx.ExpectationSuite(
        name=suite.name,
        expectations=[_expectation(rule, run) for rule in suite.active],
        meta={
            "title_vi": suite.title_vi,
            "title_en": suite.title_en,
            "form": suite.form,
            "finding_columns": dict(suite.finding_columns),
        },
    )


def _expectation(rule: Expectation, run: Run | None) -> GxExpectation:
    within: Scope | None = run.slice_.scope_of(rule.id) if run and run.slice_ else None
    meta: dict[str, Any] = {"rule": rule.id, "within": within}
    kwargs = dict(rule.kwargs)
    if rule.type:
        meta["declared"] = rule.model_dump(mode="json", exclude_unset=True)
    else:
        declared = rule.model_dump(mode="json", include=_FIELDS, exclude_unset=True)
        kwargs = declared | {
            "rule": rule.id,
            "query": rule.sql,
            "run_id": run.run_id if run else None,
            "within": within,
        }
    return ExpectationConfiguration(
        type=rule.gx_type,
        kwargs=kwargs,
        severity=FailureSeverity(rule.severity),
        description=f"{rule.id}: {rule.title_en}",
        meta=meta,
    ).to_domain_obj()
