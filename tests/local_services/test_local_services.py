"""A service is found while all of it runs, says what ended, and is stopped whole."""

import socket
import sys
from pathlib import Path

import pytest

from bloc_warehouse.errors import SetupError
from bloc_warehouse.local_services import LocalService, choose_port

SLEEPS = (sys.executable, "-c", "import time; time.sleep(600)")
ENDS = (sys.executable, "-c", "print('no such file')")


class OwnError(SetupError):
    """Of the service that is tried."""


@pytest.fixture
def service(tmp_path: Path) -> LocalService:
    return LocalService("Airflow", tmp_path, OwnError)


def test_it_is_found_only_while_all_of_it_runs(service: LocalService) -> None:
    assert service.port(["api", "worker"]) is None
    for name in ("api", "worker"):
        service.launch(name, SLEEPS, {}, 8080)
    try:
        assert service.port(["api", "worker"]) == 8080
        assert service.port(["api"]) is None
    finally:
        assert service.stop()
    assert service.port(["api", "worker"]) is None
    assert not service.stop()


def test_a_process_that_ends_is_named_with_its_log(service: LocalService) -> None:
    service.launch("worker", ENDS, {}, 8080)
    with pytest.raises(OwnError, match=r"Airflow's worker ended: see .*worker\.log"):
        service.wait_until(lambda: False, seconds=30)
    assert "no such file" in (service.folder / "worker.log").read_text()


def test_nobody_waits_for_ever(service: LocalService) -> None:
    with pytest.raises(OwnError, match="Airflow was not ready after 0 s"):
        service.wait_until(lambda: False, seconds=0)


def test_a_port_in_use_is_left_to_whoever_has_it() -> None:
    said: list[str] = []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        other = choose_port(port, said.append)
    assert other != port
    assert said == [f"port {port} is taken by another program: using {other}"]
    assert choose_port(other, said.append) == other
