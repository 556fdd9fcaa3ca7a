"""Variables of the environment, and of ``.env`` below it: read here and nowhere else.

A variable in the environment wins over the same one in ``.env``, which lies at the root
of the clone, or in Airflow's home where pip installed the package.
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
    "BLOC_OWNER_PASSWORD", "BLOC_LANDING_MOUNT", "BLOC_WAREHOUSE_PORT", "BLOC_IMAGE",
)  # fmt: skip
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
    return {**read_env_file(folder / ".env"), **os.environ}


def variable(name: str) -> str:
    """Return one variable as the settings are read, for a secret that a file names.

    Returns:
        Its value; empty when it is not set.
    """
    return read_variables().get(name, "").strip()


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


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
