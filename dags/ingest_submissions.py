"""Look for new files and load them; tell build_warehouse when something changed."""

from dataclasses import asdict
from typing import Any

from airflow.sdk import (
    AssetOrTimeSchedule,
    CronTriggerTimetable,
    TriggerRule,
    dag,
    task,
)

from bloc_warehouse.airflow_plugin.assets import LANDING, SUBMISSIONS
from bloc_warehouse.airflow_plugin.connections import task_settings
from bloc_warehouse.dag_defaults import (
    DEFAULT_ARGS,
    LONG,
    LONG_RUN,
    RUN_TYPES,
    Tag,
    ingest_schedule,
    parallel_batches,
    report_run_failure,
    timezone,
)

DOC = """
### What

Runs a second or two after something in `landing/` changed (the triggerer watches it),
and every few minutes for what that missed. Finds files in `landing/`, archives and
registers them, then reads, checks and loads them in batches and answers every sender in
`outbox/`. A file that is wrong is *rejected* with its cells named; that is a result,
not a failure, and stops no other.
Announces the asset `raw/submissions`, with the number of files and their blocs, only
while readers lack something received. So a run that died half-way, here or in
`build_warehouse`, is caught up with, and nothing is built for nothing.

### Triage

- Healthy while the latest run is green. A red run lost nothing: files stay *pending*
  and the next run takes them up again.
- Files wait for the timetable's run: the triggerer is down, its log says *landing
  cannot be watched*, or `BLOC_WATCH_SECONDS` is 0. A look at a very long landing takes
  its time, and the next one is then as much later.
- `find_new_files` red: the disk is full, `landing/` cannot be read, or the warehouse
  is down. The task's log says which in its last line.
- `load_batch` red: a bug, or the database went away. `bloc status` shows what is still
  pending; `bloc ingest` does the same work by hand.
- Many rejected files at once: a new layout of a form. See their receipts in `outbox/`.

### Owner

data-engineering. Senders notice a delay the same day.
"""


@dag(
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable(
            ingest_schedule(), timezone=timezone(), run_immediately=False
        ),
        assets=[LANDING],
    ),
    catchup=False,
    allowed_run_types=RUN_TYPES,
    description="Look for new files, load them, answer their senders",
    max_active_runs=1,
    dagrun_timeout=LONG_RUN,
    default_args=DEFAULT_ARGS,
    on_failure_callback=report_run_failure,
    tags=[Tag.LAYER_RAW, Tag.IMPACT_HIGH],
    doc_md=DOC,
)
def ingest_submissions() -> None:
    """Wire the tasks."""

    @task(inlets=[LANDING], execution_timeout=LONG)
    def find_new_files() -> list[list[int]]:
        from bloc_warehouse import pipeline
        from bloc_warehouse.intake.run import pending_batches, register_new_files

        settings = task_settings()
        pipeline.prepare(settings)
        register_new_files(settings)
        return pending_batches(settings)

    @task(
        execution_timeout=LONG,
        max_active_tis_per_dagrun=parallel_batches(),
        map_index_template="{{ task.op_kwargs['file_ids'] | length }} files",
    )
    def load_batch(file_ids: list[int]) -> dict[str, int]:
        from bloc_warehouse.intake.run import ingest_batch

        return asdict(ingest_batch(task_settings(), file_ids))

    @task(inlets=[LANDING], outlets=[SUBMISSIONS], trigger_rule=TriggerRule.NONE_FAILED)
    def announce_submissions(*, outlet_events: Any = None) -> None:  # noqa: ANN401
        from airflow.sdk.exceptions import AirflowSkipException

        from bloc_warehouse import pipeline
        from bloc_warehouse.intake.run import write_receipts

        settings = task_settings()
        write_receipts(settings)  # of a run that died before it answered
        if not pipeline.needs_build(settings):
            raise AirflowSkipException("readers have everything received")
        outlet_events[SUBMISSIONS].extra = pipeline.describe_waiting(settings)

    load_batch.expand(file_ids=find_new_files()) >> announce_submissions()


registered = ingest_submissions()
