"""Settings: the only place that reads environment variables.

A variable in the environment wins over the same one in ``.env``, which lies at the root
of the clone, or in Airflow's home where pip installed the package. Relative paths start
there too. Every variable is listed, with its default, in ``.env.example``.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from bloc_warehouse.errors import SettingsError
from bloc_warehouse.project import data_folder, project_root, work_folder

MEGABYTE = 1024 * 1024

_URL = re.compile(r"[a-z][a-z0-9+.-]*:/", re.IGNORECASE)
_STORE_URL = re.compile(
    r"(s3|gs|az)://(?:([A-Za-z0-9._-]+)@)?([A-Za-z0-9._-]+(?:/[^?#@]*)?)"
)
# parameters of libpq that come before the question mark, or would bring in others
_IN_THE_ADDRESS = frozenset(
    ("user", "password", "passfile", "host", "port", "dbname", "service", "servicefile")
)
_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*")


_PREFIX = "BLOC_"
_OF_DBT = f"{_PREFIX}DBT_"  # set while dbt runs, for its profile
_OF_COMPOSE = frozenset({
    "BLOC_OWNER_PASSWORD", "BLOC_LANDING_MOUNT", "BLOC_WAREHOUSE_PORT", "BLOC_IMAGE",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoreUrl:
    """A place in an object store, as Airflow's ``ObjectStoragePath`` writes it.

    Attributes:
        path: The bucket and a prefix.
        connection: The Airflow connection that knows the store; empty if the store's
            own library finds credentials.
    """

    scheme: str
    path: str
    connection: str = ""

    def __str__(self) -> str:
        at = f"{self.connection}@" if self.connection else ""
        return f"{self.scheme}://{at}{self.path}"


Location = Path | StoreUrl
"""Where files lie: a local folder or an object store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be configured. Passwords are left out of ``repr``."""

    project_dir: Path
    data_dir: Path
    landing_dir: Location
    archive_dir: Location
    outbox_dir: Location
    store_endpoint_url: str
    reference_dir: Path
    reports_dir: Path
    warehouse_url: str
    ingest_password: str
    transform_password: str
    bi_reader_password: str
    timezone: str
    batch_size: int
    workers: int
    max_file_bytes: int
    max_unpacked_bytes: int
    max_rows: int
    max_columns: int
    max_sheets: int
    max_faults: int
    parse_seconds: int
    parse_memory_bytes: int
    settle_seconds: int
    max_marked_bytes: int
    suppression_threshold: int
    airflow_port: int
    ingest_schedule: str
    deliver_schedule: str
    remind_schedule: str
    alert_routes: Path
    smtp_connection: str
    alert_timeout_seconds: int
    alert_units: int
    remind_days: tuple[int, ...]
    stale_hours: int
    reports_url: str

    def __repr__(self) -> str:
        return f"Settings(project_dir={self.project_dir}, data_dir={self.data_dir})"

    @property
    def zone(self) -> ZoneInfo:
        """Time zone in which the bloc's days begin and end."""
        return ZoneInfo(self.timezone)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read and check the settings.

        Args:
            environ: Variables by name; those that are not ours are ignored.

        Raises:
            SettingsError: A value is wrong or missing, or a name that begins with
                ``BLOC_`` is none of ours; the message names the variable.
        """
        environ = _Read(environ)
        project, home = _project(environ), _home(environ)
        default_data = data_folder(project, environ)
        data = _path(environ, "BLOC_DATA_DIR", default_data, home)
        reference = _path(environ, "BLOC_REFERENCE_DIR", data / "reference", home)
        settings = cls(
            project_dir=project,
            data_dir=data,
            landing_dir=_location(environ, "BLOC_LANDING_DIR", data / "landing", home),
            archive_dir=_location(environ, "BLOC_ARCHIVE_DIR", data / "archive", home),
            outbox_dir=_location(environ, "BLOC_OUTBOX_DIR", data / "outbox", home),
            store_endpoint_url=_endpoint(environ),
            reference_dir=reference,
            reports_dir=_path(environ, "BLOC_REPORTS_DIR", data / "reports", home),
            warehouse_url=_warehouse_url(environ),
            ingest_password=_text(environ, "BLOC_INGEST_PASSWORD"),
            transform_password=_text(environ, "BLOC_TRANSFORM_PASSWORD"),
            bi_reader_password=_text(environ, "BLOC_BI_READER_PASSWORD"),
            timezone=_timezone(environ),
            batch_size=_whole(environ, "BLOC_BATCH_SIZE", 500),
            workers=_whole(environ, "BLOC_WORKERS", 2),
            max_file_bytes=_whole(environ, "BLOC_MAX_FILE_BYTES", 50 * MEGABYTE),
            max_unpacked_bytes=_whole(
                environ, "BLOC_MAX_UNPACKED_BYTES", 200 * MEGABYTE
            ),
            max_rows=_whole(environ, "BLOC_MAX_ROWS", 20_000),
            max_columns=_whole(environ, "BLOC_MAX_COLUMNS", 500),
            max_sheets=_whole(environ, "BLOC_MAX_SHEETS", 100),
            max_faults=_whole(environ, "BLOC_MAX_FAULTS", 5_000),
            parse_seconds=_whole(environ, "BLOC_PARSE_SECONDS", 30),
            parse_memory_bytes=_whole(
                environ, "BLOC_PARSE_MEMORY_BYTES", 1024 * MEGABYTE
            ),
            settle_seconds=_whole(environ, "BLOC_SETTLE_SECONDS", 2, at_least=0),
            max_marked_bytes=_whole(environ, "BLOC_MAX_MARKED_BYTES", 2 * MEGABYTE),
            suppression_threshold=_whole(environ, "BLOC_SUPPRESSION_THRESHOLD", 3),
            airflow_port=_whole(environ, "BLOC_AIRFLOW_PORT", 8080, at_most=65535),
            ingest_schedule=_schedule(environ, "BLOC_INGEST_SCHEDULE", "*/15 * * * *"),
            deliver_schedule=_schedule(environ, "BLOC_DELIVER_SCHEDULE", "*/5 * * * *"),
            remind_schedule=_schedule(environ, "BLOC_REMIND_SCHEDULE", "0 7 * * *"),
            alert_routes=_path(
                environ, "BLOC_ALERT_ROUTES", reference / "alerts.yaml", home
            ),
            smtp_connection=_text(environ, "AIRFLOW_CONN_SMTP_DEFAULT"),
            alert_timeout_seconds=_whole(environ, "BLOC_ALERT_TIMEOUT_SECONDS", 10),
            alert_units=_whole(environ, "BLOC_ALERT_UNITS", 5),
            remind_days=_days(environ),
            stale_hours=_whole(environ, "BLOC_STALE_HOURS", 6),
            reports_url=_reports_url(environ),
        )
        _require_passwords(settings)
        environ.refuse_unknown()
        return settings


@cache
def get_settings() -> Settings:
    """Return the settings of this process: ``.env``, and over it the environment."""
    return settings_with({})


def settings_with(variables: Mapping[str, str]) -> Settings:
    """Return the settings of this process, in which some variables are others."""
    environ = os.environ
    return Settings.from_environment(
        {**read_env_file(_home(environ) / ".env"), **environ, **variables}
    )


def read_env_file(path: Path) -> dict[str, str]:
    """Read ``NAME=value`` lines; blank lines and lines that start with # are skipped.

    Raises:
        SettingsError: A line is neither; the message names its number, not its text.
    """
    if not path.is_file():
        return {}
    values = {}
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        assignment = _ASSIGNMENT.fullmatch(line)
        if assignment is None:
            raise SettingsError(f"{path.name} line {number} is not NAME=value")
        values[assignment[1]] = _unquoted(assignment[2])
    return values


def variable(name: str) -> str:
    """Return one variable as the settings are read, for a secret that a file names.

    Returns:
        Its value; empty when it is not set.
    """
    environ = os.environ
    if name in environ:
        return environ[name].strip()
    return read_env_file(_home(environ) / ".env").get(name, "").strip()


def process_environment() -> dict[str, str]:
    """Copy this process' environment, for a program that it starts."""
    return dict(os.environ)


class _Read(Mapping[str, str]):
    """Variables that know which of them were asked for."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._asked = set(_OF_COMPOSE)

    def __getitem__(self, name: str) -> str:
        self._asked.add(name)
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)

    def refuse_unknown(self) -> None:
        """Refuse a name that nobody asked for: a wrong letter would change nothing.

        Raises:
            SettingsError: There is one; the message names it and the nearest known one.
        """
        for name in sorted(self._variables):
            is_ours = name.startswith(_PREFIX) and not name.startswith(_OF_DBT)
            if is_ours and name not in self._asked:
                nearest = get_close_matches(name, sorted(self._asked), n=1)
                advice = f"is it {nearest[0]}?" if nearest else "see .env.example"
                raise SettingsError(f"{name} is no setting: {advice}")


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


def _text(environ: Mapping[str, str], name: str, default: str = "") -> str:
    return environ.get(name, "").strip() or default


def _project(environ: Mapping[str, str]) -> Path:
    return _path(environ, "BLOC_PROJECT_DIR", project_root(), Path.cwd())


def _home(environ: Mapping[str, str]) -> Path:
    return work_folder(_project(environ), environ)


def _path(environ: Mapping[str, str], name: str, default: Path, base: Path) -> Path:
    value = _text(environ, name)
    return (base / Path(value).expanduser()).resolve() if value else default.resolve()


def _location(
    environ: Mapping[str, str], name: str, default: Path, base: Path
) -> Location:
    value = _text(environ, name)
    if value.startswith("file:///"):
        return Path(value.removeprefix("file://")).resolve()
    if not _URL.match(value):
        return _path(environ, name, default, base)
    match = _STORE_URL.fullmatch(value.rstrip("/"))
    if match is None:  # the value may hold a login, so the message does not
        raise SettingsError(
            f"{name} must be a folder or look like s3://bucket/prefix (or gs://, "
            "az://), without a login: the store's library finds that itself, or an"
            " Airflow connection holds it, as in s3://connection@bucket/prefix"
        )
    return StoreUrl(match[1], match[3], match[2] or "")


def _endpoint(environ: Mapping[str, str]) -> str:
    value = _text(environ, "BLOC_STORE_ENDPOINT_URL")
    if value and not re.fullmatch(r"https?://[^/?#@\s]+/?", value):
        raise SettingsError(
            "BLOC_STORE_ENDPOINT_URL must look like https://s3.example.org, without a "
            "login"
        )
    return value


def _whole(
    environ: Mapping[str, str],
    name: str,
    default: int,
    *,
    at_least: int = 1,
    at_most: int | None = None,
) -> int:
    value = _text(environ, name, str(default))
    if not (value.isascii() and value.isdigit()) or int(value) < at_least:
        raise SettingsError(
            f"{name} must be a whole number above {at_least - 1}, not {value!r}"
        )
    if at_most is not None and int(value) > at_most:
        raise SettingsError(f"{name} must be at most {at_most}, not {value}")
    return int(value)


def _timezone(environ: Mapping[str, str]) -> str:
    value = _text(environ, "BLOC_TIMEZONE", "Asia/Ho_Chi_Minh")
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise SettingsError(
            f"BLOC_TIMEZONE must be a time zone such as Asia/Ho_Chi_Minh, not {value!r}"
        ) from error
    return value


def _schedule(environ: Mapping[str, str], name: str, default: str) -> str:
    value = _text(environ, name, default)
    if len(value.split()) != 5:
        raise SettingsError(
            f"{name} must be five cron fields such as '{default}', not {value!r}"
        )
    return value


def _days(environ: Mapping[str, str]) -> tuple[int, ...]:
    """Read days around a due day, e.g. ``-3,1,7``: three days before it, one after."""
    value = _text(environ, "BLOC_REMIND_DAYS", "-3,1,7,14")
    try:
        days = tuple(int(day) for day in value.split(","))
    except ValueError:
        days = ()
    if not days or list(days) != sorted(set(days)) or max(map(abs, days)) > 365:
        raise SettingsError(
            "BLOC_REMIND_DAYS must be rising days around the due day such as "
            f"-3,1,7,14, not {value!r}"
        )
    return days


def _reports_url(environ: Mapping[str, str]) -> str:
    value = _text(environ, "BLOC_REPORTS_URL")
    if value and urlsplit(value).scheme not in ("http", "https"):
        raise SettingsError("BLOC_REPORTS_URL must begin with http:// or https://")
    return value.rstrip("/")


def _warehouse_url(environ: Mapping[str, str]) -> str:
    value = _text(environ, "BLOC_WAREHOUSE_URL")
    if not value:
        return ""
    try:
        url = urlsplit(value)
        complete = (
            url.scheme in ("postgresql", "postgres")
            and bool(url.hostname and url.username and url.path.strip("/"))
            and (url.port is None or url.port > 0)
        )
    except ValueError:
        complete = False
    given = dict(parse_qsl(url.query)) if complete else {}
    if named := sorted(given.keys() & _IN_THE_ADDRESS):
        raise SettingsError(
            f"BLOC_WAREHOUSE_URL may not name {', '.join(named)} after the question "
            "mark: each role has its own login, and all go to one place"
        )
    if not complete:  # the value may hold a password, so the message does not
        raise SettingsError(
            "BLOC_WAREHOUSE_URL must look like "
            "postgresql://owner:password@host:5432/database"
        )
    return value


def _require_passwords(settings: Settings) -> None:
    if not settings.warehouse_url:
        return
    for role in ("ingest", "transform", "bi_reader"):
        if not getattr(settings, f"{role}_password"):
            raise SettingsError(
                f"BLOC_{role.upper()}_PASSWORD is missing: with BLOC_WAREHOUSE_URL "
                "each role's password must be set"
            )
