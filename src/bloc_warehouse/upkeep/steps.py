"""The steps of upkeep, and the record of what each did."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bloc_warehouse.alerts.failures import record_failures
from bloc_warehouse.backup.check import check_backup
from bloc_warehouse.backup.manifest import DamagedBackupError
from bloc_warehouse.backup.save import back_up
from bloc_warehouse.domain.counting import counted
from bloc_warehouse.settings import Settings
from bloc_warehouse.upkeep.archive import SAMPLE, verify_archive
from bloc_warehouse.upkeep.logs import drop_old_logs
from bloc_warehouse.upkeep.metadata import clean_metadata
from bloc_warehouse.upkeep.report import Finding, record_finding
from bloc_warehouse.upkeep.tables import vacuum_tables

BY_HAND = "bloc maintain"


@dataclass(frozen=True, slots=True)
class Wishes:
    """How thorough a run is to be.

    Attributes:
        all_files: Read every file of archive and backup, not some chosen by chance.
        with_secrets: Let the backup hold secrets, too.
        log_folder: Airflow's; the local Airflow's when left out.
    """

    all_files: bool = False
    with_secrets: bool = False
    log_folder: Path | None = None


Step = Callable[[Settings, Wishes], str | None]


def take_step(settings: Settings, run: str, step: str, wishes: Wishes) -> Finding:
    """Do one step, and keep what it found in the record and on the page.

    Args:
        settings: The installation.
        run: Name of the run that it belongs to.
        step: One of ``STEPS``.
        wishes: How thorough.

    Returns:
        What was found; skipped where the installation has nothing for it.
    """
    found = STEPS[step](settings, wishes)
    return record_finding(
        settings, run, step, found or _NOTHING_FOR[step], is_skipped=found is None
    )


def maintain(settings: Settings, wishes: Wishes) -> Iterator[Finding]:
    """Do all steps by hand; one that fails is an alert, and the others are done.

    Raises:
        Exception: The first failure, once all are done.
    """
    run = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}Z by hand"
    failure: Exception | None = None
    for step in STEPS:
        try:
            with record_failures(settings, BY_HAND, step):
                finding = take_step(settings, run, step, wishes)
        except Exception as error:  # raised again below: none hides the others
            failure = failure or error
        else:
            yield finding
    if failure is not None:
        raise failure


def _verify_archive(settings: Settings, wishes: Wishes) -> str:
    return verify_archive(settings, most=None if wishes.all_files else SAMPLE)


def _drop_old_logs(settings: Settings, wishes: Wishes) -> str:
    return drop_old_logs(settings, wishes.log_folder)


def _clean_metadata(settings: Settings, _: Wishes) -> str | None:
    return clean_metadata(settings)


def _vacuum_tables(settings: Settings, _: Wishes) -> str:
    return vacuum_tables(settings)


def _back_up(settings: Settings, wishes: Wishes) -> str | None:
    if settings.backup_target is None:
        return None
    made = back_up(settings, with_secrets=wishes.with_secrets)
    lacks = [
        *(f"the archive lacks {path}" for path in made.manifest.missing),
        *(
            f"the password of {name} could not be read"
            for name in made.manifest.logins_without_password
        ),
    ]
    return "; ".join(
        [
            f"backup {made.manifest.name} made with"
            f" {counted(made.new_files, 'new file')}, {made.new_bytes / 1e6:.1f} MB",
            *lacks,
        ]
    )


def _check_backup(settings: Settings, wishes: Wishes) -> str | None:
    if settings.backup_target is None:
        return None
    most = None if wishes.all_files else SAMPLE
    checked = check_backup(settings, settings.backup_target, most=most)
    if checked.faults:
        raise DamagedBackupError(
            f"the backup {checked.manifest.name} is not whole:"
            f" {'; '.join(checked.faults[:3])}. Make another one, elsewhere"
        )
    return (
        f"backup {checked.manifest.name} is whole:"
        f" {counted(checked.files, 'file')} read, {checked.size / 1e6:.1f} MB"
    )


STEPS: Mapping[str, Step] = {
    "verify_archive": _verify_archive,
    "drop_old_logs": _drop_old_logs,
    "clean_metadata": _clean_metadata,
    "vacuum_tables": _vacuum_tables,
    "back_up": _back_up,
    "check_backup": _check_backup,
}
_NO_TARGET = "no target is set: BLOC_BACKUP_TARGET"
_NOTHING_FOR = {
    "clean_metadata": "Airflow's database is not known: BLOC_AIRFLOW_DATABASE_URL",
    "back_up": _NO_TARGET,
    "check_backup": _NO_TARGET,
}
