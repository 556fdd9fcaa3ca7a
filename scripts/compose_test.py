"""Start docker-compose.yml, send it the generated files, read what it published.

Then the same of the dashboards (profile bi): every chart answers, and a bloc's reader
sees the bloc.

A project of its own, with passwords, ports and volumes that exist only for this run, on
whatever engine ``docker`` reaches. Everything is removed at the end, images included.
"""

import base64
import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from bloc_warehouse.airflow_local.api import AirflowApi
from bloc_warehouse.airflow_local.follow import (
    Patience,
    TaskEnd,
    follow_run,
    follow_until_quiet,
    wait_until_read,
)
from bloc_warehouse.bi.rest import SupersetApi
from bloc_warehouse.database.embedded.process import HOST, free_port
from bloc_warehouse.errors import SetupError

ROOT = Path(__file__).resolve().parents[1]
PROJECT = f"bloc-test-{secrets.token_hex(4)}"
IMAGES = {"BLOC_IMAGE": PROJECT, "BLOC_SUPERSET_IMAGE": f"{PROJECT}-superset"}
DAGS = ("ingest_submissions", "build_warehouse")
EXPECTED_CLAIMS = 33
BI = ("--profile", "bi")
READER, BLOC = "lan_reader", "LAN"

CLAIMS = """
select claim_id, verdict, printed, recomputed
from marts.rpt_published_totals
where basis <> 'context'
order by claim_id
"""

MEMBERS = """
select
    (sum(closing_total) filter (where bloc_code = 'LAN'))::bigint,
    sum(closing_total)::bigint
from marts.v_members
"""


class Stack:
    """The services of one Compose project."""

    def __init__(self, folder: Path) -> None:
        self.variables = _variables()
        self._env_file = folder / "compose.env"
        self._env_file.touch(mode=0o600)
        self._env_file.write_text(
            "".join(f"{name}={value}\n" for name, value in self.variables.items())
        )

    def __call__(self, *arguments: str, check: bool = True) -> None:
        """Run ``docker compose`` with this project and its variables only."""
        self._run(arguments, check=check, output=None)

    def read(self, *arguments: str) -> str:
        """Run it and return what it prints."""
        return self._run(arguments, check=True, output=subprocess.PIPE).stdout

    def _run(
        self, arguments: Sequence[str], *, check: bool, output: int | None
    ) -> "subprocess.CompletedProcess[str]":
        named = [*("--project-name", PROJECT), *("--env-file", str(self._env_file))]
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("BLOC_", "AIRFLOW_", "COMPOSE_"))
        }
        return subprocess.run(
            ["docker", "compose", "--progress", "quiet", *named, *arguments],
            cwd=ROOT,
            env={**environment, **IMAGES},
            check=check,
            stdout=output,
            text=True,
        )

    def remove(self) -> None:
        """Remove containers, volumes, networks and the images that were built."""
        self(*BI, "down", "--volumes", "--remove-orphans", check=False)
        subprocess.run(["docker", "image", "rm", *IMAGES.values()], check=False)


def main() -> int:
    """Run the test; return 0 when every claim is met."""
    with ExitStack() as at_end:
        folder = at_end.enter_context(tempfile.TemporaryDirectory(prefix=PROJECT))
        stack = Stack(Path(folder))
        at_end.callback(stack.remove)
        try:
            _say("building and starting")
            stack("build", "init")
            stack("up", "--detach", "--wait", "--quiet-pull")
            _say("making the files in the volume")
            stack("exec", "-T", "scheduler", "bloc", "samples", "make")
            _run_dags(stack.variables)
            return _check_published(stack.variables) or _check_dashboards(stack)
        except (subprocess.CalledProcessError, SetupError) as error:
            stack(*BI, "logs", "--tail", "40", check=False)
            _say(f"failed: {error}")
            return 1


def _variables() -> dict[str, str]:
    names = (
        *("BLOC_OWNER_PASSWORD", "BLOC_INGEST_PASSWORD", "BLOC_TRANSFORM_PASSWORD"),
        *("BLOC_BI_READER_PASSWORD", "AIRFLOW_DATABASE_PASSWORD"),
        *("AIRFLOW_ADMIN_PASSWORD", "AIRFLOW_APPROVER_PASSWORD"),
        *("AIRFLOW_SECRET_KEY", "AIRFLOW_JWT_SECRET"),
        *("BLOC_SUPERSET_ADMIN_PASSWORD", "SUPERSET_DATABASE_PASSWORD"),
        "SUPERSET_SECRET_KEY",
    )
    return {
        **{name: secrets.token_hex(24) for name in names},
        "AIRFLOW_FERNET_KEY": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "BLOC_AIRFLOW_PORT": str(free_port()),
        "BLOC_SUPERSET_PORT": str(free_port()),
        "BLOC_WAREHOUSE_PORT": str(free_port()),
    }


def _run_dags(variables: Mapping[str, str]) -> None:
    address = f"http://{HOST}:{variables['BLOC_AIRFLOW_PORT']}"
    api = AirflowApi(address, "admin", variables["AIRFLOW_ADMIN_PASSWORD"])
    patience = Patience()
    wait_until_read(api, DAGS, patience)
    run_id = api.trigger(DAGS[0])
    follow_run(api, DAGS[0], run_id, show=_show, patience=patience)
    follow_until_quiet(api, DAGS, show=_show, patience=patience)


def _ask(variables: Mapping[str, str], statement: LiteralString) -> list[Any]:
    """Ask the warehouse as ``bi_reader``, who sees every bloc."""
    with psycopg.connect(
        host=HOST,
        port=int(variables["BLOC_WAREHOUSE_PORT"]),
        dbname="dw",
        user="bi_reader",
        password=variables["BLOC_BI_READER_PASSWORD"],
    ) as connection:
        return connection.execute(statement).fetchall()


def _check_published(variables: Mapping[str, str]) -> int:
    claims = _ask(variables, CLAIMS)
    unmet = [claim for claim in claims if claim[1] != "met"]
    for claim_id, verdict, printed, recomputed in unmet:
        _say(f"{claim_id}: {verdict}, printed {printed}, recomputed {recomputed}")
    _say(f"{len(claims) - len(unmet)} of {len(claims)} claims met, as bi_reader")
    return 0 if len(claims) == EXPECTED_CLAIMS and not unmet else 1


def _check_dashboards(stack: Stack) -> int:
    """Ask all charts as the administrator, and one figure as the reader of a bloc."""
    _say("building and starting the dashboards")
    stack(*BI, "up", "--detach", "--wait", "--quiet-pull")
    address = f"http://{HOST}:{stack.variables['BLOC_SUPERSET_PORT']}"
    password = stack.variables["BLOC_SUPERSET_ADMIN_PASSWORD"]
    administrator = SupersetApi(address, "admin", password)
    charts = list(administrator.rows("/api/v1/chart/", columns=("id", "slice_name")))
    empty = [
        chart["slice_name"] for chart in charts if not _rows(administrator, chart["id"])
    ]
    for name in empty:
        _say(f"nothing to show: {name}")
    _say(f"{len(charts) - len(empty)} of {len(charts)} charts show rows, as admin")

    command = ("bloc", "bi", "users", "add", READER, "--bloc", BLOC)
    said = stack.read(*BI, "exec", "-T", "bi", *command)
    reader = SupersetApi(address, READER, _password(said))
    [members] = [chart["id"] for chart in charts if chart["slice_name"] == "Đảng viên"]
    shown = [_rows(person, members)[0]["members"] for person in (reader, administrator)]
    wanted = [*_ask(stack.variables, MEMBERS)[0]]
    _say(f"members of {BLOC} and of all: {shown} shown, {wanted} in the warehouse")
    return 0 if charts and shown == wanted else 1


def _rows(api: SupersetApi, chart: int) -> list[dict[str, Any]]:
    results = api.call("GET", f"/api/v1/chart/{chart}/data/")["result"]
    return [row for result in results for row in result["data"]]


def _password(said: str) -> str:
    """Return the password that ``bloc bi users add`` prints."""
    found = re.search(r"once: (\S+)", said)
    if found is None:
        raise SetupError(f"no password in: {said}")
    return found[1]


def _show(end: TaskEnd) -> None:
    _say(f"{end.dag_id}.{end.task_id} {end.state} after {end.seconds:.1f} s")


def _say(text: str) -> None:
    print(f"compose-test: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
