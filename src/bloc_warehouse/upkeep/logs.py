"""Deletes what only grows: logs of Airflow's tasks, and the embedded server's own."""

import time
from collections.abc import Iterator
from pathlib import Path

from bloc_warehouse.database.embedded.location import cluster_dir
from bloc_warehouse.domain.counting import counted
from bloc_warehouse.settings import Settings

_DAY = 24 * 60 * 60
_LARGEST_SERVER_LOG = 20_000_000
_KEPT_OF_SERVER_LOG = 2_000_000


def drop_old_logs(settings: Settings, log_folder: Path | None = None) -> str:
    """Delete logs that nothing was written to for ``BLOC_LOG_DAYS``.

    What dbt and the checks write limits itself to the last runs.

    Args:
        settings: How long logs are kept, and where the embedded server is.
        log_folder: Airflow's; the local Airflow's when left out.

    Returns:
        What was deleted, for people.
    """
    folder = log_folder or settings.data_dir / "airflow" / "logs"
    oldest = time.time() - settings.log_days * _DAY
    size = count = 0
    for path in _files(folder):
        status = path.stat(follow_symlinks=False)
        if status.st_mtime < oldest:
            path.unlink(missing_ok=True)
            size, count = size + status.st_size, count + 1
    _drop_empty_folders(folder)
    cut = _shorten(cluster_dir(settings.data_dir) / "server.log")
    return (
        f"{counted(count, 'log')} of more than {counted(settings.log_days, 'day')}"
        f" deleted, {(size + cut) / 1_000_000:.1f} MB"
    )


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _drop_empty_folders(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        is_folder = path.is_dir() and not path.is_symlink()
        if is_folder and not any(path.iterdir()):
            path.rmdir()


def _shorten(log: Path) -> int:
    """Cut the beginning off a log that a server appends to; return how many bytes."""
    if not log.is_file() or log.stat().st_size <= _LARGEST_SERVER_LOG:
        return 0
    with log.open("r+b") as opened:
        opened.seek(-_KEPT_OF_SERVER_LOG, 2)
        end = opened.read()
        size = opened.tell()
        opened.seek(0)
        opened.write(end)
        opened.truncate()
    return size - len(end)
