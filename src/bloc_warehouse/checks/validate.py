"""Great Expectations over the suites: counts what the rules found, judges the tables.

Importing this module takes 7 to 11 s: import it where it is used. The context is
ephemeral: the suites in git are plain YAML, and only a run's data docs are written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import great_expectations as gx
from great_expectations.core import (
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
)
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.data_context.data_context.abstract_data_context import (
    AbstractDataContext,
)
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent.postgres_datasource import (
    PostgresDatasource,
)
from great_expectations.expectations.expectation import Expectation as GxExpectation
from great_expectations.expectations.expectation_configuration import (
    ExpectationConfiguration,
)
from great_expectations.expectations.metadata_types import FailureSeverity

from bloc_warehouse.checks.model import Expectation, Severity, Suite

_OWN_TYPE = "unexpected_rows_expectation"


@dataclass(frozen=True, slots=True)
class Result:
    """What Great Expectations says about one expectation."""

    suite: str
    rule: str
    type: str
    severity: Severity
    success: bool
    finding_count: int
    observed: str | None
    exception: str | None


def validate(
    suites: Sequence[Suite], run_id: int, *, address: str, docs: Path | None
) -> list[Result]:
    """Run all suites in one checkpoint and write its data docs.

    Args:
        suites: What must hold.
        run_id: The run whose findings count.
        address: The warehouse, for SQLAlchemy.
        docs: Folder for the data docs of this run; None writes none.
    """
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_postgres("warehouse", connection_string=address)
    definitions = [
        context.validation_definitions.add(
            gx.ValidationDefinition(
                name=suite.name,
                data=_batch(source, suite),
                suite=context.suites.add(_suite(suite, run_id)),
            )
        )
        for suite in suites
        if suite.active
    ]
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(
            name=f"run {run_id}",
            validation_definitions=definitions,
            result_format={"result_format": "SUMMARY"},
        )
    )
    runs = checkpoint.run().run_results.values()
    if docs:
        _write_docs(context, docs)
    return list(_results(runs, suites))


def _write_docs(context: AbstractDataContext, folder: Path) -> None:
    """Write the data docs in one go: a checkpoint's action would do it per suite."""
    context.add_data_docs_site(
        "run",
        {
            "class_name": "SiteBuilder",
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(folder),
            },
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        },
    )
    context.build_data_docs(["run"])


def _batch(source: PostgresDatasource, suite: Suite) -> BatchDefinition[Any]:
    table = source.add_table_asset(
        suite.name, table_name=suite.table, schema_name=suite.schema
    )
    return table.add_batch_definition_whole_table("all")


def _suite(suite: Suite, run_id: int) -> gx.ExpectationSuite:
    return gx.ExpectationSuite(
        name=suite.name,
        expectations=[_expectation(one, run_id) for one in suite.active],
    )


def _expectation(expectation: Expectation, run_id: int) -> GxExpectation:
    kwargs = (
        dict(expectation.kwargs)
        if expectation.type
        else {"unexpected_rows_query": _findings_query(expectation.id, run_id)}
    )
    return ExpectationConfiguration(
        type=expectation.type or _OWN_TYPE,
        kwargs=kwargs,
        severity=FailureSeverity(expectation.severity),
        description=f"{expectation.id}: {expectation.title_en}",
        meta={"rule": expectation.id},
    ).to_domain_obj()


def _findings_query(rule: str, run_id: int) -> str:
    """Return the query that shows a rule's findings; all of them are counted.

    It names ``{batch}`` in a comment: without, Great Expectations prints a warning on
    stdout, where JSON for machines goes.
    """
    # both come from the project and the database's own counter, not from a sender
    return (
        "/* {batch} */ select bloc_code, unit_code, form, period_code, subject,"  # noqa: S608
        " left_value, right_value, message_vi, message_en, cure_vi, cure_en"
        " from quality.findings"
        f" where run_id = {run_id:d} and rule = '{rule}'"
    )


def _results(
    runs: Iterable[ExpectationSuiteValidationResult], suites: Sequence[Suite]
) -> Iterator[Result]:
    severities = {
        one.id: one.severity for suite in suites for one in suite.expectations
    }
    for run in runs:
        for result in run.results:
            configuration = result.expectation_config
            if configuration is not None and configuration.meta is not None:
                rule = str(configuration.meta["rule"])
                yield Result(
                    suite=run.suite_name,
                    rule=rule,
                    type=configuration.type,
                    severity=severities[rule],
                    success=bool(result.success),
                    finding_count=_finding_count(result, configuration.type),
                    observed=_text(result.result.get("observed_value")),
                    exception=_exception(result.exception_info or {}),
                )


def _finding_count(result: ExpectationValidationResult, kind: str) -> int:
    key = "observed_value" if kind == _OWN_TYPE else "unexpected_count"
    count = result.result.get(key)
    return int(count) if count is not None else int(not result.success)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _exception(info: Mapping[str, Any]) -> str | None:
    """Return what went wrong inside; failed metrics are keyed one level down."""
    entries = [info] if "raised_exception" in info else list(info.values())
    messages = [
        str(entry.get("exception_message"))
        for entry in entries
        if entry.get("raised_exception")
    ]
    return "; ".join(messages) or None
