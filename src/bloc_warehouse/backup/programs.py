"""PostgreSQL's own ``pg_dump`` and ``pg_restore``: which one fits, and running them."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from psycopg.conninfo import make_conninfo

from bloc_warehouse.database.connection import Role, dsn, parameters
from bloc_warehouse.database.embedded.location import ServerError, wheel_program
from bloc_warehouse.errors import SetupError
from bloc_warehouse.settings import DatabaseSettings
from bloc_warehouse.variables import process_environment


class ProgramError(SetupError):
    """A program of PostgreSQL is missing, too old, or failed."""


def run_program(
    settings: DatabaseSettings,
    name: str,
    server: int,
    *arguments: str | Path,
    role: Role = "transform",
) -> str:
    """Run a program that fits the server; return what it printed.

    Args:
        settings: The warehouse; an embedded one is served by its own programs.
        name: ``pg_dump`` or ``pg_restore``.
        server: The server's major version; an older program cannot read it.
        arguments: Without a password, which others could see.
        role: As whom it logs in.

    Raises:
        ProgramError: There is none, or it failed; with the end of what it said.
    """
    program = _find_program(name, server, is_embedded=not settings.warehouse_url)
    done = subprocess.run(  # noqa: S603 - PostgreSQL's programs, no shell
        [str(part) for part in (program, *arguments)],
        env={
            name: value
            for name, value in process_environment().items()
            if not name.startswith("PG")
        }
        | {"PGPASSWORD": parameters(dsn(role, settings)).get("password", "")},
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        words = " ".join(done.stderr.split())[-500:]
        raise ProgramError(f"{name} failed: {words}")
    return done.stdout


def address_of(settings: DatabaseSettings, role: Role = "transform") -> str:
    """Return how a program reaches the warehouse as a role, without the password."""
    given = parameters(dsn(role, settings))
    return make_conninfo(**{name: given[name] for name in given if name != "password"})


def _find_program(name: str, server: int, *, is_embedded: bool) -> Path:
    found = [path for path in (_of_wheel(name), _on_path(name)) if path]
    # those of the wheel know no TLS
    for program in found if is_embedded else reversed(found):
        if _major(program) >= server:
            return program
    there = ", ".join(f"{path} is of {_major(path)}" for path in found) or "none found"
    raise ProgramError(
        f"{name} of PostgreSQL {server} or later is needed on PATH ({there}): install"
        f" the client's package, on Debian postgresql-client-{server}"
    )


def _of_wheel(name: str) -> Path | None:
    try:
        return wheel_program(name)
    except ServerError:
        return None


def _on_path(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found) if found else None


@cache
def _major(program: Path) -> int:
    done = subprocess.run(  # noqa: S603 - PostgreSQL's programs, no shell
        [program, "--version"], capture_output=True, check=False, text=True
    )
    found = re.search(r"\(PostgreSQL\) (\d+)", done.stdout)
    return int(found[1]) if found else 0
