"""The environment of Superset's processes on this machine: folders, logins, secrets."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import dsn
from bloc_warehouse.database.connection import password as password_of
from bloc_warehouse.database.embedded.process import HOST
from bloc_warehouse.database.secrets import generated_secret
from bloc_warehouse.errors import SetupError
from bloc_warehouse.settings import DatabaseSettings, ProjectSettings
from bloc_warehouse.variables import process_environment

ADMIN = "admin"
DATABASE = "superset"
GUEST = "bi_guest"
"""The login of whoever has no role that names one: it sees no row of a bloc."""


_FIELD = re.compile(r"((?:\\.|[^\\:])*)(?::|$)")  # of a line of the file of passwords


class SupersetError(SetupError):
    """Superset is not installed, does not start, or refuses the dashboards."""


@dataclass(frozen=True, slots=True)
class LocalSuperset:
    """Where a running Superset is reached."""

    port: int
    password: str

    def __repr__(self) -> str:
        return f"LocalSuperset(port={self.port})"

    @property
    def address(self) -> str:
        """Address of the web page."""
        return f"http://{HOST}:{self.port}"


def superset_environment(settings: DatabaseSettings) -> dict[str, str]:
    """Return the environment of Superset's processes.

    The embedded server is started if it is down: its port is part of it.
    """
    inherited = {
        name: value
        for name, value in process_environment().items()
        if not name.startswith(("PG", "SUPERSET_", "FLASK_"))
    }
    port = embedded.start(settings.data_dir).port
    login = f"{DATABASE}:{secret(settings, 'database')}"
    return {
        **inherited,
        "PATH": f"{superset_bin(settings)}:{inherited.get('PATH', '')}",
        "PGPASSFILE": str(passwords_file(settings)),
        "SUPERSET_ADMIN_PASSWORD": secret(settings, ADMIN),
        "SUPERSET_CONFIG_PATH": str(settings.project_dir / "bi/superset_config.py"),
        "SUPERSET_DATABASE_URI": (
            f"postgresql+psycopg2://{login}@{HOST}:{port}/{DATABASE}"
        ),
        "SUPERSET_HOME": str(superset_home(settings)),
        "SUPERSET_SECRET_KEY": secret(settings, "session"),
        "WAREHOUSE_TIMEZONE": settings.timezone,
        "WAREHOUSE_URI": warehouse_uri(settings),
    }


def warehouse_uri(settings: DatabaseSettings) -> str:
    """Return the warehouse's address as the guest's, without a password."""
    address = dsn("bi_reader", settings)
    place = address.rpartition("@")[2]
    return f"postgresql+psycopg2://{GUEST}@{place}"


def write_passwords(settings: DatabaseSettings, logins: Mapping[str, str]) -> None:
    """Write passwords of the warehouse's logins where libpq looks for them.

    Those of other logins stay, and are kept nowhere else.
    """
    _write({**_read(settings), **logins}, settings)


def forget_password(settings: DatabaseSettings, login: str) -> None:
    """Remove a login from the file of passwords."""
    kept = _read(settings)
    kept.pop(login, None)
    _write(kept, settings)


def kept_logins(settings: ProjectSettings) -> frozenset[str]:
    """Return the readers whose passwords Superset has."""
    return frozenset(_read(settings)) - {"bi_reader", GUEST}


def _read(settings: ProjectSettings) -> dict[str, str]:
    """Return the passwords of the file, by login."""
    file = passwords_file(settings)
    if not file.exists():
        return {}
    fields = [
        _FIELD.findall(line) for line in file.read_text(encoding="utf-8").splitlines()
    ]
    return {line[3]: re.sub(r"\\(.)", r"\1", line[4]) for line in fields}


def _write(logins: Mapping[str, str], settings: DatabaseSettings) -> None:
    place = urlsplit(dsn("bi_reader", settings))
    where = f"{place.hostname}:{place.port or 5432}:{place.path.strip('/')}"
    lines = [
        f"{where}:{login}:{_escaped(password)}\n" for login, password in logins.items()
    ]
    file = passwords_file(settings)
    written = file.with_suffix(".new")
    written.unlink(missing_ok=True)
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.writelines(lines)
    written.replace(file)


def known_passwords(settings: DatabaseSettings) -> dict[str, str]:
    """Return the passwords of the logins that Superset uses, by login."""
    return {
        "bi_reader": password_of("bi_reader", settings),
        GUEST: secret(settings, GUEST),
    }


def superset_home(settings: ProjectSettings) -> Path:
    """Return Superset's own folder, closed to others."""
    home = settings.data_dir / "superset"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def superset_bin(settings: ProjectSettings) -> Path:
    """Return where the programs of Superset's environment are.

    Raises:
        SupersetError: It was not made.
    """
    found = settings.project_dir / ".venv-bi" / "bin"
    if not (found / "superset").exists():
        raise SupersetError(
            f"Superset is not installed in {found.parent}: run `make bi` in a clone"
        )
    return found


def passwords_file(settings: ProjectSettings) -> Path:
    """Return the file of passwords, in libpq's format."""
    return superset_home(settings) / "pgpass"


def secret(settings: ProjectSettings, purpose: str) -> str:
    """Return one of Superset's secrets, made once."""
    return generated_secret(settings.data_dir, f"superset_{purpose}")


def _escaped(password: str) -> str:
    return password.replace("\\", r"\\").replace(":", r"\:")
