"""What Great Expectations says of a run, as lines and findings of ours."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from great_expectations.checkpoint.checkpoint import CheckpointResult
from great_expectations.core import ExpectationValidationResult, ValidationDefinition
from great_expectations.expectations.expectation_configuration import (
    ExpectationConfiguration,
)
from psycopg import sql
from psycopg.types.json import Jsonb

from bloc_warehouse.checks.gx.expectations import RuleExpectation
from bloc_warehouse.checks.model import Expectation, Scope

_AS_ROWS = sql.SQL(
    "select * from jsonb_to_recordset({}) as failed (bloc_code text, unit_code text,"
    " form text, period_code text, subject text, submission_id bigint,"
    " left_value numeric, right_value numeric)"
)


@dataclass(frozen=True, slots=True)
class Result:
    """What Great Expectations says about one rule."""

    suite: str
    rule: str
    type: str
    severity: str
    success: bool
    observed: str | None
    exception: str | None


def results_of(outcome: CheckpointResult) -> Iterator[Result]:
    """Yield one line a rule."""
    for suite, result in _each(outcome):
        observed = result.result.get("observed_value")
        yield Result(
            suite=suite,
            rule=_meta(result)["rule"],
            type=_configuration(result).type,
            severity=_configuration(result).severity.value,
            success=bool(result.success),
            observed=None if observed is None else str(observed),
            exception=_exception(result),
        )


def untold_failures(
    outcome: CheckpointResult,
) -> Iterator[tuple[Expectation, Scope | None, sql.Composable]]:
    """Yield what no query of ours has written: rule, its slice, a query of its rows.

    A failure of Great Expectations' own types is a finding a row where the suite says
    whose a row is, else one over the whole table; so is a rule that could not be tried.
    """
    for suite, result in _each(outcome):
        if result.success:
            continue
        rule, exception = _declared(result), _exception(result)
        if rule.type is None and exception is None:
            continue
        rows = (
            [] if exception else list(_failed_rows(_definition(outcome, suite), result))
        )
        if rows:
            yield rule, _meta(result)["within"], _as_query(rows)
        else:
            count = result.result.get("unexpected_count") or 1
            whole = [{"left_value": count, "right_value": 0}]
            yield _with_trouble(rule, exception), None, _as_query(whole)


def _failed_rows(
    definition: ValidationDefinition, result: ExpectationValidationResult
) -> Iterator[Mapping[str, Any]]:
    """Ask which rows failed; only then, for it reads the table once more."""
    meta = definition.suite.meta or {}
    owners: Mapping[str, str] = meta.get("finding_columns") or {}
    if not owners:
        return
    detail = definition.data.get_batch().validate(
        _configuration(result).to_domain_obj(),
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": list(owners.values()),
        },
    )
    column = _configuration(result).kwargs.get("column")
    for row in detail.result.get("unexpected_index_list") or ():
        value = row[column]
        is_text = value is None or isinstance(value, str)
        yield {
            "form": meta["form"],
            **{name: row[owner] for name, owner in owners.items()},
            "subject" if is_text else "left_value": value,
        }


def _with_trouble(rule: Expectation, exception: str | None) -> Expectation:
    trouble = f" ({exception})" if exception else ""
    return rule.model_copy(
        update={
            "message_vi": rule.message_vi + trouble,
            "message_en": rule.message_en + trouble,
            "compare": None,
        }
    )


def _as_query(rows: Sequence[Mapping[str, Any]]) -> sql.Composable:
    return _AS_ROWS.format(sql.Literal(Jsonb(rows, dumps=_dumps)))


def _each(
    outcome: CheckpointResult,
) -> Iterator[tuple[str, ExpectationValidationResult]]:
    for run in outcome.run_results.values():
        for result in run.results:
            yield run.suite_name, result


def _definition(outcome: CheckpointResult, suite: str) -> ValidationDefinition:
    (definition,) = (
        definition
        for definition in outcome.checkpoint_config.validation_definitions
        if definition.suite.name == suite
    )
    return definition


def _configuration(result: ExpectationValidationResult) -> ExpectationConfiguration:
    if result.expectation_config is None:
        raise ValueError("a result without its expectation")
    return result.expectation_config


def _meta(result: ExpectationValidationResult) -> Mapping[str, Any]:
    return _configuration(result).meta or {}


def _declared(result: ExpectationValidationResult) -> Expectation:
    expectation = _configuration(result).to_domain_obj()
    if isinstance(expectation, RuleExpectation):
        return expectation.declared()
    return Expectation.model_validate(_meta(result)["declared"])


def _exception(result: ExpectationValidationResult) -> str | None:
    """Return what went wrong inside; failed metrics are keyed one level down."""
    info = result.exception_info or {}
    entries = [info] if "raised_exception" in info else list(info.values())
    messages = [
        str(entry.get("exception_message"))
        for entry in entries
        if entry.get("raised_exception")
    ]
    return "; ".join(messages) or None


def _dumps(rows: object) -> str:
    return json.dumps(rows, default=str)
