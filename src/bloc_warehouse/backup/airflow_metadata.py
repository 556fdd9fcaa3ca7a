"""Airflow's own database, through Airflow's own command.

Tasks may not reach that database (Airflow takes the address from them), and people run
us without Airflow: so its address is a setting, or known where the embedded server has
it.
"""

import subprocess
import sys
from pathlib import Path

from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import open_connection
from bloc_warehouse.database.secrets import FILE_NAME, generated_secret
from bloc_warehouse.errors import SetupError
from bloc_warehouse.settings import Settings
from bloc_warehouse.variables import process_environment

DATABASE = "airflow"
FERNET_KEY = "airflow_fernet_key"

_ADDRESS = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
_KEY = "AIRFLOW__CORE__FERNET_KEY"
_DRIVER = "postgresql+psycopg2://"
_LONGEST_SECONDS = 25 * 60


class AirflowCommandError(SetupError):
    """Airflow's command failed; the message has the end of what it said."""


def airflow_program() -> Path:
    """Return the ``airflow`` command of the environment that runs us."""
    return Path(sys.executable).parent / "airflow"


def metadata_address(settings: Settings) -> str | None:
    """Return the address of Airflow's database; None where nothing says it.

    It is the one of the settings, or the one that the embedded server has.
    """
    if given := settings.airflow_database_url.get_secret_value():
        return given
    if settings.warehouse_url or not embedded.exists(settings.data_dir):
        return None
    server = embedded.start(settings.data_dir)
    with open_connection(server.url()) as connection:
        found = connection.execute(
            "select 1 from pg_database where datname = %s", [DATABASE]
        ).fetchone()
    if found is None:
        return None
    return server.url(DATABASE).replace("postgresql://", _DRIVER, 1)


def run_airflow(settings: Settings, address: str, *arguments: str) -> str:
    """Run Airflow's command on its database; return what it printed.

    Raises:
        AirflowCommandError: It failed or took too long.
    """
    environment = process_environment() | {_ADDRESS: address}
    environment.pop("AIRFLOW__CORE__SQL_ALCHEMY_CONN", None)
    if _KEY not in environment and (settings.data_dir / FILE_NAME).exists():
        environment[_KEY] = generated_secret(settings.data_dir, FERNET_KEY)
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [airflow_program(), *arguments],
            env=environment,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_LONGEST_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise AirflowCommandError(
            f"airflow {arguments[0]} {arguments[1]} took more than"
            f" {_LONGEST_SECONDS // 60} minutes"
        ) from error
    if done.returncode:
        words = " ".join((done.stderr or done.stdout).split())[-500:]
        raise AirflowCommandError(
            f"airflow {arguments[0]} {arguments[1]} failed: {words}"
        )
    return done.stdout
