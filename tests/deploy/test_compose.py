"""What docker-compose.yml promises of each container, read from the file."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.paths import ROOT

from bloc_warehouse.database.embedded import TUNING

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
# who may know the password, by the secret's name
MAY_KNOW = {
    "bloc_admin_password": {"init", "warehouse"},
    "bloc_owner_password": {"init", "bi", "bi-prepare"},
    "airflow_admin_password": {"init"},
    "airflow_approver_password": {"init"},
    "database_key": {"warehouse", "metadata"},
    "proxy_key": {"proxy"},
    "redis_password": {"redis", "scheduler", "worker"},
}
ONE_SHOT = {"init", "superset-database", "bi-prepare", "bi"}
# to become the database's own user, whose the files are
OF_POSTGRES = {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}


@pytest.mark.parametrize("name", SERVICES)
def test_each_container_is_bounded_and_has_no_more_rights_than_it_needs(
    name: str,
) -> None:
    service = SERVICES[name]
    assert {"mem_limit", "cpus", "pids_limit"} <= set(service)
    assert service["cap_drop"] == ["ALL"]
    added = set(service.get("cap_add", ()))
    assert added == (OF_POSTGRES if name in ("warehouse", "metadata") else set())
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}
    assert not service.get("privileged")
    assert "network_mode" not in service


def test_the_embedded_server_is_tuned_as_the_container_is() -> None:
    command = " ".join(SERVICES["warehouse"]["command"])
    given = re.findall(r"-c(\w+)=(?:\$\{\w+:-)?([\w.]+)", command)
    tuned = {
        name: value for name, value in given if not name.startswith(("ssl", "hba"))
    }
    assert tuned == TUNING


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_is_a_variable(name: str) -> None:
    environment = SERVICES[name].get("environment", {})
    secret = re.compile(
        r"PASSWORD|SECRET|FERNET|_KEY\b|SQL_ALCHEMY_CONN|BROKER_URL|RESULT_BACKEND"
    )
    for variable, value in environment.items():
        if secret.search(variable):
            assert variable.endswith(("_FILE", "_CMD")), variable
            assert "/run/secrets/" in value
            assert set(re.findall(r"/run/secrets/(\w+)", value)) <= set(
                SERVICES[name]["secrets"]
            ), f"{name} is not given what {variable} names"
        # no address holds a login's password
        assert not re.search(r"://[^/@\s]*:[^$%@/][^/@]*@", str(value)), variable


def test_what_is_secret_is_known_to_few() -> None:
    for secret, known_to in MAY_KNOW.items():
        found = {
            name
            for name, service in SERVICES.items()
            if secret in service.get("secrets", ())
        }
        assert found == known_to, secret
    # whom the outside reaches knows nothing of the warehouse
    assert not [name for name in SERVICES["api-server"]["secrets"] if "bloc" in name]


def test_each_secret_is_made_and_each_one_made_is_used(tmp_path: Path) -> None:
    script = ROOT / "deploy" / "compose" / "make_secrets.sh"
    given = {**os.environ, "BLOC_SECRETS_DIR": str(tmp_path / "secrets")}
    subprocess.run([script], env=given, check=True, stdout=subprocess.DEVNULL)
    folder = tmp_path / "secrets"
    made = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert set(made) == set(COMPOSE["secrets"])
    used = {
        secret for service in SERVICES.values() for secret in service.get("secrets", ())
    }
    assert used == set(made)
    assert folder.stat().st_mode & 0o777 == 0o700
    for key in ("airflow_jwt_secret", "airflow_secret_key"):
        assert len(made[key]) >= 64
    # a second time changes nothing
    subprocess.run([script], env=given, check=True, stdout=subprocess.DEVNULL)
    assert made == {file.name: file.read_bytes() for file in folder.iterdir()}


def test_databases_are_reached_from_within_and_pages_from_outside() -> None:
    assert COMPOSE["networks"]["back"] == {"internal": True}
    on_front = {name for name, service in SERVICES.items() if _is_on(service, "front")}
    assert not on_front & {"metadata", "superset-database"}
    for name, service in SERVICES.items():
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:") or name == "proxy"


def _is_on(service: dict[str, Any], network: str) -> bool:
    return network in service["networks"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONE_SHOT))
def test_health_is_asked_without_starting_python(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert not re.search("python|airflow |bloc ", " ".join(map(str, check["test"])))
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_every_database_client_checks_the_server() -> None:
    for name, service in SERVICES.items():
        if name in ("warehouse", "metadata"):
            assert {"-cssl=on", "-chba_file=/etc/postgresql/pg_hba.conf"} <= set(
                service["command"]
            )
        elif "PGSSLMODE" in service.get("environment", {}):
            assert service["environment"]["PGSSLMODE"] == "verify-full"
            assert "certificate_authority" in service["secrets"]
    rules = (ROOT / "deploy" / "compose" / "pg_hba.conf").read_text("utf-8")
    kinds = {line.split()[0] for line in rules.splitlines() if line[:1].isalpha()}
    assert kinds == {"local", "hostssl"}


def test_workers_share_no_disk() -> None:
    worker = SERVICES["worker"]
    assert worker["profiles"] == ["celery"]
    for volume in worker["volumes"]:
        assert ":" not in volume, "a named volume or a folder is shared"
    # all that a task needs to know it is told as where the scheduler runs it
    scheduler = SERVICES["scheduler"]
    assert worker["environment"] == scheduler["environment"]
    assert worker["secrets"] == scheduler["secrets"]
    assert not SERVICES["redis"].get("volumes")


def test_what_people_work_with_may_be_folders_of_the_machine() -> None:
    volumes = SERVICES["scheduler"]["volumes"]
    for name in ("archive", "backups", "outbox", "reference", "reports"):
        assert f"${{BLOC_{name.upper()}_MOUNT:-data}}:/office/{name}" in volumes
    assert "${BLOC_LANDING_MOUNT:-landing}:/var/lib/bloc/landing" in volumes
    assert SERVICES["scheduler"]["user"] == "${BLOC_UID:-10001}:${BLOC_GID:-10001}"
