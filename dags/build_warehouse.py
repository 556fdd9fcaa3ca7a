"""Turn the current submissions into audited, published tables."""

from dataclasses import asdict
from typing import Any

from airflow.sdk import TriggerRule, dag, task
from airflow.sdk.types import DagRunProtocol

from bloc_warehouse.airflow_plugin.assets import ALERTS, RELEASE, SUBMISSIONS
from bloc_warehouse.airflow_plugin.connections import task_settings
from bloc_warehouse.dag_defaults import (
    DEFAULT_ARGS,
    LONG,
    LONG_RUN,
    RUN_TYPES,
    Tag,
    announce_release,
    report_run_failure,
)

DOC = """
### What

Runs when `ingest_submissions` announces changes, and skips the rest where readers have
them already (a run by hand always builds). What a run that failed half-way left, the
next one builds and publishes. Stages the submissions,
cross-checks each unit's returns and holds those that contradict each other, builds the
facts into `marts_candidate`, audits their totals, publishes by rotating the schemas,
and opens or closes alerts, which `deliver_alerts` sends. Findings are results, not
failures: a blocked publish leaves readers on the last good release, with an alert, and
the run stays green. What was published is announced as the asset `marts/release`, with
the release's number, its blocs and the audit's verdict.

### Triage

- Healthy while the latest run is green and `bloc status` shows no open publish block.
- `stage_submissions` or `build_marts` red: the model or data test is named at the log's
  end. Two builds never run at once; a build by hand makes this one wait.
- Lists that were applied since `stage_submissions` make `build_marts` stage and
  cross-check again by them; its log says so.
- `cross_check` or `audit_marts` red: an expectation could not be evaluated (not: did
  not hold). The log names the suite.
- `publish_marts` skipped after a green audit: nothing was published, for it is blocked
  or pinned. Its log says which, and so does `bloc status`.
- Clearing any task and those after it is safe: each can be repeated.

### Owner

data-engineering. Readers keep the last release meanwhile; look on the same day.
"""


@dag(
    schedule=[SUBMISSIONS],
    catchup=False,
    allowed_run_types=RUN_TYPES,
    description="Turn the current submissions into audited, published tables",
    max_active_runs=1,
    dagrun_timeout=LONG_RUN,
    default_args=DEFAULT_ARGS,
    on_failure_callback=report_run_failure,
    tags=[Tag.LAYER_MARTS, Tag.IMPACT_HIGH],
    doc_md=DOC,
)
def build_warehouse() -> None:
    """Wire the tasks."""

    @task.short_circuit
    def check_for_changes(dag_run: DagRunProtocol | None = None) -> bool:
        from bloc_warehouse.pipeline import needs_build

        is_announced = dag_run is not None and dag_run.run_type == "asset_triggered"
        return not is_announced or needs_build(task_settings())

    @task(execution_timeout=LONG)
    def stage_submissions() -> None:
        from bloc_warehouse import pipeline
        from bloc_warehouse.build.transform import stage

        settings = task_settings()
        pipeline.prepare(settings)
        stage(settings)

    @task(execution_timeout=LONG)
    def cross_check() -> dict[str, Any]:
        from bloc_warehouse.checks import gate

        return asdict(gate.cross_check(task_settings()))

    @task(execution_timeout=LONG)
    def build_marts() -> None:
        from bloc_warehouse import pipeline

        pipeline.finish_build(task_settings())

    @task(execution_timeout=LONG)
    def audit_marts() -> dict[str, Any]:
        from bloc_warehouse.checks import gate

        return asdict(gate.audit(task_settings()))

    @task(inlets=[SUBMISSIONS], outlets=[RELEASE])
    def publish_marts(*, outlet_events: Any = None) -> str:  # noqa: ANN401
        from bloc_warehouse import pipeline
        from bloc_warehouse.publish.plan import SCHEDULE

        by = f"{SCHEDULE}:build_warehouse"
        settings = task_settings()
        outcome = pipeline.publish(settings, by=by)
        return announce_release(settings, outcome, outlet_events)

    @task(inlets=[RELEASE], outlets=[ALERTS], trigger_rule=TriggerRule.NONE_FAILED)
    def refresh_alerts() -> None:
        from bloc_warehouse.alerts import alerts

        alerts.refresh(task_settings())

    (
        check_for_changes()
        >> stage_submissions()
        >> cross_check()
        >> build_marts()
        >> audit_marts()
        >> publish_marts()
        >> refresh_alerts()
    )


registered = build_warehouse()
