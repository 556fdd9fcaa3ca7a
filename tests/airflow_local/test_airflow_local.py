"""Airflow on this machine starts, is found, is stopped, and leaves nothing behind."""

import os
import shutil
import signal
import socket
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psutil
import pytest
from tests.session.scratch import scratch_folder

from bloc_warehouse import airflow_local, local_services
from bloc_warehouse.airflow_local.api import AirflowApi
from bloc_warehouse.airflow_local.environment import airflow_home
from bloc_warehouse.database import embedded
from bloc_warehouse.local_services.processes import (
    Process,
    State,
    _lives,
    launch,
    read_state,
    write_state,
)
from bloc_warehouse.settings import Settings

pytestmark = [pytest.mark.db, pytest.mark.airflow]


@pytest.fixture
def own_settings() -> Iterator[Settings]:
    """Settings with a data folder that is gone afterwards, whatever ran in it."""
    folder = scratch_folder("bloc-airflow-")
    settings = Settings.from_environment({"BLOC_DATA_DIR": str(folder)})
    yield settings
    airflow_local.stop(settings)
    embedded.stop(folder)
    shutil.rmtree(folder)


def test_start_find_kill_stop(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    was_answered: dict[str, bool] = {}

    def launch_and_note(
        name: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        *rest: Path,
    ) -> Process:
        address = environment["AIRFLOW__API__BASE_URL"]
        was_answered[name] = AirflowApi(address, "", "").answers()
        return launch(name, command, environment, *rest)

    monkeypatch.setattr(local_services, "launch", launch_and_note)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = own_settings.with_changes(airflow_port=taken.getsockname()[1])
        said: list[str] = []
        first = airflow_local.start(settings, report=said.append)
    assert any("is taken" in line for line in said)
    assert airflow_local.start(settings) == first
    assert first.api().runs("ingest_submissions") is not None
    family = _family(settings)
    assert len(family) >= 4
    assert _listening(family) == {"127.0.0.1"}
    assert was_answered == {
        "api-server": False,
        "scheduler": True,
        "dag-processor": True,
        "triggerer": True,
    }
    scheduler = psutil.Process(_pid(settings, "scheduler"))
    scheduler.send_signal(signal.SIGKILL)
    scheduler.wait()
    assert airflow_local.find_running(settings) is None
    assert airflow_local.stop(settings)
    assert not any(map(_lives, family))
    assert not airflow_local.stop(settings)


def test_another_program_with_an_old_number_is_left_alone(
    own_settings: Settings,
) -> None:
    mistaken = Process("scheduler", os.getpid(), started=0.0)
    write_state(airflow_home(own_settings), State(8080, (mistaken,)))
    assert airflow_local.find_running(own_settings) is None
    assert not airflow_local.stop(own_settings)


def test_secrets_are_for_the_owner_only(own_settings: Settings) -> None:
    assert airflow_home(own_settings).stat().st_mode & 0o077 == 0


def _listening(family: list[psutil.Process]) -> set[str]:
    """Return the addresses on which anything of it can be reached."""
    return {
        connection.laddr.ip
        for process in family
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }


def _family(settings: Settings) -> list[psutil.Process]:
    state = read_state(airflow_home(settings))
    heads = [psutil.Process(process.pid) for process in state.processes]
    return heads + [child for head in heads for child in head.children(recursive=True)]


def _pid(settings: Settings, name: str) -> int:
    state = read_state(airflow_home(settings))
    return next(process.pid for process in state.processes if process.name == name)
