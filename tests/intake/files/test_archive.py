"""What lies in landing is taken once and whole; personal data is not kept."""

import os
import threading
import time
from pathlib import Path

import pytest
from tests import builders
from tests.intake.test_run import query, receipts, states
from tests.malformed_files import book, lines

from bloc_warehouse.intake.files.archive import INCOMING
from bloc_warehouse.intake.run import ingest, load_batch, pending_batches
from bloc_warehouse.intake.run import register_new_files as register
from bloc_warehouse.settings import Settings
from bloc_warehouse.storage.base import WRITING
from bloc_warehouse.storage.local import Folder
from bloc_warehouse.storage.names import printable

PERSONAL = book([*lines(), (), ("Liên hệ", "0912.345.678")])


def kept(settings: Settings) -> list[str]:
    return sorted(
        path.relative_to(settings.archive_dir).as_posix()
        for path in settings.archive_dir.rglob("*")
        if path.is_file()
    )


def test_bytes_lie_in_incoming_until_they_were_read(intake: Settings) -> None:
    builders.land(intake.landing_dir, "LAN-001", "a.xlsx", builders.workbook())
    register(intake)
    (waiting,) = kept(intake)
    assert waiting.startswith(f"{INCOMING}/")
    assert (intake.archive_dir / INCOMING).stat().st_mode & 0o777 == 0o700
    ingest(intake)
    assert kept(intake) == [waiting.removeprefix(f"{INCOMING}/")]
    assert query(intake, "select archive_path from raw.files") == [(kept(intake)[0],)]


def test_personal_data_is_deleted_and_only_its_place_is_kept(
    intake: Settings,
) -> None:
    builders.land(intake.landing_dir, "LAN-001", "a.xlsx", PERSONAL)
    builders.land(intake.landing_dir, "LAN-001", "same.xlsx", PERSONAL)
    ingest(intake)
    assert kept(intake) == []
    assert (
        query(
            intake,
            "select state, archive_path, byte_size, length(sha256) from raw.files",
        )
        == [("rejected", None, len(PERSONAL), 64)] * 2
    )
    assert query(intake, "select code, cell from raw.faults") == [("P502", "B9")] * 2
    assert query(intake, "select count(*) from raw.submissions") == [(0,)]
    assert "0912" not in str(receipts(intake, "LAN-001"))
    assert "0912" not in str(query(intake, "select * from raw.faults"))


def test_the_same_bytes_under_two_names_are_read_twice_and_kept_once(
    intake: Settings,
) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        builders.land(intake.landing_dir, "LAN-001", name, builders.workbook())
    register(intake)
    (batch,) = pending_batches(intake)
    for file_id in batch:
        load_batch(intake, [file_id])
    assert len(kept(intake)) == 1
    assert not kept(intake)[0].startswith(INCOMING)
    assert [state for _, state in states(intake)] == ["accepted", "duplicate"]


def test_a_crash_before_incoming_is_cleared_is_made_good(
    intake: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.land(intake.landing_dir, "LAN-001", "a.xlsx", PERSONAL)
    with monkeypatch.context() as patch:
        patch.setattr("bloc_warehouse.intake.run.clear_incoming", _die)
        with pytest.raises(KeyboardInterrupt):
            ingest(intake)
    assert len(kept(intake)) == 1
    ingest(intake)
    assert kept(intake) == []


def test_names_that_no_database_takes_are_written_as_codes(intake: Settings) -> None:
    folder = intake.landing_dir / "LAN-001"
    folder.mkdir(parents=True)
    for name in (b"a\nb\x1b.xlsx", b"caf\xe9.xlsx", "\u202excod.xlsx".encode()):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(b"x")
    ingest(intake)
    assert [path for path, _ in states(intake)] == [
        r"LAN-001/\x202excod.xlsx",
        r"LAN-001/a\x0ab\x1b.xlsx",
        r"LAN-001/caf\xdce9.xlsx",
    ]
    assert len(receipts(intake, "LAN-001")) == 3


def test_a_bad_file_does_not_keep_the_others_from_their_answers(
    intake: Settings,
) -> None:
    few = intake.with_changes(parse_memory_bytes=50 * 1024 * 1024, max_rows=10**7)
    builders.land(few.landing_dir, "LAN-001", "1.csv", b"1;2;3;4\n" * 3_000_000)
    builders.land(few.landing_dir, "LAN-001", "2.xlsx", builders.workbook())
    assert ingest(few).batch.accepted == 1
    assert states(few) == [
        ("LAN-001/1.csv", "rejected"),
        ("LAN-001/2.xlsx", "accepted"),
    ]


def test_links_folders_and_lock_files_are_left_alone(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    outside = tmp_path / "outside"
    builders.land(outside, "X", "secret.xlsx", b"x")
    builders.land(landing, "LAN-001", "~$a.xlsx", b"lock")
    builders.land(landing, "LAN-001", "Thumbs.db", b"pictures of Windows")
    builders.land(landing, "LAN-001", ".hidden.xlsx", b"x")
    (landing / "LAN-001" / "link.xlsx").symlink_to(outside / "X" / "secret.xlsx")
    (landing / "linked").symlink_to(outside / "X")
    os.mkfifo(landing / "LAN-001" / "pipe.xlsx")
    assert list(Folder(landing).files()) == []


def test_a_file_that_grows_is_left_to_the_next_run(tmp_path: Path) -> None:
    path = builders.land(tmp_path, "LAN-001", "a.csv", b"1")

    def write_on() -> None:
        time.sleep(0.2)
        path.write_bytes(b"12")

    writer = threading.Thread(target=write_on)
    writer.start()
    assert list(Folder(tmp_path).files(settle_seconds=1)) == []
    writer.join()
    (landed,) = Folder(tmp_path).files(settle_seconds=0.1)
    assert landed.size == 2


def test_a_young_file_is_waited_for_in_a_dated_folder_too(tmp_path: Path) -> None:
    path = builders.land(tmp_path, "LAN-001", "2024-07-05/b.csv", b"1")
    os.utime(path, (0, 0))  # a copy that keeps the time is no older for that
    start = time.monotonic()
    files = Folder(tmp_path).files(settle_seconds=0.5)
    assert [file.name for file in files] == ["LAN-001/2024-07-05/b.csv"]
    assert time.monotonic() - start >= 0.4


def test_what_a_program_has_open_is_being_written(tmp_path: Path) -> None:
    path = builders.land(tmp_path, "LAN-001", "2024-07-05/b.csv", b"1")
    told: list[tuple[str, str]] = []
    folder = Folder(tmp_path)
    with path.open("ab"):  # has nothing to write for the moment
        (file,) = folder.files()
        assert folder.read_unchanged(file, 10, lambda *path: told.append(path)) is None
    assert told == [("LAN-001/2024-07-05/b.csv", WRITING)]
    assert folder.read_unchanged(file, 10) == b"1"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("a b.xlsx", "a b.xlsx"), ("a\0\x7f", r"a\x00\x7f"), ("../x", "../x")],
)
def test_names_are_printable(name: str, shown: str) -> None:
    assert printable(name) == shown


def _die(*_: object) -> None:
    raise KeyboardInterrupt
