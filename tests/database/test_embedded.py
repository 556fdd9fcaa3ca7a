"""The embedded server starts, again and again, whatever happened before."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from tests.session.scratch import scratch_folder

from bloc_warehouse.database import embedded
from bloc_warehouse.database.embedded import location
from bloc_warehouse.database.embedded.location import SHARED_DIR, ServerError

FAST = ("fsync=off",)

pytestmark = pytest.mark.db


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder, with a space in its name, that other users can enter."""
    top = scratch_folder("bloc-embedded-")
    yield top / "dữ liệu 1"
    embedded.stop(top / "dữ liệu 1")
    shutil.rmtree(top)


def test_cold_then_warm_is_one_server(folder: Path) -> None:
    assert not embedded.is_running(folder)
    first = embedded.start(folder, options=FAST)
    started = time.monotonic()
    assert embedded.start(folder) == first
    assert time.monotonic() - started < 1
    assert embedded.is_running(folder)


def test_stop_stops_and_the_next_start_finds_port_and_data(folder: Path) -> None:
    first = embedded.start(folder, options=FAST)
    _keep_a_row(first)
    assert embedded.stop(folder)
    assert not embedded.is_running(folder)
    assert not embedded.stop(folder)
    assert _rows(embedded.start(folder, options=FAST)) == 1
    assert embedded.start(folder).port == first.port


def test_after_kill_9_it_starts_at_once_with_its_data(folder: Path) -> None:
    server = embedded.start(folder)
    _keep_a_row(server)
    os.kill(_postmaster(server), signal.SIGKILL)
    assert _rows(embedded.start(folder)) == 1


def test_a_zombie_is_not_taken_for_a_server(folder: Path) -> None:
    server = embedded.start(folder, options=FAST)
    embedded.stop(folder)
    zombie = subprocess.Popen([sys.executable, "-c", ""])
    _wait_for_zombie(zombie.pid)
    _write_pid_file(server, zombie.pid)
    assert _answers(embedded.start(folder, options=FAST))
    zombie.wait()


def test_another_program_with_the_old_number_is_not_taken_for_a_server(
    folder: Path,
) -> None:
    server = embedded.start(folder, options=FAST)
    embedded.stop(folder)
    _write_pid_file(server, os.getpid())
    assert not embedded.is_running(folder)
    assert _answers(embedded.start(folder, options=FAST))


def test_an_interrupted_first_start_is_done_again(folder: Path) -> None:
    (folder / ".pg.making").mkdir(parents=True)
    (folder / ".pg.making" / "PG_VERSION").write_text("18\n")
    assert _answers(embedded.start(folder, options=FAST))


def test_three_processes_at_once_share_one_server(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path;"
        "from bloc_warehouse.database import embedded;"
        "print(embedded.start(Path(sys.argv[1])).port)"
    )
    starting = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(folder)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    ports = {process.communicate(timeout=60)[0] for process in starting}
    assert [process.returncode for process in starting] == [0, 0, 0]
    assert len(ports) == 1


def test_where_the_port_is_taken_another_is_used_and_remembered(folder: Path) -> None:
    first = embedded.start(folder, options=FAST)
    embedded.stop(folder)
    with socket.socket() as taken:
        # connections to the first server may linger for a while
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", first.port))
        taken.listen()
        second = embedded.start(folder, options=FAST)
    assert second.port != first.port
    assert _answers(second)
    embedded.stop(folder)
    assert embedded.start(folder, options=FAST).port == second.port


def test_nobody_gets_in_without_the_password(folder: Path) -> None:
    server = embedded.start(folder, options=FAST)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.url().replace(server.password, "guessed"))


def test_a_lost_password_is_one_clear_line(folder: Path) -> None:
    embedded.start(folder, options=FAST)
    (folder / "secrets.json").unlink()
    with pytest.raises(ServerError, match=r"^[^\n]*secrets\.json[^\n]*$"):
        embedded.start(folder)


def test_a_wrong_option_is_reported_in_the_servers_words(folder: Path) -> None:
    with pytest.raises(ServerError, match="no_such_option"):
        embedded.start(folder, options=("no_such_option=1",))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs as another user")
def test_root_below_a_private_folder_places_all_under_var_lib(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    private = Path(tempfile.mkdtemp(prefix="bloc-private-"))  # 0700, as a home is
    data_dir = private / "project" / ".local"
    binaries = _copied(private)
    monkeypatch.setattr(location, "_wheel_binaries", lambda: binaries)
    shared_before = set(SHARED_DIR.glob("*/"))
    try:
        server = embedded.start(data_dir, options=FAST)
        program = Path(psutil.Process(_postmaster(server)).exe())
        assert _answers(server)
        assert server.cluster.is_relative_to(SHARED_DIR)
        assert program.is_relative_to(SHARED_DIR)
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
        assert stat.S_IMODE(server.cluster.stat().st_mode) == 0o700
        assert embedded.start(data_dir) == server
        assert embedded.stop(data_dir)
    finally:
        embedded.stop(data_dir)
        shutil.rmtree(private)
        for made in set(SHARED_DIR.glob("*/")) - shared_before:
            shutil.rmtree(made)


def _copied(folder: Path) -> Path:
    """Copy the binaries as an installation below the folder would hold them."""
    binaries = location._wheel_binaries()
    site = binaries.parent.parent
    for part in (binaries, site / f"{binaries.parent.name}.libs"):
        shutil.copytree(part, folder / part.relative_to(site), symlinks=True)
    return folder / binaries.relative_to(site)


def _keep_a_row(server: embedded.Server) -> None:
    with psycopg.connect(server.url()) as connection:
        connection.execute("create table kept as select 1 as n")


def _rows(server: embedded.Server) -> int:
    with psycopg.connect(server.url()) as connection:
        return connection.execute("select * from kept").rowcount


def _answers(server: embedded.Server) -> bool:
    with psycopg.connect(server.url()) as connection:
        return connection.execute("select 1").fetchone() == (1,)


def _postmaster(server: embedded.Server) -> int:
    return int((server.cluster / "postmaster.pid").read_text().splitlines()[0])


def _write_pid_file(server: embedded.Server, pid: int) -> None:
    lines = [str(pid), str(server.cluster), "1", str(server.port), "", "127.0.0.1"]
    (server.cluster / "postmaster.pid").write_text("\n".join(lines) + "\n")


def _wait_for_zombie(pid: int) -> None:
    while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
