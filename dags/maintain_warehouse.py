"""Once a week: verify, tidy up, vacuum, back up, and check the backup."""

from pathlib import Path
from typing import Any

from airflow.sdk import CronTriggerTimetable, Param, dag, get_current_context, task

from bloc_warehouse.airflow_plugin.connections import task_settings
from bloc_warehouse.dag_defaults import (
    DEFAULT_ARGS,
    LONG,
    LONG_RUN,
    RUN_TYPES,
    Tag,
    maintain_schedule,
    report_run_failure,
    timezone,
)

DOC = """
### What

Reads a part of the archive again and compares it with its sha256; deletes old logs and,
in Airflow's own database, old runs; vacuums the tables that need it; backs the
installation up to `BLOC_BACKUP_TARGET` and checks that backup. What each step found is
in `quality.upkeep` and on the page `upkeep.html` of the folder of reports.

### Triage

- Healthy while the latest run is green. A skipped step has nothing to do here: its log
  says which setting is empty. The next run makes up for a missed week.
- `verify_archive` red: the log names the files. Copy them back from a backup
  (`files/<two letters>/<sha256>`) and run it again with `all_files`.
- `clean_metadata` red: the log ends with what Airflow said. Nothing else depends on it.
- `back_up` or `check_backup` red: there is no new backup. The target is full or out of
  reach, or `pg_dump` is missing; `bloc backup` does the same by hand.

### Owner

data-engineering, within the week; a week without a backup is too long.
"""


@dag(
    schedule=CronTriggerTimetable(
        maintain_schedule(), timezone=timezone(), run_immediately=False
    ),
    catchup=False,
    allowed_run_types=RUN_TYPES,
    description="Verify the archive, tidy up, vacuum, back up, check the backup",
    max_active_runs=1,
    max_active_tasks=1,  # none of it is urgent
    dagrun_timeout=LONG_RUN,
    default_args=DEFAULT_ARGS | {"execution_timeout": LONG},
    on_failure_callback=report_run_failure,
    tags=[Tag.LAYER_QUALITY, Tag.IMPACT_MEDIUM],
    params={
        "all_files": Param(
            default=False,
            type="boolean",
            title="All files",
            description="Read every file of archive and backup, not a sample.",
        ),
        "with_secrets": Param(
            default=False,
            type="boolean",
            title="With secrets",
            description="Back up passwords and Airflow's connections, too.",
        ),
    },
    doc_md=DOC,
)
def maintain_warehouse() -> None:
    """Wire the tasks, each a step that ``bloc maintain`` takes, too."""

    @task
    def take(step: str) -> str:
        from airflow.sdk.configuration import conf
        from airflow.sdk.exceptions import AirflowSkipException

        from bloc_warehouse.upkeep.steps import Wishes, take_step

        context = get_current_context()
        wishes = Wishes(
            all_files=context["params"]["all_files"],
            with_secrets=context["params"]["with_secrets"],
            log_folder=Path(conf.get("logging", "base_log_folder")),
        )
        finding = take_step(task_settings(), context["run_id"], step, wishes)
        if finding.is_skipped:
            raise AirflowSkipException(finding.found)
        return finding.found

    def step(name: str) -> Any:  # noqa: ANN401  Airflow's
        return take.override(task_id=name)(name)

    for independent in (
        *("verify_archive", "drop_old_logs"),
        *("clean_metadata", "vacuum_tables"),
    ):
        step(independent)
    step("back_up") >> step("check_backup")


registered = maintain_warehouse()
