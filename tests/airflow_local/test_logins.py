"""Who may start and who may approve, asked of Airflow's own manager of logins."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bloc_warehouse.variables import process_environment

pytestmark = pytest.mark.airflow

# in a process of its own: which manager there is, Airflow decides when it is imported
PROGRAM = """
import json
from airflow.utils.db import initdb
from bloc_warehouse.airflow_local.logins import make_logins

initdb()
made = [make_logins({"admin": "one", "approver": "two"}) for _ in range(2)]

from airflow.api_fastapi.app import create_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import (
    DagAccessEntity, DagDetails,
)
from airflow.providers.fab.auth_manager.cli_commands.utils import (
    get_application_builder,
)

with get_application_builder() as application:
    manager, logins = create_auth_manager(), application.sm
    roles = [logins.find_role(name) for name in ("Viewer", "Operator")]
    logins.add_user("operator", "o", "o", "o@localhost", roles, "three")
    logins.add_user("viewer", "v", "v", "v@localhost", roles[:1], "four")

    def may(name, method, entity):
        return manager.is_authorized_dag(
            method=method, access_entity=entity, user=logins.find_user(username=name),
            details=DagDetails(id="override_publish"),
        )

    found = {
        name: {
            "see": may(name, "GET", DagAccessEntity.RUN),
            "start": may(name, "POST", DagAccessEntity.RUN),
            "clear": may(name, "PUT", DagAccessEntity.TASK_INSTANCE),
            "approve": may(name, "PUT", DagAccessEntity.HITL_DETAIL),
        }
        for name in ("admin", "operator", "approver", "viewer")
    }
print("FOUND" + json.dumps([made, found]))
"""

ALL = {"see", "start", "clear", "approve"}
RIGHTS = {
    "admin": ALL,
    "operator": {"see", "start", "clear"},
    "approver": {"see", "approve"},
    "viewer": {"see"},
}


def test_an_operator_starts_and_an_approver_approves(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={
            **process_environment(),
            "AIRFLOW_HOME": str(tmp_path),
            "AIRFLOW__CORE__AUTH_MANAGER": (
                "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
            ),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{tmp_path}/airflow.db",
        },
        check=False,
        capture_output=True,
        text=True,
    )
    [line] = [
        line for line in done.stdout.splitlines() if line.startswith("FOUND")
    ] or [done.stderr[-3000:]]
    made, found = json.loads(line.removeprefix("FOUND"))
    assert made == [["admin", "approver"], []]
    assert {
        name: {right for right, allowed in rights.items() if allowed}
        for name, rights in found.items()
    } == RIGHTS
