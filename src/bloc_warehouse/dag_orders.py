"""What a person orders in Airflow, and another approves: asked, checked, refused.

Read where DAGs are parsed, so nothing heavy is imported and no database is touched.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bloc_warehouse.airflow_plugin.connections import callback_settings

if TYPE_CHECKING:
    from airflow.providers.standard.operators.hitl import ApprovalOperator


@contextmanager
def orders(context: Mapping[str, Any]) -> Iterator[None]:
    """Have what a person ordered wrongly fail at once, with the answer in the log.

    A retry would meet the same, or worse: obey an order that was refused.

    Args:
        context: Airflow's, of the task that runs.

    Raises:
        AirflowFailException: The order was refused; the message says what to do.
    """
    from airflow.sdk.exceptions import AirflowFailException

    from bloc_warehouse.alerts.failures import report_refusal
    from bloc_warehouse.publish.period_closing import ClosingError
    from bloc_warehouse.publish.plan import PublishError

    try:
        yield
    except (ClosingError, PublishError, PermissionError) as error:
        task = context["task_instance"]
        report_refusal(
            callback_settings(), task.dag_id, task.task_id, task.run_id, error
        )
        points = getattr(error, "obstacles", ())
        raise AirflowFailException("\n- ".join([str(error), *points])) from None


def approval(task_id: str, *, subject: str, body: str, days: int) -> "ApprovalOperator":
    """Return a task that waits for a person; without an answer it is rejected."""
    from airflow.providers.standard.operators.hitl import ApprovalOperator

    return ApprovalOperator(
        task_id=task_id,
        subject=subject,
        body=body,
        defaults=["Reject"],
        response_timeout=timedelta(days=days),
    )


def approver(answer: Mapping[str, Any]) -> str:
    """Return who approved, from what an approval's task answered.

    Raises:
        PermissionError: It was not approved.
    """
    person = answer.get("responded_by_user") or {}
    if answer.get("chosen_options") != ["Approve"] or not person:
        raise PermissionError("it was not approved")
    return str(person.get("name") or person["id"])


def second_person(answer: Mapping[str, Any], context: Mapping[str, Any]) -> str:
    """Return who approved, if that is somebody else than who started the run.

    Raises:
        PermissionError: It was not approved, or not by somebody else.
    """
    name, starter = approver(answer), context["dag_run"].triggering_user_name
    if not starter:
        raise PermissionError(
            "Airflow does not say who started this run, so it cannot tell that somebody"
            " else approved it: start it from its page or the API"
        )
    if _folded(starter) in map(_folded, answer["responded_by_user"].values()):
        raise PermissionError(
            f"{name} started this run, so somebody else must approve it: clear the"
            " approval with all that follows it, and have another person answer"
        )
    return name


def _folded(name: object) -> str:
    """Write a login as its one person would be found, whatever the case."""
    return unicodedata.normalize("NFKC", str(name)).strip().casefold()
