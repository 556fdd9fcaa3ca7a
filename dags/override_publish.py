"""Publish what critical findings block, after a person approved it."""

from typing import Any

from airflow.sdk import Param, dag, task

from bloc_warehouse.airflow_plugin.assets import ALERTS, RELEASE
from bloc_warehouse.airflow_plugin.connections import task_settings
from bloc_warehouse.dag_defaults import (
    DAY,
    DEFAULT_ARGS,
    RUN_TYPES,
    Tag,
    announce_release,
    report_run_failure,
)
from bloc_warehouse.dag_orders import approval, orders, second_person

_ALL = "ALL"  # overrides every bloc, and is never assumed

DOC = """
### What

Publishes a release in spite of critical findings: by hand, with the number of the
release (`bloc publish --why-not` prints it), a reason, and a bloc, or ALL for every
bloc that is blocked. Says what blocks it, then waits two days for a second person to
approve (*Required actions*): who started the run cannot. Without an answer it is
rejected. Leaves the same record as `bloc publish --override`: who approved, and why.

### Triage

- `describe_release` red: the number is not that of the release that waits, or nothing
  is blocked. Its log and `bloc publish --why-not` say which release it is now. An order
  that is refused fails at once and opens no alert.
- `publish_release` red, *somebody else must approve it*: who started the run approved
  it too. Clear `approve_override` with what follows, and have another person answer.
- `publish_release` red otherwise: another build came while the run waited. Look at its
  findings and start again with its number.
- `publish_release` skipped: rejected, or not answered in time. Nothing changed.

### Owner

data-engineering. Readers keep the last good figures until somebody decides.
"""


@dag(
    schedule=None,
    catchup=False,
    allowed_run_types=RUN_TYPES,
    description="Publish what critical findings block, after a person approved it",
    max_active_runs=1,
    dagrun_timeout=3 * DAY,
    default_args=DEFAULT_ARGS,
    on_failure_callback=report_run_failure,
    tags=[Tag.LAYER_MARTS, Tag.IMPACT_LOW],
    params={
        "release": Param(type="integer", description="Number of the blocked release"),
        "reason": Param(type="string", minLength=5, description="Why; kept"),
        "bloc": Param(
            type="string",
            minLength=2,
            description=f"The bloc's code, or {_ALL} for every bloc that is blocked",
        ),
    },
    doc_md=DOC,
)
def override_publish() -> None:
    """Wire the tasks."""

    @task
    def describe_release(**context: Any) -> str:  # noqa: ANN401 - Airflow's
        from bloc_warehouse.publish.publish import describe_blocked

        with orders(context):
            return describe_blocked(task_settings(), **_order(context["params"]))

    approve_override = approval(
        "approve_override",
        subject="Publish release {{ params.release }}, {{ params.bloc }}, in spite of"
        " critical findings?",
        body="{{ params.reason }}\n\n{{ ti.xcom_pull(task_ids='describe_release') }}",
        days=2,
    )

    @task(outlets=[RELEASE])
    def publish_release(
        approved: dict[str, Any],
        **context: Any,  # noqa: ANN401 - Airflow's
    ) -> str:
        from bloc_warehouse.pipeline import publish

        settings = task_settings()
        with orders(context):
            outcome = publish(
                settings,
                by=second_person(approved, context),
                reason=context["params"]["reason"],
                override=True,
                **_order(context["params"]),
            )
        return announce_release(settings, outcome, context["outlet_events"])

    @task(inlets=[RELEASE], outlets=[ALERTS])
    def refresh_alerts() -> None:
        from bloc_warehouse.alerts import alerts

        alerts.refresh(task_settings())

    describe_release() >> approve_override
    published = publish_release(approve_override.output)  # type: ignore[arg-type]
    published >> refresh_alerts()


def _order(params: dict[str, Any]) -> dict[str, Any]:
    bloc = params["bloc"].strip().upper()
    return {"release": params["release"], "bloc": None if bloc == _ALL else bloc}


registered = override_publish()
