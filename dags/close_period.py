"""Close a bloc's period, after a person approved it."""

from typing import Any

from airflow.sdk import Param, dag, task

from bloc_warehouse.dag_defaults import DEFAULT_ARGS, Tag, approval, approver
from bloc_warehouse.settings import get_settings

DOC = """
### What

Fixes the figures of a bloc's period: by hand, with bloc, period and reason. Lists what
is still open (returns that are missing or held, critical findings, files that are not
built yet), then waits seven days for a person to approve (*Required actions*); without
an answer it is rejected. Approving closes in spite of what is listed, and the list is
kept. Later files of the period are accepted as marked corrections and change no total
until `bloc period reopen`.

### Triage

- `list_open_points` red: there is no such bloc or period, or it is closed already.
- `fix_figures` red: something more came to be open while the run waited. Start again
  and look at the list.
- `fix_figures` skipped: rejected, or nobody answered in time. Nothing changed.

### Owner

data-engineering, on the order of the bloc's office.
"""


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=[Tag.LAYER_MARTS, Tag.IMPACT_HIGH],
    params={
        "bloc": Param(type="string", minLength=2, description="The bloc's code"),
        "period": Param(type="string", minLength=6, description="E.g. 2024-H1"),
        "reason": Param(type="string", minLength=5, description="Why; kept"),
    },
    doc_md=DOC,
)
def close_period() -> None:
    """Wire the tasks."""

    @task
    def list_open_points(params: dict[str, Any] | None = None) -> list[str]:
        from bloc_warehouse.quality import closing

        return list(closing.obstacles(get_settings(), *_which(params or {})))

    approve_closing = approval(
        "approve_closing",
        subject="Close {{ params.bloc }} {{ params.period }}?",
        body="{{ params.reason }}\n\nStill open:\n\n"
        "{% for point in ti.xcom_pull(task_ids='list_open_points') %}"
        "- {{ point }}\n{% else %}nothing{% endfor %}",
        days=7,
    )

    @task
    def fix_figures(
        seen: list[str],
        approved: dict[str, Any],
        params: dict[str, Any] | None = None,
    ) -> int:
        from bloc_warehouse.quality import closing

        return closing.close_period(
            get_settings(),
            *_which(params or {}),
            by=approver(approved),
            reason=(params or {})["reason"],
            accepted=seen,
        ).closing_id

    seen = list_open_points()
    seen >> approve_closing
    fix_figures(seen, approve_closing.output)  # type: ignore[arg-type]


def _which(params: dict[str, Any]) -> tuple[str, str]:
    return params["bloc"].upper(), params["period"].upper()


close_period()
