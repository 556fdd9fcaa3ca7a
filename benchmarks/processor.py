"""Processor seconds: of this process and its children, and of the embedded server."""

import resource
from contextlib import suppress
from pathlib import Path

import psutil

from bloc_warehouse.database.embedded.location import cluster_dir


def client_seconds() -> float:
    """Return the processor seconds of this process and of those it waited for."""
    used = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(part.ru_utime + part.ru_stime for part in map(resource.getrusage, used))


def server_seconds(folder: Path) -> float:
    """Return the processor seconds of a folder's server and of all its sessions so far.

    Args:
        folder: The data folder of a server that runs.
    """
    pid_file = cluster_dir(folder) / "postmaster.pid"
    return postmaster_seconds(int(pid_file.read_text("utf-8").split(maxsplit=1)[0]))


def postmaster_seconds(pid: int) -> float:
    """Return the processor seconds of a server, its sessions and those that ended."""
    postmaster = psutil.Process(pid)
    running = 0.0
    for session in postmaster.children():
        with suppress(psutil.NoSuchProcess):  # it has just ended: then it is counted
            times = session.cpu_times()
            running += times.user + times.system
    own = postmaster.cpu_times()
    ended = own.children_user + own.children_system
    return own.user + own.system + running + ended
