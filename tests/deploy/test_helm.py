"""The values for Kubernetes name settings that there are, and no secret."""

import re
from typing import Any

import yaml
from tests.paths import ROOT

from bloc_warehouse.settings import Settings

TEXT = (ROOT / "deploy" / "helm" / "values.yaml").read_text("utf-8")
VALUES: dict[str, Any] = yaml.safe_load(TEXT)
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))


def test_every_variable_of_ours_is_a_setting() -> None:
    given = [*VALUES["env"], *VALUES["migrateDatabaseJob"]["env"]]
    ours = {entry["name"].removesuffix("_FILE") for entry in given}
    known = Settings.variables()
    assert {name for name in ours if name.startswith("BLOC_")} <= known
    # with what Compose gives its workers
    worker = COMPOSE["services"]["worker"]["environment"]
    passwords = {name for name in worker if name.endswith("_PASSWORD_FILE")}
    assert passwords <= {entry["name"] for entry in given}


def test_secrets_are_those_that_are_made_and_no_value_is_one() -> None:
    named = set(re.findall(r"secrets/(\w+)", TEXT))
    assert named <= set(COMPOSE["secrets"])
    for entry in VALUES["env"]:
        if re.search("PASSWORD|CREDENTIALS", entry["name"]):
            assert entry["value"].startswith("/run/")
    assert not re.search(r"://[^/@\s]*:[^…@/\s]+@", TEXT)


def test_airflow_is_the_one_that_is_locked() -> None:
    lock = (ROOT / "requirements-image.lock").read_text("utf-8")
    assert f"apache-airflow-core=={VALUES['airflowVersion']} " in lock
