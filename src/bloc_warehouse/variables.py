"""Variables of the environment, and of ``.env`` below it: read here and nowhere else.

A variable in the environment wins over the same one in ``.env``, which lies at the root
of the clone, or in Airflow's home where pip installed the package. A value may also lie
in a file that ``<name>_FILE`` names, as containers are given secrets; the variable
itself wins.
"""

import os
import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path

from pydantic_settings import BaseSettings, EnvSettingsSource

from bloc_warehouse.errors import SettingsError
from bloc_warehouse.project import project_root, work_folder

PREFIX = "BLOC_"

_FOR_DBT = f"{PREFIX}DBT_"  # set while dbt runs, for its profile
_FOR_COMPOSE = (
    "BLOC_AIRFLOW_URL", "BLOC_ARCHIVE_MOUNT", "BLOC_BACKUPS_MOUNT", "BLOC_CPUS",
    "BLOC_EXECUTOR", "BLOC_GID", "BLOC_HTTPS_PORT", "BLOC_IMAGE",
    "BLOC_LANDING_MOUNT", "BLOC_METRICS_PORT", "BLOC_OUTBOX_MOUNT",
    "BLOC_PARALLELISM", "BLOC_REFERENCE_MOUNT", "BLOC_REPORTS_MOUNT",
    "BLOC_SECRETS_DIR", "BLOC_SHARED_BUFFERS", "BLOC_SUPERSET_HTTPS_PORT",
    "BLOC_SUPERSET_IMAGE", "BLOC_UID", "BLOC_WAREHOUSE_PORT", "BLOC_WORKER_COUNT",
)  # fmt: skip
_IN_FILES = (PREFIX, "AIRFLOW_CONN_")  # what may be in a file without being asked for
_FILE = "_FILE"
_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*")


class VariablesSource(EnvSettingsSource):
    """pydantic-settings' own reading of variables, from a mapping that it is given.

    A blank variable counts as none: Compose hands on what is not set as an empty text.
    """

    def __init__(
        self, settings_class: type[BaseSettings], variables: Mapping[str, str]
    ) -> None:
        self._variables = {
            name: value.strip() for name, value in variables.items() if value.strip()
        }
        super().__init__(settings_class)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return self._variables


def read_variables() -> dict[str, str]:
    """Return the variables that count: ``.env``, and over it the environment."""
    given = os.environ.get("BLOC_PROJECT_DIR", "").strip()
    project = Path(given).expanduser().resolve() if given else project_root()
    folder = work_folder(project, os.environ.get("AIRFLOW_HOME", ""))
    variables = {**read_env_file(folder / ".env"), **os.environ}
    files = [
        name
        for name in variables
        if name.startswith(_IN_FILES) and name.endswith(_FILE)
    ]
    stems = [name.removesuffix(_FILE) for name in files]
    found = {stem: _value(stem, variables) for stem in stems}
    return {
        **{name: value for name, value in variables.items() if name not in files},
        **found,
    }


def variable(name: str) -> str:
    """Return one variable as the settings are read, for a secret that a file names.

    Returns:
        Its value; empty when it is not set.

    Raises:
        SettingsError: A file is named that cannot be read.
    """
    return _value(name, read_variables()).strip()


def process_environment() -> dict[str, str]:
    """Copy this process' environment, for a program that it starts."""
    return dict(os.environ)


def read_env_file(path: Path) -> dict[str, str]:
    """Read ``NAME=value`` lines; blank lines and lines that start with # are skipped.

    A value is taken as it stands: a password may hold ``#`` or ``${``, which
    python-dotenv would read as a comment and as another variable.

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


def refuse_unknown(variables: Collection[str], known: Collection[str]) -> None:
    """Refuse a name that is no setting: a wrong letter would change nothing.

    Raises:
        SettingsError: There is one; the message names it and the nearest known one.
    """
    ours = {*known, *_FOR_COMPOSE}
    for name in sorted(variables):
        if name.startswith(PREFIX) and not name.startswith(_FOR_DBT):
            if name in ours:
                continue
            nearest = get_close_matches(name, sorted(ours), n=1)
            advice = f"is it {nearest[0]}?" if nearest else "see .env.example"
            raise SettingsError(f"{name} is no setting: {advice}")


def _value(name: str, variables: Mapping[str, str]) -> str:
    """Return a variable, or what stands in the file that ``<name>_FILE`` names."""
    value = variables.get(name, "")
    file = variables.get(name + _FILE, "").strip()
    if value.strip() or not file:
        return value
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        raise SettingsError(
            f"{name}{_FILE} names {file}, which cannot be read: {reason}"
        ) from None


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
