"""The environment of Airflow's local processes: folders, ports, secrets."""

import base64
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bloc_warehouse.airflow_local.api import AirflowApi
from bloc_warehouse.backup.airflow_metadata import DATABASE, FERNET_KEY
from bloc_warehouse.database import embedded
from bloc_warehouse.database.embedded.process import HOST
from bloc_warehouse.database.secrets import generated_secret
from bloc_warehouse.errors import SetupError
from bloc_warehouse.settings import AirflowSettings, ProjectSettings
from bloc_warehouse.variables import process_environment

ADMIN = "admin"
APPROVER = "approver"  # nobody approves an override that the same person started

# nothing that runs here reports to anybody
QUIET: Mapping[str, str] = {
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "SCARF_NO_ANALYTICS": "true",
}

_FIXED: Mapping[str, str] = {
    "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
    "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__PARALLELISM": "4",
    "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN}:admin,{APPROVER}:user",
    "AIRFLOW__API__HOST": HOST,
    # a run that was killed is resumed after a minute, not after five; what a killed
    # scheduler leaves is shown as running until the next one looks for it
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "20",
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
    "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "10",
    **QUIET,
}


class AirflowLocalError(SetupError):
    """Airflow does not start or does not get ready."""


@dataclass(frozen=True, slots=True)
class LocalAirflow:
    """Where a running Airflow is reached."""

    port: int
    password: str

    def __repr__(self) -> str:
        return f"LocalAirflow(port={self.port})"

    @property
    def address(self) -> str:
        """Address of the web page."""
        return f"http://{HOST}:{self.port}"

    def api(self) -> AirflowApi:
        """Return a client that is logged in as the administrator."""
        return AirflowApi(self.address, ADMIN, self.password)


def airflow_environment(
    settings: AirflowSettings, airflow: LocalAirflow
) -> dict[str, str]:
    """Return the environment of Airflow's processes.

    The embedded server is started if it is down: its port is part of it.
    """
    inherited = process_environment()
    port = embedded.start(settings.data_dir).port
    login = f"{DATABASE}:{secret(settings, 'database')}"
    return {
        **inherited,
        **_FIXED,
        "PATH": f"{Path(sys.executable).parent}:{inherited.get('PATH', '')}",
        "BLOC_PROJECT_DIR": str(settings.project_dir),
        "BLOC_INGEST_SCHEDULE": settings.ingest_schedule,
        "BLOC_WATCH_SECONDS": str(settings.watch_seconds),
        "BLOC_JSON_LOGS": str(settings.json_logs),
        "AIRFLOW__LOGGING__JSON_LOGS": str(settings.json_logs),
        "AIRFLOW_HOME": str(airflow_home(settings)),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": (
            f"postgresql+psycopg2://{login}@{HOST}:{port}/{DATABASE}"
        ),
        "AIRFLOW__CORE__DAGS_FOLDER": str(settings.project_dir / "dags"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{airflow.address}/execution/",
        "AIRFLOW__CORE__FERNET_KEY": generated_secret(
            settings.data_dir, FERNET_KEY, _fernet_key
        ),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(login_file(settings)),
        "AIRFLOW__API__PORT": str(airflow.port),
        "AIRFLOW__API__BASE_URL": airflow.address,
        "AIRFLOW__API__SECRET_KEY": secret(settings, "session"),
        "AIRFLOW__API_AUTH__JWT_SECRET": generated_secret(
            settings.data_dir, "airflow_token_key", _token_key
        ),
    }


def airflow_home(settings: ProjectSettings) -> Path:
    """Return Airflow's own folder, closed to others: logs may quote what is private."""
    home = settings.data_dir / "airflow"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def login_file(settings: ProjectSettings) -> Path:
    """Return the file that holds the passwords for Airflow's page."""
    return airflow_home(settings) / "logins.json"


def secret(settings: ProjectSettings, purpose: str) -> str:
    """Return one of Airflow's secrets, made once."""
    return generated_secret(settings.data_dir, f"airflow_{purpose}")


def _token_key() -> str:
    return secrets.token_hex(64)  # HS512, with which Airflow signs, asks for 64 bytes


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
