"""Close a bloc's period, after a person approved it."""

from typing import Any

from airflow.sdk import Param, dag, task

from bloc_warehouse.airflow_plugin.connections import task_settings
from bloc_warehouse.dag_defaults import (
    DAY,
    DEFAULT_ARGS,
    RUN_TYPES,
    Tag,
    report_run_failure,
)
from bloc_warehouse.dag_orders import approval, approver, orders

_CRITICAL = "critical findings"

DOC = """
### What

Fixes the figures of a bloc's period: by hand, with bloc, period and reason. Lists what
is still open (returns that are missing or held, critical findings, files that are not
built yet), then waits seven days for a person to approve (*Required actions*); without
an answer it is rejected. Approving closes in spite of what is listed, and the list is
kept. Later files of the period are accepted as marked corrections and change no total
until `bloc period reopen`. Where critical findings are among what is open it is
refused, unless `despite` says so in so many words.

### Triage

- `list_open_points` red: there is no such bloc or period, it is closed already, or it
  has critical findings. The log's end says which.
- `fix_figures` red: something more came to be open while the run waited. The log's end
  says what; start again and look at the list. It is not tried again by itself.
- `fix_figures` skipped: rejected, or not answered in time. Nothing changed.

### Owner

data-engineering, on the order of the bloc's office.
"""


@dag(
    schedule=None,
    catchup=False,
    allowed_run_types=RUN_TYPES,
    description="Close a bloc's period, after a person approved it",
    max_active_runs=1,
    dagrun_timeout=8 * DAY,
    default_args=DEFAULT_ARGS,
    on_failure_callback=report_run_failure,
    tags=[Tag.LAYER_MARTS, Tag.IMPACT_LOW],
    params={
        "bloc": Param(type="string", minLength=2, description="The bloc's code"),
        "period": Param(type="string", minLength=6, description="E.g. 2024-H1"),
        "reason": Param(type="string", minLength=5, description="Why; kept"),
        "despite": Param(
            "",
            type="string",
            enum=["", _CRITICAL],
            description="To close although critical findings are open: "
            f"{_CRITICAL}. Its totals stay blocked then",
        ),
    },
    doc_md=DOC,
)
def close_period() -> None:
    """Wire the tasks."""

    @task
    def list_open_points(**context: Any) -> list[str]:  # noqa: ANN401 - Airflow's
        from bloc_warehouse.publish import period_closing

        which = _which(context["params"])
        with orders(context):
            points = period_closing.obstacles(task_settings(), *which)
            if not _despite(context):
                period_closing.refuse_critical(*which, points)
        return list(points)

    approve_closing = approval(
        "approve_closing",
        subject="Close {{ params.bloc }} {{ params.period }}?",
        body="{{ params.reason }}\n\n"
        "{% if params.despite %}In spite of {{ params.despite }}.\n\n{% endif %}"
        "Still open:\n\n"
        "{% for point in ti.xcom_pull(task_ids='list_open_points') %}"
        "- {{ point }}\n{% else %}nothing{% endfor %}",
        days=7,
    )

    @task
    def fix_figures(
        seen: list[str],
        approved: dict[str, Any],
        **context: Any,  # noqa: ANN401 - Airflow's
    ) -> int:
        from bloc_warehouse.publish import period_closing

        with orders(context):
            return period_closing.close_period(
                task_settings(),
                *_which(context["params"]),
                by=approver(approved),
                reason=context["params"]["reason"],
                accepted=seen,
                with_critical_findings=_despite(context),
            ).closing_id

    seen = list_open_points()
    seen >> approve_closing
    fix_figures(seen, approve_closing.output)  # type: ignore[arg-type]


def _which(params: dict[str, Any]) -> tuple[str, str]:
    return params["bloc"].strip().upper(), params["period"].strip().upper()


def _despite(context: dict[str, Any]) -> bool:
    return bool(context["params"]["despite"] == _CRITICAL)


registered = close_period()
