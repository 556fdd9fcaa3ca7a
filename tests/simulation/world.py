"""An installation of its own that lives through the year, and what is seen of it.

The warehouse and Airflow's own database are on one embedded PostgreSQL; Airflow is a
process that can be killed; mail goes to a server in this process.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from email import message_from_bytes
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psycopg
from aiosmtpd.controller import Controller
from tests.paths import DAGS, ROOT
from tests.simulation.clock import Clock, environment_of_postgres

from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import Role, connect
from bloc_warehouse.database.embedded.process import HOST, free_port
from bloc_warehouse.pipeline import prepare
from bloc_warehouse.settings import Settings, get_settings

_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_NEVER = "0 0 29 2 *"
_METADATA = "airflow"
_KILLED_FOR = timedelta(minutes=10)  # until somebody, or systemd, starts it again
_RETRIES = 6


class Inbox:
    """A mail server that may be down; knows the keys of the messages that arrived."""

    def __init__(self) -> None:
        self.port = free_port()
        self.keys: set[str] = set()
        self._server: Controller | None = None

    def start(self) -> None:
        """Take mail from now on."""
        self._server = Controller(self, HOST, self.port)
        self._server.start()

    def stop(self) -> None:
        """Refuse every connection."""
        if self._server:
            self._server.stop()  # type: ignore[no-untyped-call]
        self._server = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802, ANN401
        """Keep the key of a message."""
        self.keys.add(message_from_bytes(envelope.content)["X-Delivery-Id"])
        return "250 OK"


class World:
    """The installation: what is done to it, and what it says.

    Attributes:
        settings: As every process of it reads them.
        clock: The clock of all of them.
        inbox: Where its alerts arrive.
    """

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.inbox = Inbox()
        self._folder = folder
        self._server = self._start_server()
        os.environ.update(self._environment())
        get_settings.cache_clear()
        self.settings: Settings = get_settings()
        self._processes = multiprocessing.get_context("forkserver")
        # Airflow is imported once, there; what it forks is ready at once
        self._processes.set_forkserver_preload(["tests.simulation.airflow_worker"])
        self._airflow: multiprocessing.process.BaseProcess
        self._pipe: Connection

    def _environment(self) -> dict[str, str]:
        url = self._server.url(_METADATA)
        return {
            "BLOC_DATA_DIR": str(self._folder),
            "BLOC_PROJECT_DIR": str(ROOT),
            "BLOC_SETTLE_SECONDS": "0",
            "BLOC_WATCH_SECONDS": "0",
            "BLOC_WORKERS": "1",
            # once a day each, as often as the clock goes on
            "BLOC_INGEST_SCHEDULE": "0 7 * * *",
            "BLOC_REMIND_SCHEDULE": "0 7 * * *",
            "BLOC_DELIVER_SCHEDULE": _NEVER,  # it follows the reminders
            "BLOC_MAINTAIN_SCHEDULE": _NEVER,
            "AIRFLOW_CONN_SMTP_DEFAULT": (
                f'{{"conn_type": "smtp", "host": "{HOST}", "port": {self.inbox.port},'
                ' "extra": {"from_email": "kho@example.vn", "disable_ssl": true,'
                ' "disable_tls": true}}'
            ),
            "AIRFLOW_HOME": str(self._folder / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__API_AUTH__JWT_SECRET": "only-for-a-simulated-year-" * 3,
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": url.replace(
                "postgresql:", "postgresql+psycopg2:"
            ),
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        }

    def _start_server(self) -> embedded.Server:
        """Start PostgreSQL by a process that leaves its clock to the file."""
        start = (
            "import sys, pathlib; from bloc_warehouse.database import embedded;"
            "embedded.start(pathlib.Path(sys.argv[1]), options=sys.argv[2:])"
        )
        command = [sys.executable, "-c", start, str(self._folder), *_FAST]
        subprocess.run(command, env=environment_of_postgres(), check=True)
        return embedded.start(self._folder)

    def go_to(self, moment: datetime) -> None:
        """Have every process go on to a moment."""
        self.clock.go_to(moment)
        self.ask("set_clock", self.clock.ahead)

    def begin(self) -> None:
        """Make both databases, and start mail and Airflow."""
        with psycopg.connect(self._server.url(), autocommit=True) as connection:
            connection.execute(f"create database {_METADATA}")  # type: ignore[arg-type]
        prepare(self.settings)
        from tests.simulation import airflow_worker

        making = self._processes.Process(target=airflow_worker.prepare)
        making.start()
        making.join()
        assert making.exitcode == 0, "Airflow's tables could not be made"
        self.inbox.start()
        self._start_airflow()

    def end(self) -> None:
        """Stop everything."""
        if hasattr(self, "_airflow"):  # it may have failed before it began
            self._airflow.kill()
        self.inbox.stop()
        embedded.stop(self._folder)

    def _start_airflow(self) -> None:
        from tests.simulation import airflow_worker

        here, there = self._processes.Pipe()
        self._airflow = self._processes.Process(
            target=airflow_worker.serve, args=(there, self.clock.ahead)
        )
        self._airflow.start()
        there.close()
        self._pipe = here
        self._pipe.recv()

    def ask(self, method: str, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        """Have Airflow's process do something, and return what it says.

        Raises:
            EOFError: It died.
        """
        self._pipe.send((method, arguments, named))
        return self._pipe.recv()

    def work(self) -> list[Any]:
        """Do what is due, also what is tried again after a while."""
        ended = list(self.ask("work"))
        for _ in range(_RETRIES):
            if not self.ask("is_waiting_to_retry"):
                break
            self.go_to(self.clock.now + _KILLED_FOR)
            ended += self.ask("work")
        return ended

    def work_until_killed(self, dag_id: str, task_id: str, *, power_cut: bool) -> bool:
        """Do what is due, and kill Airflow in a task; False if it never ran.

        A power cut kills PostgreSQL at the same time. Then everything is started again.
        """
        self._pipe.send(("work", (), {}))
        if not self._wait_for(dag_id, task_id):
            self._pipe.recv()
            return False
        if power_cut:
            os.kill(self._postmaster(), signal.SIGKILL)
        self._airflow.kill()
        self._airflow.join()
        if power_cut:
            self._start_server()
        self.clock.go_to(self.clock.now + _KILLED_FOR)
        self._start_airflow()
        return True

    def _wait_for(self, dag_id: str, task_id: str) -> bool:
        """Wait until a task runs; False when Airflow is quiet without it."""
        running = (
            "select 1 from task_instance where state = 'running'"
            " and dag_id = %s and task_id = %s"
        )
        with psycopg.connect(self._server.url(_METADATA), autocommit=True) as airflow:
            while not self._pipe.poll(0.01):
                if airflow.execute(running, [dag_id, task_id]).fetchone():
                    return True
        return False

    def _postmaster(self) -> int:
        pid = self._server.cluster / "postmaster.pid"
        return int(pid.read_text(encoding="utf-8").splitlines()[0])

    def rows(self, statement: str, role: Role = "ingest") -> list[tuple[Any, ...]]:
        """Return what a question to the warehouse finds."""
        with connect(role, settings=self.settings) as connection:
            return connection.execute(statement).fetchall()  # type: ignore[arg-type]
