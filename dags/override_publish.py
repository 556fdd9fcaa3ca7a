"""Publish what critical findings block, after a person approved it."""

from typing import Any

from airflow.sdk import Param, dag, task

from bloc_warehouse.dag_defaults import (
    ALERTS,
    DEFAULT_ARGS,
    Tag,
    approval,
    approver,
)
from bloc_warehouse.settings import get_settings

DOC = """
### What

Publishes a release in spite of critical findings: by hand, with the number of the
release, a reason, and a bloc where only that one is meant. Says what blocks it, then
waits two days for a person to approve (*Required actions*); without an answer it is
rejected. Leaves the same record as `bloc publish --override`: who approved, and why.

### Triage

- `describe_release` red: the number is not that of the release that waits, or nothing
  is blocked. Its log and `bloc publish --why-not` say which release it is now.
- `publish_release` red: another build came while the run waited. Look at its findings
  and start again with its number.
- `publish_release` skipped: rejected, or nobody answered in time. Nothing changed.

### Owner

data-engineering. Readers keep the last good figures until somebody decides.
"""


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=[Tag.LAYER_MARTS, Tag.IMPACT_HIGH],
    params={
        "release": Param(type="integer", description="Number of the blocked release"),
        "reason": Param(type="string", minLength=5, description="Why; kept"),
        "bloc": Param("", type="string", description="Only this bloc; blank: all"),
    },
    doc_md=DOC,
)
def override_publish() -> None:
    """Wire the tasks."""

    @task
    def describe_release(params: dict[str, Any] | None = None) -> str:
        from bloc_warehouse.warehouse.publish import describe_blocked

        return describe_blocked(get_settings(), **_order(params or {}))

    approve_override = approval(
        "approve_override",
        subject="Publish release {{ params.release }} in spite of critical findings?",
        body="{{ params.reason }}\n\n{{ ti.xcom_pull(task_ids='describe_release') }}",
        days=2,
    )

    @task
    def publish_release(
        approved: dict[str, Any], params: dict[str, Any] | None = None
    ) -> str:
        from bloc_warehouse.warehouse.publish import publish

        return publish(
            get_settings(),
            by=approver(approved),
            reason=(params or {})["reason"],
            override=True,
            **_order(params or {}),
        ).message

    @task(outlets=[ALERTS])
    def refresh_alerts() -> None:
        from bloc_warehouse.quality import alerts

        alerts.refresh(get_settings())

    describe_release() >> approve_override
    published = publish_release(approve_override.output)  # type: ignore[arg-type]
    published >> refresh_alerts()


def _order(params: dict[str, Any]) -> dict[str, Any]:
    return {"release": params["release"], "bloc": params["bloc"].upper() or None}


override_publish()
