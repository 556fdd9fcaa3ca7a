"""The data docs of the gates' runs: where they lie, and which are kept."""

import re
import shutil
from pathlib import Path

from psycopg import Connection

from bloc_warehouse.checks.model import Stage
from bloc_warehouse.settings import AlertSettings, StorageSettings

KEPT_RUNS = 20

_NAME = re.compile(r"(\d+)-(cross_check|audit)")


def docs_folder(settings: StorageSettings, run_id: int, stage: Stage) -> Path:
    """Return the folder of a run's data docs."""
    return _all(settings) / f"{run_id:06d}-{stage}"


def shown_at(page: Path, settings: AlertSettings) -> str:
    """Return a report's address where reports are served, else its path."""
    if settings.reports_url and page.is_relative_to(settings.reports_dir):
        below = page.relative_to(settings.reports_dir)
        return f"{settings.reports_url}/{below.as_posix()}"
    return str(page)


def prune_docs(connection: Connection, settings: StorageSettings) -> None:
    """Drop the oldest data docs; those of a release that can still be shown stay."""
    rows = connection.execute(
        "select audit_run_id from quality.releases"
        " where state in ('candidate', 'live', 'previous')"
    )
    kept = {run_id for (run_id,) in rows}
    runs = sorted(
        (int(match[1]), folder)
        for folder in _all(settings).glob("*")
        if (match := _NAME.fullmatch(folder.name))
    )
    for run_id, folder in runs[:-KEPT_RUNS]:
        if run_id not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def _all(settings: StorageSettings) -> Path:
    return settings.reports_dir / "audits"
