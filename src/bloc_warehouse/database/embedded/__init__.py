"""A PostgreSQL of our own on this machine: the wheel's binaries, TCP only, passwords.

No service, container or administrator is needed. Safe to start from several processes
at once, after a crash, and as root.
"""

import fcntl
import logging
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from bloc_warehouse.database.embedded.location import (
    Place,
    ServerError,
    cluster_dir,
    find_place,
    run,
)
from bloc_warehouse.database.embedded.process import (
    HOST,
    clear_after_crash,
    free_port,
    is_alive,
    is_free,
    port_in_use,
)
from bloc_warehouse.database.secrets import generated_secret

SUPERUSER = "postgres"

_OPTIONS = (
    f"listen_addresses={HOST}",
    "unix_socket_directories=''",
    "max_connections=200",
    "max_notify_queue_pages=1024",  # 8 MB, not GB: nobody here notifies anybody
    "timezone=UTC",
    "log_timezone=UTC",
)
# what docker-compose.yml gives its warehouse too; nothing here risks data for speed
TUNING = {
    "shared_buffers": "512MB",
    "maintenance_work_mem": "128MB",
    "work_mem": "16MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
}
_START_SECONDS = 60
_PORT_TRIES = 3

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Server:
    """Where a running server is reached by its superuser."""

    port: int
    password: str
    cluster: Path

    def __repr__(self) -> str:
        return f"Server(port={self.port}, cluster={self.cluster})"

    def url(self, database: str = "postgres") -> str:
        """Return the superuser's address of a database."""
        user = f"{SUPERUSER}:{quote(self.password, safe='')}"
        return f"postgresql://{user}@{HOST}:{self.port}/{database}"


def start(data_dir: Path, *, options: Sequence[str] = ()) -> Server:
    """Start the data folder's server, or find it running; the first time, make it.

    Args:
        data_dir: Folder that the server belongs to.
        options: More ``name=value`` settings, used if this call starts the server.

    Raises:
        ServerError: It does not start; the message ends with the server's own words.
    """
    data_dir = data_dir.resolve()
    with _locked(data_dir):
        place = find_place(data_dir)
        password = generated_secret(data_dir, "postgres_superuser_password")
        if not (place.cluster / "PG_VERSION").exists():
            _make_cluster(place, password)
        if is_alive(place.cluster):
            server = Server(port_in_use(place.cluster), password, place.cluster)
            if _answers_in_time(server):
                return server
            # it died while it was looked at: a kill takes a moment to be seen
        clear_after_crash(place.cluster)
        _launch(place, options)
        server = Server(port_in_use(place.cluster), password, place.cluster)
        if not _answers_in_time(server):
            raise ServerError(
                f"the embedded PostgreSQL does not answer on port {server.port}: "
                f"see {_log(place)}"
            )
    return server


def running(data_dir: Path) -> Server | None:
    """Return the data folder's server as its pid file has it: it may not answer (yet).

    For who connects to it next, and finds that out.
    """
    data_dir = data_dir.resolve()
    cluster = cluster_dir(data_dir)
    try:
        port = port_in_use(cluster)
    except (IndexError, ValueError):  # it never started, was stopped, or is starting
        return None
    password = generated_secret(data_dir, "postgres_superuser_password")
    return Server(port, password, cluster) if is_alive(cluster) else None


def stop(data_dir: Path) -> bool:
    """Stop the data folder's server; False if none was running."""
    data_dir = data_dir.resolve()
    if not is_running(data_dir):
        return False
    with _locked(data_dir):
        place = find_place(data_dir)
        if is_alive(place.cluster):
            _pg_ctl(place, "stop", "-m", "fast")
    return True


def exists(data_dir: Path) -> bool:
    """Tell whether the data folder has a server, running or not."""
    return (cluster_dir(data_dir.resolve()) / "PG_VERSION").exists()


def is_running(data_dir: Path) -> bool:
    """Tell whether the data folder's server runs."""
    return is_alive(cluster_dir(data_dir.resolve()))


@contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = (data_dir / ".server.lock").open("w")
    except OSError as error:
        raise ServerError(f"{data_dir} cannot be written: {error.strerror}") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_cluster(place: Place, password: str) -> None:
    """Make a cluster beside the final place, so that a half-made one is never used."""
    making = place.cluster.with_name(".pg.making")
    password_file = place.cluster.with_name(".pg.password")
    shutil.rmtree(making, ignore_errors=True)
    password_file.unlink(missing_ok=True)
    making.mkdir(mode=0o700)
    password_file.touch(mode=0o600)
    password_file.write_text(password, encoding="utf-8")
    if place.user:
        shutil.chown(making, place.user, place.user)
        shutil.chown(password_file, place.user, place.user)
    try:
        run(
            place.program("initdb"),
            *("-D", making, "-U", SUPERUSER, f"--pwfile={password_file}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            user=place.user,
        )
    finally:
        password_file.unlink()
    making.rename(place.cluster)


def _launch(place: Place, options: Sequence[str]) -> None:
    """Start on the port used before, or on another one if it is taken."""
    log = _log(place)
    for _ in range(_PORT_TRIES):
        port = _choose_port(place.data_dir)
        tuning = [f"{name}={value}" for name, value in TUNING.items()]
        all_options = (*_OPTIONS, *tuning, f"port={port}", *options)
        settings = " ".join(f"-c {option}" for option in all_options)
        log_start = log.stat().st_size if log.exists() else 0
        try:
            _pg_ctl(place, "start", "-t", str(_START_SECONDS), "-o", settings)
        except ServerError as error:
            words = _log_from(log, log_start)
            if "Address already in use" not in words:
                raise ServerError(
                    f"the embedded PostgreSQL did not start: {words or error}"
                ) from error
        else:
            _port_file(place.data_dir).write_text(f"{port}\n", encoding="utf-8")
            return
    raise ServerError("the embedded PostgreSQL found no free port")


def _choose_port(data_dir: Path) -> int:
    try:
        used_before = int(_port_file(data_dir).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return free_port()
    if is_free(used_before):
        return used_before
    logger.warning("port %s is taken by another program: using another", used_before)
    return free_port()


def _port_file(data_dir: Path) -> Path:
    return data_dir / "postgres.port"


def _pg_ctl(place: Place, *arguments: str | Path) -> None:
    run(
        place.program("pg_ctl"),
        "-w",
        *("-D", place.cluster),
        *("-l", _log(place)),
        *arguments,
        user=place.user,
    )


def _answers_in_time(server: Server) -> bool:
    """Wait until the server answers; False when it has died.

    Raises:
        ServerError: It lives and does not let us in.
    """
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(server.url(), connect_timeout=3).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise ServerError(
                    f"{server.cluster} was made with another password than the one in "
                    "secrets.json: restore that file, or remove both and start again"
                ) from error
            if not is_alive(server.cluster):
                return False
            if time.monotonic() > deadline:
                raise ServerError(
                    f"the embedded PostgreSQL does not answer on port {server.port}: "
                    f"see {server.cluster / 'server.log'}"
                ) from error
            time.sleep(0.1)
        else:
            return True


def _log(place: Place) -> Path:
    return place.cluster / "server.log"


def _log_from(file: Path, start: int) -> str:
    if not file.exists():
        return ""
    with file.open("rb") as stream:
        stream.seek(start)
        return stream.read()[-2000:].decode(errors="replace").strip()
