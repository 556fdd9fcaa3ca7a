"""The two expectations of our own, and the metric that runs their query.

``ExpectRowsToNotExist``: each row of a query is a violation. ``ExpectSidesToAgree``:
each row is a pair of figures, and those that do not stand as they must are violations.
Their fields are what a suite's YAML says of a rule. The query runs once; with
``run_id`` the same statement writes every violation to ``quality.findings``.
"""

from dataclasses import asdict
from typing import Any, ClassVar, Literal

from great_expectations.compatibility.pydantic import Field
from great_expectations.execution_engine.execution_engine import ExecutionEngine
from great_expectations.execution_engine.sqlalchemy_execution_engine import (
    SqlAlchemyExecutionEngine,
)
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import (
    MetricProvider,
    metric_value,
)
from great_expectations.validator.metric_configuration import MetricConfiguration
from great_expectations.validator.validator import ValidationDependencies
from psycopg import Connection, Error

from bloc_warehouse.checks.gx.connection import driver_connection, found_before
from bloc_warehouse.checks.model import (
    Audience,
    Comparison,
    Expectation,
    Scope,
)
from bloc_warehouse.checks.rules import find_violations
from bloc_warehouse.forms.model import MissingStrategy

_METRIC = "warehouse_rule.violations"


class QueryFailedError(Exception):
    """The database refuses a rule's query."""


class RuleViolations(MetricProvider):
    """Runs one rule's query and counts its violations; writes them for a run."""

    metric_name = _METRIC
    domain_keys = ("batch_id",)
    value_keys = ("rule", "run_id", "within")

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(
        cls,  # noqa: N805  # the decorator makes it a class method
        execution_engine: SqlAlchemyExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> dict[str, Any]:
        rule = Expectation.model_validate_json(metric_value_kwargs["rule"])
        found = found_before(execution_engine.engine)
        if rule.id not in found:
            connection = driver_connection(execution_engine.engine)
            found[rule.id] = _look_for(
                connection,
                rule,
                metric_value_kwargs["run_id"],
                metric_value_kwargs["within"],
            )
        return found[rule.id]


def _look_for(
    connection: Connection, rule: Expectation, run_id: int | None, within: Scope | None
) -> dict[str, Any]:
    try:
        # what fails is undone alone: the transaction goes on for the other rules
        with connection.transaction():
            violations = find_violations(connection, rule, run_id=run_id, within=within)
    except Error as error:
        # raised here, Great Expectations would try three times, with all around it
        return {"error": str(error)}
    return asdict(violations)


class RuleExpectation(BatchExpectation):
    """What both have in common; ``run_id`` and ``within`` come with a recorded run."""

    rule: str
    query: str
    title_vi: str
    title_en: str
    message_vi: str
    message_en: str
    remedy_vi: str
    remedy_en: str
    audience: list[Audience]
    holds: list[str] = Field(default_factory=list)
    scope: Scope = "bloc_year"
    tolerance: float | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    for_each: Literal["flow_table"] | None = None
    run_id: int | None = None
    within: Scope | None = None

    # the metric takes what it needs from get_validation_dependencies
    success_keys: ClassVar[tuple[str, ...]] = ("rule", "query", "run_id", "within")

    def get_validation_dependencies(
        self,
        execution_engine: ExecutionEngine[Any] | None = None,
        runtime_configuration: dict[str, Any] | None = None,
    ) -> ValidationDependencies:
        """Ask for the one metric."""
        dependencies = super().get_validation_dependencies(
            execution_engine, runtime_configuration
        )
        dependencies.set_metric_configuration(
            _METRIC,
            MetricConfiguration(
                metric_name=_METRIC,
                metric_domain_kwargs={"batch_id": self.batch_id},
                metric_value_kwargs={
                    "rule": self.declared().model_dump_json(exclude_unset=True),
                    "run_id": self.run_id,
                    "within": self.within,
                },
            ),
        )
        return dependencies

    def declared(self) -> Expectation:
        """Return the rule as the suite's file declares it."""
        names = set(Expectation.model_fields)
        fields = {name: value for name, value in self.dict().items() if name in names}
        fields.pop("id")
        given = {name: value for name, value in fields.items() if value is not None}
        return Expectation(
            **given | {"id": self.rule, "sql": self.query, "severity": self.severity}
        )

    def _judge(self, metrics: dict[str, Any]) -> dict[str, Any]:
        found = metrics[_METRIC]
        if "error" in found:
            raise QueryFailedError(found["error"])
        return {
            "success": found["count"] == 0,
            "result": {
                "observed_value": found["count"],
                "details": {"unexpected_rows": found["first"]},
            },
        }


class ExpectRowsToNotExist(RuleExpectation):
    """Expect a query to return no row: each row is a violation."""

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: ExecutionEngine[Any] | None = None,
    ) -> dict[str, Any]:
        return self._judge(metrics)


class ExpectSidesToAgree(RuleExpectation):
    """Expect ``left_value`` and ``right_value`` of every row to stand as they must."""

    compare: Comparison
    missing: MissingStrategy
    tolerance: float | None = 0
    tolerance_unit: Literal["count", "share"] = "count"

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: ExecutionEngine[Any] | None = None,
    ) -> dict[str, Any]:
        return self._judge(metrics)
