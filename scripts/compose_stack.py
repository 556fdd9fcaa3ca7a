"""A Compose project of its own, for one test: passwords, ports, volumes and folders."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import psycopg
import yaml
from psycopg.conninfo import make_conninfo

from bloc_warehouse.airflow_local.api import AirflowApi
from bloc_warehouse.database.embedded.process import HOST, free_port

ROOT = Path(__file__).resolve().parents[1]
OFFICE = ("archive", "landing", "outbox", "reference", "reports")
# who works in the office's folders: whoever runs this, but never root
UID = os.getuid() or 12345
ALL_PROFILES = ("--profile", "*")
BUCKET, STORE_PORT = "bloc", 5000


class Stack:
    """The services of one Compose project.

    Attributes:
        folder: Holds the variables, the secrets and the office's folders.
        office: The folders that are mounted, by what they hold.
        variables: What ``.env`` would say.
    """

    def __init__(
        self,
        folder: Path,
        *,
        cpus: str | None = None,
        is_celery: bool = False,
        variables: Mapping[str, str] | None = None,
        additions: Mapping[str, Any] | None = None,
    ) -> None:
        """Make secrets and folders; nothing is started.

        Args:
            folder: An empty one.
            cpus: So much of a core for each container.
            is_celery: Workers and an object store, too.
            variables: Set besides, or instead of what is set here.
            additions: Another Compose file's contents, which extends ours.
        """
        self.folder = folder
        self.profiles = ("--profile", "celery") if is_celery else ()
        self.name = f"bloc-test-{secrets.token_hex(4)}"
        self.images = {
            "BLOC_IMAGE": self.name,
            "BLOC_SUPERSET_IMAGE": f"{self.name}-superset",
        }
        folder.chmod(0o755)
        self.office = {name: folder / "office" / name for name in OFFICE}
        for path in self.office.values():
            path.mkdir(parents=True)
            _give_away(path)
        ports = ("AIRFLOW", "SUPERSET", "WAREHOUSE", "HTTPS", "SUPERSET_HTTPS")
        self.variables = {
            **{f"BLOC_{name}_PORT": str(free_port()) for name in ports},
            **{
                f"BLOC_{name.upper()}_MOUNT": str(path)
                for name, path in self.office.items()
            },
            "BLOC_SECRETS_DIR": str(folder / "secrets"),
            "BLOC_UID": str(UID),
            "BLOC_GID": str(os.getgid() or UID),
        }
        self._files = [ROOT / "docker-compose.yml"]
        if cpus:
            self._files.append(self._limits(cpus))
        if is_celery:
            self._files.append(self._store())
        if additions:
            self._files.append(folder / "additions.yml")
            self._files[-1].write_text(yaml.safe_dump(dict(additions)))
        self.variables |= variables or {}
        self._env_file = folder / "compose.env"
        self._env_file.write_text(
            "".join(f"{name}={value}\n" for name, value in self.variables.items())
        )
        subprocess.run(
            [ROOT / "deploy" / "compose" / "make_secrets.sh"],
            env={**os.environ, **self.variables},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        if is_celery:
            (folder / "secrets" / "aws_credentials").write_text(
                "[default]\naws_access_key_id = test\naws_secret_access_key = test\n"
            )

    def _store(self) -> Path:
        """Put an object store beside the services, and all that is shared into it."""
        for name in OFFICE:
            del self.variables[f"BLOC_{name.upper()}_MOUNT"]
            self.variables[f"BLOC_{name.upper()}_DIR"] = f"s3://{BUCKET}/{name}"
        self.variables |= {
            "AWS_DEFAULT_REGION": "us-east-1",
            "BLOC_BATCH_SIZE": "150",
            "BLOC_EXECUTOR": "CeleryExecutor",
            "BLOC_STORE_ENDPOINT_URL": f"http://store:{STORE_PORT}",
        }
        self.images["STORE_IMAGE"] = f"{self.name}-store"
        self.store_port = free_port()
        pins = " ".join(
            f"{package}=={version(name)}"
            for name, package in {
                **{"moto": "moto[s3]", "flask": "flask", "flask-cors": "flask-cors"},
                **{"werkzeug": "werkzeug", "boto3": "boto3"},
            }.items()
        )
        own = self.folder / "store"
        own.mkdir()
        (own / "Dockerfile").write_text(
            f"FROM python:3.13-slim-trixie\nRUN python -m pip install -q {pins}\n"
        )
        service = {
            "build": str(own),
            "image": self.images["STORE_IMAGE"],
            "command": ["moto_server", "-H", "0.0.0.0", "-p", str(STORE_PORT)],  # noqa: S104
            "networks": ["front", "back"],
            "ports": [f"127.0.0.1:{self.store_port}:{STORE_PORT}"],
            "profiles": ["celery"],
            "healthcheck": {
                "test": f"bash -c 'exec 3<> /dev/tcp/127.0.0.1/{STORE_PORT}'",
                "interval": "2s",
                "start_period": "120s",
            },
        }
        file = self.folder / "store.yml"
        file.write_text(yaml.safe_dump({"services": {"store": service}}))
        return file

    def in_store(self) -> Any:  # noqa: ANN401  fsspec's
        """Return the store as fsspec sees it from this machine."""
        import fsspec

        return fsspec.filesystem(
            "s3",
            **{"key": "test", "secret": "test", "use_listings_cache": False},
            endpoint_url=f"http://{HOST}:{self.store_port}",
        )

    def _limits(self, cpus: str) -> Path:
        """Give each service so much of a core, and no more."""
        services = yaml.safe_load(self._files[0].read_text("utf-8"))["services"]
        file = self.folder / "limits.yml"
        limited = {"services": {name: {"cpus": cpus} for name in services}}
        file.write_text(yaml.safe_dump(limited))
        return file

    def secret(self, name: str) -> str:
        """Return one of the passwords that were made."""
        return (self.folder / "secrets" / name).read_text("utf-8").strip()

    def secrets(self) -> dict[str, str]:
        """Return all that is secret and long enough to be told from other text."""
        files = (self.folder / "secrets").iterdir()
        found = {file.name: file.read_text("utf-8").strip() for file in files}
        return {name: text for name, text in found.items() if len(text) > 20}

    def __call__(self, *arguments: str, check: bool = True) -> None:
        """Run ``docker compose`` with this project and its variables only."""
        self._run(arguments, check=check, output=None)

    def read(self, *arguments: str) -> str:
        """Run it and return what it prints."""
        return self._run(arguments, check=True, output=subprocess.PIPE).stdout

    def bloc(self, *arguments: str, service: str = "scheduler") -> str:
        """Run ``bloc`` in a service, and return what it prints."""
        return self.read(*ALL_PROFILES, "exec", "-T", service, "bloc", *arguments)

    @property
    def airflow_address(self) -> str:
        """Where Airflow's page is."""
        return f"http://{HOST}:{self.variables['BLOC_AIRFLOW_PORT']}"

    def airflow(self) -> AirflowApi:
        """Return the few calls that we make, as the administrator."""
        password = self.secret("airflow_admin_password")
        return AirflowApi(self.airflow_address, "admin", password)

    def warehouse(
        self, user: str, *, sslmode: str = "verify-full", **options: int
    ) -> psycopg.Connection:
        """Connect to the warehouse as one of the logins that the secrets are for.

        Args:
            user: ``bi_reader``, ``transform`` and so on.
            sslmode: libpq's; the certificate is checked unless something else is said.
            options: More of libpq's parameters.

        Raises:
            psycopg.Error: It is away, or lets nobody in.
        """
        address = make_conninfo(
            "",
            host=HOST,
            port=int(self.variables["BLOC_WAREHOUSE_PORT"]),
            dbname="dw",
            user=user,
            password=self.secret(f"bloc_{user}_password"),
            sslmode=sslmode,
            sslrootcert=str(self.folder / "secrets" / "certificate_authority"),
            **options,
        )
        return psycopg.connect(address)

    def airflow_client(self, name: str, password: str) -> httpx.Client:
        """Log in to Airflow; any of its calls can be made."""
        login = {"username": name, "password": password}
        token = httpx.post(
            f"{self.airflow_address}/auth/token", json=login, timeout=60
        ).json()
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        return httpx.Client(base_url=self.airflow_address, headers=headers, timeout=60)

    def start(self) -> None:
        """Start the services; the bucket is there before anybody looks into it.

        An intake that finds none would fail, and keep the next one waiting meanwhile.
        """
        if self.profiles:
            self(*self.profiles, "up", "--detach", "--wait", "--quiet-pull", "store")
            self.in_store().mkdir(BUCKET)
        self(*self.profiles, "up", "--detach", "--wait", "--quiet-pull")

    def put(self, senders: Iterable[Path]) -> None:
        """Land the folders of senders, each with all of its files at once."""
        if self.profiles:
            for sender in senders:
                place = f"{BUCKET}/landing/{sender.name}/"
                self.in_store().put(f"{sender}/", place, recursive=True)
            return
        on_the_way = self.folder / "office" / "sent"
        copied = [shutil.copytree(path, on_the_way / path.name) for path in senders]
        _give_away(on_the_way)
        for folder in copied:
            folder.rename(self.office["landing"] / folder.name)

    def put_reference(self, folder: Path) -> None:
        """Put the reference lists where the services look for them."""
        if self.profiles:
            self.in_store().put(f"{folder}/", f"{BUCKET}/reference/", recursive=True)
            return
        shutil.copytree(folder, self.office["reference"], dirs_exist_ok=True)
        _give_away(self.office["reference"])

    def inspected(self) -> list[dict[str, Any]]:
        """Return what the engine tells of each container, whether or not it runs."""
        names = self.read(*ALL_PROFILES, "ps", "--all", "--quiet").split()
        told = subprocess.run(
            ["docker", "inspect", *names], check=True, stdout=subprocess.PIPE
        ).stdout
        return list(json.loads(told))

    def _run(
        self, arguments: Sequence[str], *, check: bool, output: int | None
    ) -> "subprocess.CompletedProcess[str]":
        named = [
            *("--project-name", self.name, "--project-directory", str(ROOT)),
            *("--env-file", str(self._env_file)),
            *(part for file in self._files for part in ("--file", str(file))),
        ]
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("BLOC_", "AIRFLOW_", "COMPOSE_"))
        }
        return subprocess.run(
            ["docker", "compose", "--progress", "quiet", *named, *arguments],
            cwd=ROOT,
            env={**environment, **self.images},
            check=check,
            stdout=output,
            text=True,
        )

    def remove(self) -> None:
        """Remove containers, volumes, networks and the images that were built."""
        self(*ALL_PROFILES, "down", "--volumes", "--remove-orphans", check=False)
        subprocess.run(["docker", "image", "rm", *self.images.values()], check=False)


def as_office(*command: str | Path) -> None:
    """Run a program as the person whose folders are mounted: nobody with rights."""
    who = {"user": UID, "group": UID, "extra_groups": []} if not os.getuid() else {}
    subprocess.run([str(part) for part in command], check=True, **who)  # type: ignore[call-overload]


@contextmanager
def step(name: str, times: dict[str, float]) -> Iterator[None]:
    """Say what begins, and how long it took."""
    say(name)
    began = time.monotonic()
    yield
    times[name] = time.monotonic() - began
    say(f"{name}: {times[name]:.0f} s")


def make_samples(folder: Path) -> None:
    """Generate the samples: ``landing`` and ``reference`` in a folder."""
    program = str(Path(sys.executable).with_name("bloc"))
    command = [program, "samples", "make", "--into", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def say(text: str) -> None:
    """Tell whoever watches."""
    print(f"{datetime.now(UTC):%H:%M:%S} {text}", flush=True)


def _give_away(folder: Path) -> None:
    """Make a folder, with what is in it, that of whom the containers run as."""
    if not os.getuid():
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, UID, UID)
