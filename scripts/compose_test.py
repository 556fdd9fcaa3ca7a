"""Start docker-compose.yml, send it the generated files, read what it published.

Besides: who may do what in Airflow and in the databases, what is secret, and that an
office works in its own folders with no rights of root. Then the dashboards (profile
bi): every chart answers, and a bloc's reader sees the bloc.

A project of its own, with secrets, ports, volumes and folders that exist only for this
run, on whatever engine ``docker`` reaches. Everything is removed at the end, images
included. Ends with the time of each step.

With ``--profile celery``: two workers that share the databases, Redis and an object
store, and no disk; which of them did what.
"""

import argparse
import re
import secrets
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from scripts.compose_stack import (
    BUCKET,
    OFFICE,
    UID,
    Stack,
    as_office,
    make_samples,
    say,
    step,
)
from scripts.embedded_run import run_dags, run_embedded, seconds_by_task

from bloc_warehouse.airflow_local.api import Json
from bloc_warehouse.airflow_local.follow import TaskEnd
from bloc_warehouse.bi.rest import SupersetApi
from bloc_warehouse.database.embedded.process import HOST
from bloc_warehouse.errors import SetupError

EXPECTED_CLAIMS = 33
BI = ("--profile", "bi")
READER, BLOC = "lan_reader", "LAN"
READERS_LOGIN = "bi_reader"  # sees every bloc
# what Airflow and its libraries say of keys that are too short, and of its own logins
COMPLAINTS = re.compile("InsecureKeyLength|SimpleAuthManager|insecure|HMAC key", re.I)

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

SUPERUSERS = "select rolname from pg_roles where rolsuper"


class RefutedError(Exception):
    """Something is not as it should be."""


def main() -> int:
    """Run the test; return 0 when all is as it should be."""
    options = _options()
    times: dict[str, float] = {}
    with ExitStack() as at_end:
        folder = at_end.enter_context(tempfile.TemporaryDirectory(prefix="bloc-test-"))
        stack = Stack(
            Path(folder), cpus=options.cpus, is_celery=options.profile == "celery"
        )
        at_end.callback(stack.remove)
        try:
            with step("building", times):
                stack("build", "init")
            with step("starting", times):
                stack.start()
            if options.only_start:
                return 0
            with step("who knows and may do what", times):
                _check_secrets(stack)
                _check_databases(stack)
                _check_people(stack)
            (_try_workers if stack.profiles else _try_folders)(stack, times)
        except (subprocess.CalledProcessError, SetupError, RefutedError) as error:
            stack("--profile", "*", "logs", "--tail", "40", check=False)
            say(f"failed: {error}")
            return 1
        finally:
            for name, seconds in times.items():
                say(f"{seconds:6.0f} s  {name}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cpus", help="give each container so much of a core")
    parser.add_argument("--profile", choices=["celery"], help="workers and a store")
    parser.add_argument("--only-start", action="store_true", help="start and remove")
    return parser.parse_args()


def _try_folders(stack: Stack, times: dict[str, float]) -> None:
    """Try one machine whose folders are mounted, and the dashboards."""
    made = _send_files(stack, times)
    with step("intake, build, publishing", times):
        runs = run_dags(stack.airflow(), show=_show)
        _check_published(stack)
    with step("a list edited in its folder and applied", times):
        _check_office(stack)
    with step("building and starting the dashboards", times):
        stack(*BI, "up", "--detach", "--wait", "--quiet-pull")
    with step("asking every chart", times):
        _check_dashboards(stack)
    complaints = COMPLAINTS.findall(stack.read(*BI, "logs", "--no-color"))
    _require(not complaints, f"the logs complain: {complaints}")
    _compare_times(stack, made, runs, times)


def _try_workers(stack: Stack, times: dict[str, float]) -> None:
    """Try two workers that share the databases, Redis and a store."""
    made = _send_files(stack, times)
    with step("intake, build, publishing by two workers", times):
        runs = run_dags(stack.airflow(), show=_show)
        _check_published(stack)
    done = [task for task in runs if task["hostname"]]  # not what was skipped
    by_worker = Counter(task["hostname"] for task in done)
    batches = Counter(
        task["hostname"] for task in done if task["task_id"] == "load_batch"
    )
    say(f"tasks by worker: {dict(by_worker)}; batches of one intake: {dict(batches)}")
    _require(len(batches) > 1, "one worker did all of the intake")
    store = stack.in_store()
    for name in OFFICE:
        found = len(store.find(f"{BUCKET}/{name}"))
        say(f"{name}: {found} objects in the store")
        _require(found, f"{name} is not in the store")
    here = stack.read(*stack.profiles, "exec", "-T", "worker", "ls", "/var/lib/bloc")
    say(f"on a worker's own disk: {', '.join(here.split()) or 'nothing'}")
    _compare_times(stack, made, runs, times)


def _send_files(stack: Stack, times: dict[str, float]) -> Path:
    """Generate the files and land them; return the folder that they were made in."""
    with step("making the files and sending them", times):
        made = stack.folder / "made"
        make_samples(made)
        stack.put_reference(made / "reference")
        stack.put(path for path in (made / "landing").iterdir() if path.is_dir())
    return made


def _compare_times(
    stack: Stack, made: Path, runs: list[Json], times: dict[str, float]
) -> None:
    """Print what each task took, beside the same files' on an embedded server."""
    stack("--profile", "*", "stop")
    with step("the same files on an embedded server", times):
        embedded = seconds_by_task(run_embedded(made))
    here = seconds_by_task(runs)
    say(f"{'task':<45} {'here':>8} {'embedded':>9}")
    for task, seconds in here.items():
        other = embedded.get(task)
        say(f"{task:<45} {seconds:>6.1f} s" + (f" {other:>7.1f} s" if other else ""))


def _require(is_so: object, complaint: str) -> None:
    if not is_so:
        raise RefutedError(complaint)


def _check_secrets(stack: Stack) -> None:
    """No secret stands where `docker inspect` shows it."""
    known = stack.secrets()
    for container in stack.inspected():
        told = str(container)
        shown = [name for name, text in known.items() if text in told]
        _require(not shown, f"{container['Name']} shows {shown}")
    given = stack.read("exec", "-T", "scheduler", "ls", "/run/secrets").split()
    _require("bloc_owner_password" not in given, "tasks know the owner's password")
    say(f"{len(known)} secrets, none of them in a container's description")


def _check_databases(stack: Stack) -> None:
    """The owner is no superuser, and nobody comes in without TLS."""
    ask = ("exec", "-T", "warehouse", "psql", "-U", "postgres", "-d", "dw", "-Atc")
    _require(stack.read(*ask, SUPERUSERS).split() == ["postgres"], "superusers")
    try:
        stack.warehouse(READERS_LOGIN, sslmode="disable").close()
    except psycopg.OperationalError as error:
        _require("no encryption" in str(error), str(error))
    else:
        raise RefutedError("the warehouse lets in who does not encrypt")
    say("superusers: postgres; connections: TLS only")


def _check_people(stack: Stack) -> None:
    """An operator starts and does not approve; an approver the other way round."""
    password = secrets.token_hex(12)
    with stack.airflow_client(
        "admin", stack.secret("airflow_admin_password")
    ) as client:
        client.post(
            "/auth/fab/v1/users",
            json={
                **{"username": "operator", "password": password},
                **{"first_name": "Lan", "last_name": "Anh", "email": "lan@localhost"},
                "roles": [{"name": "Viewer"}, {"name": "Operator"}],
            },
        ).raise_for_status()
    people = {
        "operator": password,
        "approver": stack.secret("airflow_approver_password"),
    }
    dag = "/api/v2/dags/override_publish/dagRuns"
    order = {"release": 99, "reason": "counted by hand", "bloc": "ALL"}
    answer = f"{dag}/none/taskInstances/approve_override/-1/hitlDetails"
    may = {}
    for name, secret in people.items():
        with stack.airflow_client(name, secret) as client:
            start = client.post(dag, json={"logical_date": None, "conf": order})
            approve = client.patch(
                answer, json={"chosen_options": ["Approve"], "params_input": {}}
            )
        may[name] = start.status_code, approve.status_code
    # 404: there is no such run to approve, and who may not approve is not told
    wanted = {"operator": (200, 403), "approver": (403, 404)}
    _require(may == wanted, f"who may start and approve: {may}")
    say("an operator starts, an approver approves, neither does both")


def _ask(stack: Stack, statement: LiteralString) -> list[Any]:
    with stack.warehouse(READERS_LOGIN) as connection:
        return connection.execute(statement).fetchall()


def _check_published(stack: Stack) -> None:
    claims = _ask(stack, CLAIMS)
    unmet = [claim for claim in claims if claim[1] != "met"]
    for claim_id, verdict, printed, recomputed in unmet:
        say(f"{claim_id}: {verdict}, printed {printed}, recomputed {recomputed}")
    say(f"{len(claims) - len(unmet)} of {len(claims)} claims met, as bi_reader")
    _require(len(claims) == EXPECTED_CLAIMS and not unmet, "the claims are not met")


def _check_office(stack: Stack) -> None:
    """What is written in the folders is the office's; what it edits is read."""
    for name in OFFICE:
        files = [path for path in stack.office[name].rglob("*") if path.is_file()]
        _require(files, f"{name} is empty")
        strange = [path for path in files if path.stat().st_uid != UID]
        _require(not strange, f"{name} has files of somebody else's: {strange[:3]}")
        as_office("touch", stack.office[name] / ".mine")
        as_office("rm", stack.office[name] / ".mine")
        say(f"{name}: {len(files)} files, all of them the office's")
    names = stack.office["reference"] / "ref_unit_aliases.csv"
    as_office("sed", "-i", "$a LAN-001,Tên do văn phòng ghi,2018-01-01,", names)
    stack.bloc("reference", "apply", "--by", "test", "--reason", "edited in Excel")
    told = stack.bloc("reference", "history")
    _require("edited in Excel" in told, f"the edit is not in the history: {told}")


def _check_dashboards(stack: Stack) -> None:
    """Ask all charts as the administrator, and one figure as the reader of a bloc."""
    address = f"http://{HOST}:{stack.variables['BLOC_SUPERSET_PORT']}"
    password = stack.secret("bloc_superset_admin_password")
    administrator = SupersetApi(address, "admin", password)
    charts = list(administrator.rows("/api/v1/chart/", columns=("id", "slice_name")))
    empty = [
        chart["slice_name"] for chart in charts if not _rows(administrator, chart["id"])
    ]
    for name in empty:
        say(f"nothing to show: {name}")
    say(f"{len(charts) - len(empty)} of {len(charts)} charts show rows, as admin")

    said = stack.bloc("bi", "users", "add", READER, "--bloc", BLOC, service="bi")
    _require(address in said, f"not what a person opens: {said}")
    reader = SupersetApi(address, READER, _password(said))
    [members] = [chart["id"] for chart in charts if chart["slice_name"] == "Đảng viên"]
    shown = [_rows(person, members)[0]["members"] for person in (reader, administrator)]
    wanted = [*_ask(stack, MEMBERS)[0]]
    say(f"members of {BLOC} and of all: {shown} shown, {wanted} in the warehouse")
    _require(charts and shown == wanted, "the dashboards show something else")


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
    say(f"{end.dag_id}.{end.task_id} {end.state} after {end.seconds:.1f} s")


if __name__ == "__main__":
    sys.exit(main())
