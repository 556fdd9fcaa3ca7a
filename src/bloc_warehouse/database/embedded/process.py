"""The embedded server's processes and ports: what lives, what a crash left behind."""

import socket
import time
from pathlib import Path

import psutil

from bloc_warehouse.database.embedded.location import ServerError

HOST = "127.0.0.1"

_WAIT_SECONDS = 60


def is_alive(cluster: Path) -> bool:
    """Tell whether the postmaster of the pid file lives.

    A zombie (nobody has collected it yet) or another program that was given the same
    number does not count.
    """
    try:
        number = int(_pid_lines(cluster)[0])
        process = psutil.Process(number)
        return (
            process.status() != psutil.STATUS_ZOMBIE
            and process.name() == "postgres"
            and str(cluster) in process.cmdline()
        )
    except (IndexError, ValueError, psutil.Error):
        return False


def clear_after_crash(cluster: Path) -> None:
    """Remove a dead postmaster's pid file, as soon as none of its children lives."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while any(_works_in(process, cluster) for process in psutil.process_iter()):
        if time.monotonic() > deadline:
            raise ServerError(f"processes of a crashed server still run in {cluster}")
        time.sleep(0.1)
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def _works_in(process: psutil.Process, cluster: Path) -> bool:
    try:
        return process.name() == "postgres" and process.cwd() == str(cluster)
    except psutil.Error:
        return False


def _pid_lines(cluster: Path) -> list[str]:
    try:
        return (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def port_in_use(cluster: Path) -> int:
    """Return the port of the cluster's running server."""
    return int(_pid_lines(cluster)[3])


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a random port that is free now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
