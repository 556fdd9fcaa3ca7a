"""What follows from a recorded run, as Great Expectations' actions, in this order.

Results are kept, holds placed and released, violations moved on, the release judged:
all in the transaction in which the rules ran.
"""

from dataclasses import asdict
from typing import Any, Literal
from zoneinfo import ZoneInfo

from great_expectations.checkpoint.actions import ActionContext, ValidationAction
from great_expectations.checkpoint.checkpoint import CheckpointResult
from psycopg import Connection

from bloc_warehouse.build import releases
from bloc_warehouse.checks.gx.connection import DATA_SOURCE, driver_connection
from bloc_warehouse.checks.gx.results import results_of, untold_failures
from bloc_warehouse.checks.holds import update_holds
from bloc_warehouse.checks.model import Stage
from bloc_warehouse.checks.rules import find_violations
from bloc_warehouse.checks.violations import merge_violations
from bloc_warehouse.sql import statement


class _RunAction(ValidationAction):
    """An action of a recorded run."""

    run_id: int
    stage: Stage

    def run(
        self,
        checkpoint_result: CheckpointResult,
        action_context: ActionContext | None = None,
    ) -> dict[str, Any]:
        """Write, by the connection that the rules ran by."""
        context = self._resolve_context().context
        source = context.data_sources.get(DATA_SOURCE)
        self._write(driver_connection(source.get_engine()), checkpoint_result)  # type: ignore[attr-defined]
        return {}

    def _write(self, connection: Connection, outcome: CheckpointResult) -> None:
        raise NotImplementedError


class KeepResults(_RunAction):
    """Keeps each result; what one of Great Expectations' own types found too."""

    type: Literal["keep_results"] = "keep_results"
    name: str = "keep results"

    def _write(self, connection: Connection, outcome: CheckpointResult) -> None:
        for rule, within, query in untold_failures(outcome):
            find_violations(
                connection, rule, queries=[query], run_id=self.run_id, within=within
            )
        with connection.cursor() as cursor:
            cursor.executemany(
                statement("checks/record_result"),
                [
                    {"run_id": self.run_id, **asdict(result)}
                    for result in results_of(outcome)
                ],
            )


class PlaceHolds(_RunAction):
    """Holds what the run found contradictory, releases what it no longer does.

    Attributes:
        forms: Each rule that holds figures, with a form that it holds.
    """

    type: Literal["place_holds"] = "place_holds"
    name: str = "place holds"
    forms: list[tuple[str, str | None]]

    def _write(self, connection: Connection, outcome: CheckpointResult) -> None:
        update_holds(connection, self.run_id, self.stage, self.forms)


class MoveViolations(_RunAction):
    """Moves the violations on: new, there still, there again, resolved."""

    type: Literal["move_violations"] = "move_violations"
    name: str = "move violations"
    timezone: str

    def _write(self, connection: Connection, outcome: CheckpointResult) -> None:
        merge_violations(connection, ZoneInfo(self.timezone), self.run_id, self.stage)


class RecordVerdict(_RunAction):
    """Ends the run; the release that was judged keeps the verdict."""

    type: Literal["record_verdict"] = "record_verdict"
    name: str = "record verdict"
    report: str
    release_id: int | None = None

    def _write(self, connection: Connection, outcome: CheckpointResult) -> None:
        connection.execute(
            statement("checks/finish_run"),
            {"run_id": self.run_id, "report": self.report},
        )
        if self.release_id is not None:
            releases.record_audit(connection, self.release_id, self.run_id)
