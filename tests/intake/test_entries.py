"""Whatever one sender puts into landing, the others' files are loaded and answered."""

import os
import random
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from tests import builders
from tests.intake.revise.test_deliveries import put
from tests.intake.test_run import query, receipts
from tests.paths import ROOT

from bloc_warehouse.intake import run
from bloc_warehouse.intake.run import ingest
from bloc_warehouse.settings import Settings
from bloc_warehouse.storage.base import StoreError
from bloc_warehouse.storage.local import Folder
from bloc_warehouse.variables import process_environment

CSV = builders.csv_membership()
OTHER = CSV.replace("Mã đơn vị;LAN-001".encode(), "Mã đơn vị;LAN-002".encode())
LONG = "ế" * 83  # 249 bytes
TIMES = (-1e10, -1.0, 0.0, 1.0, 2**31 + 0.5, 1e10, 9e11)
NAMES = (
    "x.csv", f"{LONG}.csv", LONG, "ế" * 85, "a" * 255, " .csv", "...csv", "a\n.csv",
    "\udcff\udcfe.csv", "a\u202eb.csv", "%2F#?[*].csv", "-rf.csv", "'; drop.csv",
    "CON.xlsx", "x.csv.", "🙂" * 60 + ".csv", "e\u0302\u0301" * 40 + ".csv", ".hidden",
    "~$x.xlsx", "x.tar.gz", "x." + "y" * 200, "0912345678.csv", "{found}.csv",
    "<b>&.csv", "\x01\x7f.csv", "[red]x[/].csv", "=1+1.csv",
)  # fmt: skip
FOLDERS = (
    "", "0001-01-01", "9999-12-31", "2023-02-29", "05-07-2021", "2024-07-05", LONG,
    "a/b/c/d/e/f/g", f"{LONG}/{LONG}/{LONG}", "\udcff", " ", ".git", "2024-07-05/2042",
    "٢٠٢١-٠٧-٠٥", "-", "..a", "2024-07-05\n",
)  # fmt: skip


def file(path: Path) -> None:
    path.write_bytes(random.choice((b"", b"\0" * 9, b"x;y\n", builders.workbook())))  # noqa: S311


def deep(path: Path) -> None:
    """Nest folders further than a path can say."""
    before = Path.cwd()
    path.mkdir()
    try:
        os.chdir(path)
        for _ in range(1_200):
            Path("d" * 9).mkdir()
            os.chdir("d" * 9)
        Path("x.csv").write_bytes(CSV)
    finally:
        os.chdir(before)


def closed(path: Path) -> None:
    path.mkdir()
    (path / "x.csv").write_bytes(CSV)
    path.chmod(0)


def plugged(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        before = Path.cwd()
        try:
            os.chdir(path.parent)  # a socket's path is short
            server.bind("s")
            Path("s").rename(path.name)
        finally:
            os.chdir(before)


KINDS: tuple[Callable[[Path], None], ...] = (
    file, file, file, file, os.mkfifo, plugged, closed, Path.mkdir,
    lambda path: path.symlink_to("/etc/hostname"),
    lambda path: path.symlink_to(path.parent),
    lambda path: path.symlink_to("nowhere"),
)  # fmt: skip


def scatter(landing: Path, chance: random.Random, count: int) -> None:
    """Put entries of any kind, name, folder, mode and time into two landing folders."""
    for _ in range(count):
        sender = chance.choice(("LAN-001", "WHO", "2024-07-05", LONG))
        folder = landing / sender / chance.choice(FOLDERS)
        path = folder / chance.choice(NAMES)
        with suppress(OSError):  # what the system refuses nobody can send
            folder.mkdir(parents=True, exist_ok=True)
            chance.choice(KINDS)(path)
            if stat.S_ISREG(path.lstat().st_mode):
                path.chmod(chance.choice((0, 0o400, 0o644, 0o7777)))
            moment = chance.choice(TIMES)
            os.utime(path, (moment, moment), follow_symlinks=False)


def test_no_entry_keeps_the_others_from_being_loaded(
    intake: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    quick = intake.with_changes(workers=2)
    scatter(quick.landing_dir, random.Random(1), 250)  # noqa: S311
    deep(quick.landing_dir / "LAN-001" / "deep")
    try:
        _check_that_all_is_answered(quick, caplog)
    finally:  # too deep for Python to remove
        subprocess.run(["rm", "-rf", quick.landing_dir / "LAN-001"], check=True)  # noqa: S607


def _check_that_all_is_answered(
    quick: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    others = builders.land(quick.landing_dir, "LAN-002", "2024-07-05/x.csv", OTHER)
    result = ingest(quick)
    assert query(quick, "select state from raw.files where sender = 'LAN-002'") == [
        ("accepted",)
    ]
    ((waiting, unanswered, registered),) = query(
        quick,
        "select count(*) filter (where state = 'pending'),"
        " count(*) filter (where answered_at is null), count(*) from raw.files",
    )
    assert (waiting, unanswered) == (0, 0)
    assert result.registered == registered > 50
    codes = query(quick, "select distinct code from raw.faults")
    assert {("F114",), ("F115",)} <= set(codes)
    assert ("F111",) not in codes
    written = {path.name for path in quick.outbox_dir.rglob("*.json")}
    assert len(written - {"not-taken.json"}) == registered
    assert "not-taken.json" in written
    causes = query(
        quick, "select distinct split_part(cause, ' ', 1) from raw.not_taken"
    )
    assert {("L501",), ("L502",), ("L503",), ("L506",), ("L507",)} <= set(causes)
    assert query(quick, "select path from raw.not_taken where path like '%deep%'") == [
        ("LAN-001/deep" + "/ddddddddd" * 11,)
    ]
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    again = ingest(quick)
    assert (again.registered, again.not_taken) == (0, result.not_taken)
    assert others.exists()


@pytest.fixture
def anybody() -> Iterator[Path]:
    """A folder of this test, which runs as somebody who may not read everything."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        is_root = os.geteuid() == 0
        yield folder
        if is_root:
            os.seteuid(0)
        for path in folder.rglob("*"):
            path.chmod(0o700)


def test_what_may_not_be_read_is_named_with_the_cause(anybody: Path) -> None:
    shut = builders.land(anybody, "LAN-001", "shut/x.csv", CSV)
    builders.land(anybody, "LAN-001", "shut.csv", CSV).chmod(0)
    builders.land(anybody, "LAN-001", "z.csv", CSV)
    shut.parent.chmod(0)
    if os.geteuid() == 0:
        os.seteuid(65534)
    told: dict[str, str] = {}
    folder = Folder(anybody)
    files = list(folder.files(0, told.__setitem__))
    taken = [folder.read_unchanged(entry, 9999, told.__setitem__) for entry in files]
    assert taken == [None, CSV]
    refused = "L504 Permission denied"
    assert told == {"LAN-001/shut": refused, "LAN-001/shut.csv": refused}


def test_a_file_that_cannot_be_loaded_is_rejected_alone(
    intake: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the database refuses of one file, its batch is loaded without it."""
    load = run.load

    def refuse(
        connection: psycopg.Connection, registry: object, parsed: object
    ) -> None:
        files = parsed.values()  # type: ignore[attr-defined]
        first_forms = [file.forms[0] for file in files if file.forms]
        if any(form.identity.unit_code == "LAN-001" for form in first_forms):
            connection.execute("select 'x'::integer")
        load(connection, registry, parsed)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "load", refuse)
    builders.land(intake.landing_dir, "LAN-001", "x.csv", CSV)
    builders.land(intake.landing_dir, "LAN-002", "y.csv", OTHER)
    result = ingest(intake)
    assert (result.batch.accepted, result.batch.rejected) == (1, 1)
    (receipt,) = receipts(intake, "LAN-001")
    assert [fault["code"] for fault in receipt["faults"]] == ["F111"]


def test_a_workbook_that_breaks_its_marking_is_answered_by_a_page(
    intake: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> bytes:
        raise IndexError

    monkeypatch.setattr(
        "bloc_warehouse.intake.answer.receipt.returned_workbook", break_down
    )
    wrong = builders.workbook(
        {"membership": [builders.membership_row(closing_total=63)]}
    )
    builders.land(intake.landing_dir, "LAN-001", "a.xlsx", wrong)
    (returned,) = ingest(intake).returned
    assert Path(returned.receipt).suffix == ".html"
    assert Path(returned.receipt).exists()
    assert returned.fault
    assert "62 = 63" in returned.fault


def test_a_failed_write_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", _no_space)
        with pytest.raises(StoreError, match="No space left"):
            folder.write("LAN-001/a.json", b"x")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_a_killed_writer_left_goes_and_what_is_being_written_stays(
    tmp_path: Path,
) -> None:
    folder = Folder(tmp_path)
    folder.write("LAN-001/a.json", b"x")
    left = tmp_path / ".partial" / "left"
    left.write_bytes(b"half")
    with folder._part() as part:
        for path in (left, Path(part.name)):
            os.utime(path, (0, 0))
        folder.clean()
        assert not left.exists()
        assert Path(part.name).exists()
    folder.clean()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["a.json"]


def _no_space(*_: object) -> None:
    raise OSError(28, "No space left on device")


POOL = """
import os, sys, time
from concurrent.futures import ProcessPoolExecutor
import multiprocessing
from bloc_warehouse.intake.sandbox.lifeline import end_with_parent
from tests.intake.test_entries import start_reader
if __name__ == "__main__":
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"),
                             initializer=end_with_parent) as pool:
        print(*(pid for pids in pool.map(start_reader, range(2)) for pid in pids),
              flush=True)
        time.sleep(60)
"""


def start_reader(_: int) -> tuple[int, int]:
    """Start a reading process; return this process and that."""
    from tests.malformed_files import context, text_file

    from bloc_warehouse.intake.sandbox import client

    client.parse_apart("a.csv", text_file(), "LAN-001", context())
    time.sleep(0.5)  # the other worker takes the other task
    process = client._readers[0]._process
    assert process is not None
    return os.getpid(), process.pid


def test_a_killed_run_leaves_no_process(tmp_path: Path) -> None:
    script = tmp_path / "pool.py"
    script.write_text(POOL, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script)],
        env=process_environment() | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        started = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(set(started)) == 4
        assert all(map(_is_alive, started))
        parent.send_signal(signal.SIGKILL)
    end = time.monotonic() + 10
    while any(map(_is_alive, started)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(_is_alive, started))


def test_a_killed_worker_costs_no_file(
    intake: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others' batches are loaded all the same, and counted."""
    kill_first = intake.data_dir / "kill"
    kill_first.touch()
    monkeypatch.setenv("TEST_KILL", str(kill_first))
    monkeypatch.setattr(run, "_load_and_answer", killed_once)
    for number in range(4):
        put(intake, f"2024-07-0{number + 1}/x.csv", CSV)
    parallel = intake.with_changes(workers=2, batch_size=1)
    monkeypatch.setattr(run, "_FEWEST_IN_BATCH", 1)
    result = ingest(parallel)
    assert not kill_first.exists()
    assert result.batch.files == 4
    assert query(intake, "select count(*) from raw.files where state = 'pending'") == [
        (0,)
    ]


def killed_once(settings: Settings, file_ids: list[int]) -> run.BatchResult:
    with suppress(FileNotFoundError):
        Path(os.environ["TEST_KILL"]).unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    result = run.load_batch(settings, file_ids)
    run.write_receipts(settings)
    return result


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
