"""What upkeep does by hand: each step, its record, and what it may not touch."""

import os
import time
from pathlib import Path

import psycopg
import pytest
from tests import builders

from bloc_warehouse.backup.manifest import DamagedBackupError
from bloc_warehouse.database.connection import connect
from bloc_warehouse.intake.run import ingest
from bloc_warehouse.settings import Settings
from bloc_warehouse.upkeep import logs, steps
from bloc_warehouse.upkeep.archive import DamagedArchiveError, verify_archive
from bloc_warehouse.upkeep.logs import drop_old_logs
from bloc_warehouse.upkeep.report import PAGE
from bloc_warehouse.upkeep.steps import STEPS, Wishes, maintain
from bloc_warehouse.upkeep.tables import vacuum_tables


def test_a_sound_archive_is_read_wholly_or_in_part(intake: Settings) -> None:
    for month, period in (("07", "2024-H1"), ("10", "2024-M9")):
        content = builders.workbook(period_code=period)
        builders.land(intake.landing_dir, "LAN-001", f"2024-{month}-05/a.xlsx", content)
    ingest(intake)
    assert verify_archive(intake, most=None).startswith("2 archived files read")
    assert verify_archive(intake, most=1).startswith("1 archived file read")


@pytest.mark.parametrize("damage", ["other", "gone"])
def test_a_damaged_archive_is_named(intake: Settings, damage: str) -> None:
    builders.land(intake.landing_dir, "LAN-001", "a.xlsx", builders.workbook())
    ingest(intake)
    [kept] = intake.archive_dir.glob("??/*.xlsx")
    if damage == "gone":
        kept.unlink()
    else:
        kept.write_bytes(b"other")
    with pytest.raises(DamagedArchiveError, match=kept.name):
        verify_archive(intake)


def test_old_logs_go_and_nothing_else(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = settings.data_dir / "airflow" / "logs"
    old, young = folder / "dag" / "old.log", folder / "dag" / "young.log"
    alone = folder / "other" / "old.log"
    for file in (old, young, alone):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    long_ago = time.time() - 61 * 86_400
    for file in (old, alone):
        os.utime(file, (long_ago, long_ago))
    server_log = settings.data_dir / "pg" / "server.log"
    server_log.parent.mkdir()
    (server_log.parent / "PG_VERSION").write_text("18")
    server_log.write_bytes(b"a" * 30 + b"b" * 10)
    monkeypatch.setattr(logs, "_LARGEST_SERVER_LOG", 20)
    monkeypatch.setattr(logs, "_KEPT_OF_SERVER_LOG", 10)
    assert drop_old_logs(settings).startswith("2 logs of more than 60 days deleted")
    assert [path for path in folder.rglob("*") if path.is_file()] == [young]
    assert not alone.parent.exists()
    assert server_log.read_bytes() == b"b" * 10


def test_tables_that_changed_much_are_vacuumed(warehouse: Settings) -> None:
    with connect("ingest", settings=warehouse, autocommit=True) as connection:
        connection.execute(
            "insert into quality.failures (pipeline, step, run, error, recovered_at)"
            " select 'p', n::text, 'r', 'e', now() from generate_series(1, 500) as n"
        )
        connection.execute("delete from quality.failures where step::int > 100")
        connection.execute("select pg_stat_force_next_flush()")
    found = vacuum_tables(warehouse)
    assert int(found.split()[0]) >= 1
    with connect("ingest", settings=warehouse) as connection:
        row = connection.execute(
            "select last_vacuum is not null, last_analyze is not null"
            " from pg_stat_user_tables where relname = 'failures'"
        ).fetchone()
    assert row == (True, True)


def test_by_hand_all_steps_are_done_though_one_fails(
    warehouse: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The one that failed is an alert, until it ends well."""
    settings = warehouse.with_changes(backup_target=tmp_path / "target")

    def fail(*_: object, **__: object) -> str:
        raise DamagedArchiveError("a file is gone")

    with monkeypatch.context() as broken:
        broken.setattr(steps, "verify_archive", fail)
        done: list[str] = []
        with pytest.raises(DamagedArchiveError):
            maintain_all(settings, done)
        assert done == [step for step in STEPS if step != "verify_archive"]
    assert open_failures(settings) == [("bloc maintain", "verify_archive")]
    page = (settings.reports_dir / PAGE).read_text(encoding="utf-8")
    assert "a file is gone" in page
    assert len(maintain_all(settings, [])) == len(STEPS)
    assert open_failures(settings) == []


def test_a_backup_that_is_damaged_is_an_error(
    warehouse: Settings, tmp_path: Path
) -> None:
    settings = warehouse.with_changes(backup_target=tmp_path / "target")
    wishes = Wishes()
    steps.take_step(settings, "run", "back_up", wishes)
    [dump] = (tmp_path / "target").glob("backups/*/warehouse.dump")
    dump.write_bytes(b"x" * dump.stat().st_size)
    with pytest.raises(DamagedBackupError, match=r"warehouse\.dump is not what"):
        steps.take_step(settings, "run", "check_backup", wishes)


def test_the_record_is_for_reading_by_transform_and_not_by_readers(
    warehouse: Settings,
) -> None:
    steps.take_step(warehouse, "run", "back_up", Wishes())
    with connect("transform", settings=warehouse) as connection:
        rows = connection.execute("select step, outcome from quality.upkeep")
        assert rows.fetchall() == [("back_up", "skipped")]
    with (
        connect("bi_reader", settings=warehouse) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("select * from quality.upkeep")


def maintain_all(settings: Settings, done: list[str]) -> list[str]:
    """Take all steps; what was done is in the list even if one fails at last."""
    for finding in maintain(settings, Wishes()):
        done.append(finding.step)
    return done


def open_failures(settings: Settings) -> list[tuple[str, str]]:
    with connect("ingest", settings=settings) as connection:
        return connection.execute(
            "select pipeline, step from quality.failures where recovered_at is null"
        ).fetchall()
