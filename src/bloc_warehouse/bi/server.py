"""Superset on this machine: installed, started, found running, stopped."""

import logging
import subprocess
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bloc_warehouse.bi.assets import Assets
from bloc_warehouse.bi.bundle import project_assets, write_bundle
from bloc_warehouse.bi.environment import (
    ADMIN,
    DATABASE,
    GUEST,
    LocalSuperset,
    SupersetError,
    known_passwords,
    secret,
    superset_bin,
    superset_environment,
    superset_home,
    write_passwords,
)
from bloc_warehouse.bi.rest import SupersetApi
from bloc_warehouse.bi.roles import apply_roles, read_roles
from bloc_warehouse.database import embedded, logins
from bloc_warehouse.database.connection import connect, open_connection
from bloc_warehouse.database.embedded.process import HOST
from bloc_warehouse.database.owner import create_database, create_login
from bloc_warehouse.local_services import LocalService, Report, choose_port
from bloc_warehouse.settings import Settings

_READY_SECONDS = 300  # an idle machine needs ten to twenty
_THREADS = 8
BUNDLE = "bundle.zip"
PROCESS = "server"

logger = logging.getLogger(__name__)


def start(settings: Settings, *, report: Report = logger.info) -> LocalSuperset:
    """Start Superset with the project's dashboards, or bring a running one up to date.

    Args:
        settings: Folders and ports.
        report: Called with what is being done, for a person who waits.

    Raises:
        AssetError: A file of the dashboards is wrong; nothing was changed.
        SupersetError: Superset is not installed, refuses, or is not ready in time.
    """
    assets = project_assets(settings)
    roles = read_roles(settings.project_dir)
    environment = superset_environment(settings)
    running = find_running(settings)
    if running is None:
        stop(settings)  # what a crash left
    url = embedded.start(settings.data_dir).url()
    with open_connection(url, autocommit=True) as connection:
        create_login(connection, DATABASE, secret(settings, "database"))
        create_database(connection, DATABASE, DATABASE)
    prepare_reading(settings, assets)
    _install(settings, environment, report)
    if running is None:
        report("starting Superset")
        running = _launch(settings, environment, report)
    report("giving roles what they may do")
    apply_roles(administrator(settings), roles, assets)
    return running


def prepare_reading(settings: Settings, assets: Assets) -> None:
    """Make what Superset needs of us: the guest's login, passwords, the bundle.

    Args:
        settings: Where the warehouse is, and the folder that Superset reads too.
        assets: What the bundle is to hold.
    """
    with connect("owner", settings=settings) as connection:
        create_login(connection, GUEST, secret(settings, GUEST))
        logins.admit_reader(connection, GUEST, connections=logins.READER_CONNECTIONS)
        logins.mark(connection, GUEST)
    write_passwords(settings, known_passwords(settings))
    write_bundle(assets, superset_home(settings) / BUNDLE)


def find_running(settings: Settings) -> LocalSuperset | None:
    """Return the Superset that runs for these settings."""
    port = _service(settings).port([PROCESS])
    return None if port is None else LocalSuperset(port, secret(settings, ADMIN))


def administrator(settings: Settings) -> SupersetApi:
    """Return an administrator's session of the Superset that is served.

    Raises:
        SupersetError: None is named, and none runs on this machine.
    """
    running = find_running(settings)
    given = settings.superset_admin_password.get_secret_value()
    if settings.superset_url:
        return SupersetApi(settings.superset_url.rstrip("/"), ADMIN, given)
    if running is None:
        raise SupersetError(
            "Superset does not run on this machine: start it (make bi), or say where "
            "it is by BLOC_SUPERSET_URL and BLOC_SUPERSET_ADMIN_PASSWORD"
        )
    return SupersetApi(running.address, ADMIN, running.password)


def stop(settings: Settings) -> bool:
    """Stop what runs, gently, then by force; False if nothing did."""
    return _service(settings).stop()


def _service(settings: Settings) -> LocalService:
    return LocalService("Superset", superset_home(settings), SupersetError)


def _install(
    settings: Settings, environment: Mapping[str, str], report: Report
) -> None:
    """Install the bundle, unless just this was installed before."""
    home = superset_home(settings)
    bundle, marker = home / BUNDLE, home / "installed"
    program = settings.project_dir / "bi" / "install.py"
    lock = settings.project_dir / "bi" / "requirements.lock"
    parts = [file.read_bytes() for file in (bundle, program, lock)]
    filled_in = environment["WAREHOUSE_URI"] + environment["WAREHOUSE_TIMEZONE"]
    wanted = sha256(b"".join(parts) + filled_in.encode()).hexdigest()
    if marker.exists() and marker.read_text(encoding="utf-8") == wanted:
        return
    report("installing the dashboards in Superset (a minute the first time)")
    done = subprocess.run(
        [str(superset_bin(settings) / "python"), str(program), str(bundle)],
        env=dict(environment),
        cwd=home,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    log = home / "install.log"
    log.write_text(done.stdout, encoding="utf-8")
    if done.returncode:
        last = "\n".join(done.stdout.strip().splitlines()[-10:])
        raise SupersetError(f"Superset was not made ready: see {log}\n{last}")
    marker.write_text(wanted, encoding="utf-8")


def _launch(
    settings: Settings, environment: Mapping[str, str], report: Report
) -> LocalSuperset:
    port = choose_port(settings.superset_port, report)
    command: list[str | Path] = [
        superset_bin(settings) / "gunicorn",
        *("--workers", "1", "--worker-class", "gthread"),
        *("--threads", str(_THREADS), "--timeout", "120"),
        *("--bind", f"{HOST}:{port}"),
        "superset.app:create_app()",
    ]
    service = _service(settings)
    superset = LocalSuperset(port, secret(settings, ADMIN))
    try:
        service.launch(PROCESS, command, environment, port)
        service.wait_until(lambda: _answers(superset), _READY_SECONDS)
    except BaseException:
        service.stop()
        raise
    return superset


def _answers(superset: LocalSuperset) -> bool:
    try:
        with urlopen(f"{superset.address}/health", timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
