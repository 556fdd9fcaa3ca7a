"""The environment that dbt's profile reads: for runs of ours, and for one by hand.

The profile knows few of libpq's parameters. So all but the login's stand in a service
file, which libpq reads by itself.
"""

import getpass
from pathlib import Path
from socket import gethostname

from bloc_warehouse.build import artefacts
from bloc_warehouse.build.dbt_project import project_folder, variables
from bloc_warehouse.database.connection import dsn, parameters, password
from bloc_warehouse.settings import DatabaseSettings
from bloc_warehouse.variables import process_environment

# which server and database, and who logs in: nothing of the project depends on it
SERVER_VARIABLES = (
    "BLOC_DBT_HOST",
    "BLOC_DBT_PORT",
    "BLOC_DBT_DATABASE",
    "BLOC_DBT_USER",
    "BLOC_DBT_CONNECT_TIMEOUT",
)
_SERVICE = "bloc_warehouse"
# our own builds say so to the server; who builds without is noted as a stray writer
# (database/stray_writes.sql)
_OUR_BUILDS = "-c bloc.writer=build"


def pipeline_environment(settings: DatabaseSettings, folder: Path) -> dict[str, str]:
    """Return the variables for a run of ours; the service file goes to ``folder``."""
    given = parameters(dsn("transform", settings))
    # the service file would hide PGOPTIONS, which libpq reads where it names none
    options = given.get("options") or process_environment().get("PGOPTIONS", "")
    given["options"] = f"{options} {_OUR_BUILDS}".strip()
    return {
        **_login(given),
        **_service(given, folder),
        **variables(settings),
        "DO_NOT_TRACK": "1",
    }


def environment_by_hand(settings: DatabaseSettings) -> dict[str, str]:
    """Return the variables with which somebody runs dbt by hand, passwords included.

    dbt then finds the project from any folder, and writes into the data folder only.
    ``BLOC_DBT_STATE`` is what dbt made of the release that is live, for ``--state``; it
    is left out where nothing is live or its artefacts were made elsewhere.
    """
    folder = settings.data_dir / "dbt"
    folder.mkdir(parents=True, exist_ok=True)
    project = str(project_folder(settings))
    given = parameters(dsn("transform", settings))
    given["application_name"] = f"dbt by hand of {getpass.getuser()} on {gethostname()}"
    live = artefacts.of_live_release(settings)
    return {
        **_login(given),
        "BLOC_DBT_READER": "bi_reader",
        "DBT_ENV_SECRET_BLOC_READER_PASSWORD": password("bi_reader", settings),
        **_service(given, folder),
        **variables(settings),
        "DBT_PROJECT_DIR": project,
        "DBT_PROFILES_DIR": project,
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        **({"BLOC_DBT_STATE": str(live)} if live else {}),
        "DO_NOT_TRACK": "1",
    }


def _login(given: dict[str, str]) -> dict[str, str]:
    """Take the login's parameters out of those given."""
    return {
        "BLOC_DBT_HOST": given.pop("host"),
        "BLOC_DBT_PORT": given.pop("port", "5432"),
        "BLOC_DBT_DATABASE": given.pop("dbname"),
        "BLOC_DBT_USER": given.pop("user"),
        "DBT_ENV_SECRET_BLOC_PASSWORD": given.pop("password"),
        "BLOC_DBT_CONNECT_TIMEOUT": given.pop("connect_timeout"),
    }


def _service(given: dict[str, str], folder: Path) -> dict[str, str]:
    service = folder / "pg_service.conf"
    service.touch(mode=0o600)  # parameters may hold a key's password
    lines = [f"{name}={value}" for name, value in given.items()]
    service.write_text("\n".join([f"[{_SERVICE}]", *lines, ""]), encoding="utf-8")
    return {"PGSERVICE": _SERVICE, "PGSERVICEFILE": str(service)}
