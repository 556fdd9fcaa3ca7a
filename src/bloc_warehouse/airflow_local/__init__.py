"""Airflow on this machine: its own database in the embedded server, four processes."""

import json
import logging
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bloc_warehouse.airflow_local.environment import (
    ADMIN,
    APPROVER,
    AirflowLocalError,
    LocalAirflow,
    airflow_environment,
    airflow_home,
    login_file,
    secret,
)
from bloc_warehouse.backup.airflow_metadata import DATABASE, airflow_program
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import open_connection
from bloc_warehouse.database.owner import create_database, create_login
from bloc_warehouse.local_services import LocalService, Report, choose_port
from bloc_warehouse.settings import Settings

# no server for the logs: they are read from the same disk, and it would listen to all
COMPONENTS = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}

_READY_SECONDS = 600  # an idle machine needs half a minute

logger = logging.getLogger(__name__)


def start(settings: Settings, *, report: Report = logger.info) -> LocalAirflow:
    """Start Airflow, or find it running; wait until all is healthy and DAGs are read.

    Args:
        settings: Folders and ports.
        report: Called with what is being done, for a person who waits.

    Raises:
        AirflowLocalError: A component ended, or not all were healthy in time.
    """
    running = find_running(settings)
    if running is not None:
        return running
    stop(settings)  # what a crash left
    port = choose_port(settings.airflow_port, report)
    airflow = LocalAirflow(port, secret(settings, ADMIN))
    environment = airflow_environment(settings, airflow)
    report("preparing Airflow's database")
    _prepare_metadata(settings, environment)
    report("starting Airflow's four processes")
    began = datetime.now(UTC)
    try:
        _start_components(settings, airflow, environment)
        api = airflow.api()
        service = _service(settings)
        service.wait_until(lambda: api.is_healthy(since=began), _READY_SECONDS)
        files = len(list((settings.project_dir / "dags").glob("*.py")))
        service.wait_until(lambda: api.has_read(files), _READY_SECONDS)
    except BaseException:
        stop(settings)
        raise
    return airflow


def find_running(settings: Settings) -> LocalAirflow | None:
    """Return the Airflow that runs for these settings, when all of it does."""
    port = _service(settings).port(COMPONENTS)
    return None if port is None else LocalAirflow(port, secret(settings, ADMIN))


def stop(settings: Settings) -> bool:
    """Stop what runs, gently, then by force; False if nothing did."""
    return _service(settings).stop()


def _service(settings: Settings) -> LocalService:
    return LocalService("Airflow", airflow_home(settings), AirflowLocalError)


def _prepare_metadata(settings: Settings, environment: Mapping[str, str]) -> None:
    home = airflow_home(settings)
    url = embedded.start(settings.data_dir).url()
    with open_connection(url, autocommit=True) as connection:
        create_login(connection, DATABASE, secret(settings, "database"))
        is_new = create_database(connection, DATABASE, DATABASE)
    login_file(settings).touch(mode=0o600)
    logins = {name: secret(settings, name) for name in (ADMIN, APPROVER)}
    login_file(settings).write_text(json.dumps(logins))
    marker = home / "migrated"
    release = version("apache-airflow-core")
    if is_new or not marker.exists() or marker.read_text() != release:
        _migrate(settings, environment)
        marker.write_text(release)


def _migrate(settings: Settings, environment: Mapping[str, str]) -> None:
    log = airflow_home(settings) / "migrate.log"
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(
            [airflow_program(), "db", "migrate"],
            env=dict(environment),
            cwd=airflow_home(settings),
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    if done.returncode:
        raise AirflowLocalError(f"Airflow's database was not prepared: see {log}")


def _start_components(
    settings: Settings, airflow: LocalAirflow, environment: Mapping[str, str]
) -> None:
    """Start the API first: the scheduler's first tasks already need its permission."""
    service = _service(settings)
    for name, arguments in COMPONENTS.items():
        command: list[str | Path] = [airflow_program(), *arguments]
        service.launch(name, command, environment, airflow.port)
        if name == "api-server":
            service.wait_until(airflow.api().answers, _READY_SECONDS)
