"""The record of upkeep in ``quality.upkeep``, and its page in the folder of reports."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from bloc_warehouse.database.connection import connect
from bloc_warehouse.pages import page_templates
from bloc_warehouse.settings import Settings
from bloc_warehouse.storage import locations

PAGE = "upkeep.html"

_RUNS = 12
_TEMPLATES = Path(__file__).with_name("pages")
_LATEST = """
with runs as (
    select run, max(finished_at) as ended_at
    from quality.upkeep
    group by run
    order by ended_at desc
    limit %s
)
select runs.run, upkeep.step, upkeep.finished_at, upkeep.outcome, upkeep.found
from runs
inner join quality.upkeep as upkeep on runs.run = upkeep.run
order by runs.ended_at desc, upkeep.finished_at
"""
_FAILED = """
select pipeline, step, failed_at, error
from quality.failures
where recovered_at is null and pipeline in ('maintain_warehouse', 'bloc maintain')
order by failed_at
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a step did or found.

    Attributes:
        is_skipped: There was nothing for it to do; ``found`` says why.
    """

    step: str
    found: str
    is_skipped: bool


def record_finding(
    settings: Settings, run: str, step: str, found: str, *, is_skipped: bool
) -> Finding:
    """Keep what a step found, and write the page again.

    A step that is repeated in the same run replaces what it found before.
    """
    with connect("ingest", settings=settings) as connection:
        connection.execute(
            "insert into quality.upkeep (run, step, outcome, found)"
            " values (%s, %s, %s, %s) on conflict (run, step) do update set"
            " finished_at = clock_timestamp(), outcome = excluded.outcome,"
            " found = excluded.found",
            [run, step, "skipped" if is_skipped else "done", found],
        )
        page = _page(connection, settings)
    locations.reports(settings).write(PAGE, page.encode())
    return Finding(step, found, is_skipped)


def _page(connection: Connection, settings: Settings) -> str:
    with connection.cursor(row_factory=dict_row) as cursor:
        findings = cursor.execute(_LATEST, [_RUNS]).fetchall()
        failures = cursor.execute(_FAILED).fetchall()
    for row in (*findings, *failures):
        for name, value in row.items():
            if isinstance(value, datetime):
                row[name] = f"{value.astimezone(settings.zone):%Y-%m-%d %H:%M}"
    runs: dict[str, list[dict[str, Any]]] = {}
    for row in findings:
        runs.setdefault(row["run"], []).append(row)
    template = page_templates(_TEMPLATES).get_template("upkeep.html.j2")
    return template.render(runs=runs, failures=failures, timezone=settings.timezone)
