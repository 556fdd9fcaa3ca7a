"""The roles of ``bi/roles.yaml``, and how Superset gets them: over REST, repeatably.

A role says what a person may do. Which rows they see the database decides: another role
of theirs, ``reader: LOGIN``, names the login through which they read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from bloc_warehouse.bi.assets import AssetError, Assets
from bloc_warehouse.bi.rest import SupersetApi
from bloc_warehouse.yaml_files import Entry, YamlFile, nearest_name

READER_PREFIX = "reader: "
"""As ``superset_config.py`` has it."""

_ABOUT_UNITS = re.compile(r"(^|_)unit_")  # as the policies of the database have it
_ROLES = "/api/v1/security/roles/"

Permission = tuple[str, str]
"""What may be done, and to what: ``can_read``, ``Dashboard``."""


class Role(Entry):
    """What a person of a kind may do in Superset."""

    description: str
    """In English."""
    own: tuple[str, ...] = Field((), alias="with")
    """Superset's own roles that a person gets besides."""
    permissions: Mapping[str, tuple[str, ...]] = {}
    schemas: tuple[str, ...] = ()
    datasets: Literal["all", "totals"]


class Roles(Entry):
    """The kinds of persons, as there are kinds of readers in the database."""

    bloc_officer: Role
    unit_officer: Role
    public_reader: Role

    def by_name(self) -> Mapping[str, Role]:
        """Return the roles by the names that Superset shows."""
        return {
            name.replace("_", " "): getattr(self, name)
            for name in type(self).model_fields
        }


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed of a role."""

    role: str
    is_new: bool
    allowed: int
    """Permissions that it got."""
    taken: int
    """Permissions that it lost."""


def read_roles(project_dir: Path) -> Roles:
    """Read the project's roles.

    Raises:
        AssetError: The file is wrong.
    """
    return YamlFile(project_dir / "bi" / "roles.yaml", AssetError).read_as(Roles)


def apply_roles(api: SupersetApi, roles: Roles, assets: Assets) -> list[Change]:
    """Give Superset these roles with these permissions; return what was changed.

    Args:
        api: An administrator's session.
        roles: As they are to be.
        assets: The datasets, which must have been imported.

    Raises:
        AssetError: A role names a permission that Superset does not know.
        SupersetError: Superset refuses.
    """
    known = _permissions(api)
    changes = []
    for name, role in roles.by_name().items():
        wanted = {known[found] for found in _wanted(name, role, assets, known)}
        role_id, is_new = ensure_role(api, name)
        answer = api.call("GET", f"{_ROLES}{role_id}/permissions/")
        present = {row["id"] for row in answer["result"]}
        if wanted != present:
            body = {"permission_view_menu_ids": sorted(wanted)}
            api.call("POST", f"{_ROLES}{role_id}/permissions", body)
        if is_new or wanted != present:
            got, lost = len(wanted - present), len(present - wanted)
            changes.append(Change(name, is_new, got, lost))
    return changes


def ensure_role(api: SupersetApi, name: str) -> tuple[int, bool]:
    """Return a role's id, and whether it had to be made."""
    known = role_ids(api)
    if name in known:
        return known[name], False
    return int(api.call("POST", _ROLES, {"name": name})["id"]), True


def role_ids(api: SupersetApi) -> dict[str, int]:
    """Return the ids of all of Superset's roles by name."""
    return {row["name"]: int(row["id"]) for row in api.rows(_ROLES)}


def is_about_units(columns: Mapping[str, object]) -> bool:
    """Tell whether a relation with these columns tells of units, not of blocs only."""
    return any(map(_ABOUT_UNITS.search, columns))


def _permissions(api: SupersetApi) -> dict[Permission, int]:
    return {
        (row["permission"]["name"], row["view_menu"]["name"]): int(row["id"])
        for row in api.rows("/api/v1/security/permissions-resources/")
    }


def _wanted(
    name: str, role: Role, assets: Assets, known: Mapping[Permission, int]
) -> Iterator[Permission]:
    for view, allowed in role.permissions.items():
        for permission in allowed:
            yield _known(name, (permission, view), known)
    database = next(iter(assets.databases.values())).database_name
    for schema in role.schemas:
        yield from _found(
            name,
            f"the schema {schema}",
            re.compile(rf"\[{re.escape(database)}\]\.(\[.*\]\.)?\[{schema}\]"),
            ("schema_access", known),
        )
    for dataset, columns in assets.columns.items():
        if role.datasets == "all" or not is_about_units(columns):
            yield from _found(
                name,
                f"the dataset {dataset}",
                re.compile(rf"\[{re.escape(database)}\]\.\[{dataset}\]\(id:\d+\)"),
                ("datasource_access", known),
            )


def _known(
    role: str, wanted: Permission, known: Mapping[Permission, int]
) -> Permission:
    if wanted not in known:
        written = [f"{permission} on {view}" for permission, view in known]
        asked = f"{wanted[0]} on {wanted[1]}"
        raise AssetError(
            f"bi/roles.yaml: {role}: Superset has no permission {asked}"
            f"{nearest_name(asked, written)}"
        )
    return wanted


def _found(
    role: str,
    what: str,
    view: re.Pattern[str],
    among: tuple[str, Mapping[Permission, int]],
) -> Iterator[Permission]:
    kind, known = among
    found = [
        permission
        for permission in known
        if permission[0] == kind and view.fullmatch(permission[1])
    ]
    if not found:
        raise AssetError(
            f"bi/roles.yaml: {role}: Superset does not know {what}: import the "
            "dashboards first"
        )
    yield from found
