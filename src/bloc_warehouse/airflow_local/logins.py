"""Logins of an Airflow whose people have roles: its FAB auth manager, as in Compose.

After ``airflow db migrate``: ``python -m bloc_warehouse.airflow_local.logins``. Makes
two roles beside Airflow's own, and the first two people. Safe to repeat: nobody's
password or role is set back to what it was.

Everybody has the role Viewer. An Operator may start and repeat runs, but approve
nothing; an Approver may approve, but start nothing; an Admin may do both, yet never in
one run (``dag_orders.second_person``).
"""

from collections.abc import Mapping
from typing import Any

from bloc_warehouse.variables import variable

Permission = tuple[str, str]

# Airflow asks for the right to edit a DAG beneath every right to change what is its
ROLES: Mapping[str, tuple[Permission, ...]] = {
    "Operator": (
        ("can_edit", "DAGs"),
        ("can_create", "DAG Runs"),
        ("can_edit", "DAG Runs"),
        ("can_create", "Task Instances"),
        ("can_edit", "Task Instances"),
    ),
    "Approver": (
        ("can_edit", "DAGs"),
        ("can_edit", "HITL Detail"),
        ("menu_access", "HITL Detail"),
    ),
}
FIRST_PEOPLE: Mapping[str, tuple[str, ...]] = {
    "admin": ("Admin",),
    "approver": ("Viewer", "Approver"),
}


def make_logins(passwords: Mapping[str, str]) -> list[str]:
    """Make the roles, and the people who are not there yet.

    Args:
        passwords: Of the people to make, by name; each is theirs to change.

    Returns:
        Who was made.
    """
    from airflow.providers.fab.auth_manager.cli_commands.utils import (
        get_application_builder,
    )

    with get_application_builder() as application:
        return _make(application, passwords)


def _make(application: Any, passwords: Mapping[str, str]) -> list[str]:  # noqa: ANN401
    application.add_permissions(update_perms=True)
    manager = application.sm
    manager.sync_roles()
    manager.bulk_sync_roles(
        [{"role": role, "perms": list(allowed)} for role, allowed in ROLES.items()]
    )
    made = []
    for name, password in passwords.items():
        if manager.find_user(username=name) is None:
            roles = [manager.find_role(role) for role in FIRST_PEOPLE[name]]
            manager.add_user(name, name, "·", f"{name}@localhost", roles, password)
            made.append(name)
    return made


if __name__ == "__main__":
    make_logins(
        {name: variable(f"AIRFLOW_{name.upper()}_PASSWORD") for name in FIRST_PEOPLE}
    )
