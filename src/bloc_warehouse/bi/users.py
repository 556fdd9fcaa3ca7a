"""People in Superset: each is a user who reads through a login of their own.

A user, the reader of the database and the role ``reader: LOGIN`` that joins the two are
made together and removed together.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from bloc_warehouse.bi.environment import forget_password, kept_logins, write_passwords
from bloc_warehouse.bi.rest import Json, SupersetApi
from bloc_warehouse.bi.roles import READER_PREFIX, Roles, ensure_role, role_ids
from bloc_warehouse.database.readers import (
    ReaderError,
    add_reader,
    list_readers,
    remove_reader,
)
from bloc_warehouse.settings import DatabaseSettings

_USERS = "/api/v1/security/users/"
_NOBODY = "Public"  # Superset's role of whoever has not logged in


@dataclass(frozen=True, slots=True)
class User:
    """A person in Superset.

    Attributes:
        name: Of the user, and of the login through which they read.
        roles: Superset's, without the one that names the login.
    """

    name: str
    roles: tuple[str, ...]


def add_user(
    settings: DatabaseSettings,
    api: SupersetApi,
    roles: Roles,
    name: str,
    *,
    blocs: Sequence[str] = (),
    units: Sequence[str] = (),
    is_public: bool = False,
    by: str,
) -> str:
    """Create a user who sees these, or let an existing one also see these.

    Args:
        settings: Where the warehouse is, and the file of passwords.
        api: An administrator's session; the roles were applied.
        roles: What kinds of users may do.
        name: Of the user and the login.
        blocs: Blocs that they are to see.
        units: Units that they are to see.
        is_public: Whether they are to see all blocs' totals.
        by: Who grants it.

    Returns:
        The user's new password in Superset; it is kept nowhere.

    Raises:
        ReaderError: The name is a reader's that other programs use, or not a name; or
            a bloc or unit is unknown.
        SupersetError: Superset refuses.
    """
    known = {reader.name for reader in list_readers(settings)}
    users = _users(api)
    if name in known and name not in kept_logins(settings):
        raise ReaderError(f"{name} is a reader of another program: take another name")
    if name in users and users[name]["active"] and name not in known:
        raise ReaderError(f"{name} is a user already: take another name")
    login = add_reader(
        settings, name, blocs=blocs, units=units, is_public=is_public, by=by
    )
    write_passwords(settings, {name: login})
    reader_role, _ = ensure_role(api, READER_PREFIX + name)
    password = secrets.token_urlsafe(12)
    body = {
        "active": True,
        "email": f"{name}@localhost",  # Superset wants one, and sends nothing
        "first_name": name,
        "last_name": "·",
        "password": password,
        "roles": [reader_role, *_kind(settings, api, roles, name)],
        "username": name,
    }
    if name in users:
        api.call("PUT", f"{_USERS}{users[name]['id']}", body)
    else:
        api.call("POST", _USERS, body)
    return password


def list_users(settings: DatabaseSettings, api: SupersetApi) -> list[User]:
    """Return the users who read through a login of their own, by name."""
    kept = kept_logins(settings)
    return sorted(
        (
            User(
                row["username"],
                tuple(
                    sorted(
                        role["name"]
                        for role in row["roles"]
                        if not role["name"].startswith(READER_PREFIX)
                    )
                ),
            )
            for row in api.rows(_USERS)
            if row["username"] in kept
        ),
        key=lambda user: user.name,
    )


def remove_user(settings: DatabaseSettings, api: SupersetApi, name: str) -> None:
    """End a user; remove their login and the role that joins the two.

    Raises:
        ReaderError: There is no such user.
        SupersetError: Superset refuses.
    """
    if name not in kept_logins(settings):
        raise ReaderError(f"no user is called {name}")
    users, roles = _users(api), role_ids(api)
    if name in users:  # Superset's log refers to who has been there: it may not go
        ended = {"active": False, "roles": [roles[_NOBODY]]}
        api.call("PUT", f"{_USERS}{users[name]['id']}", ended)
    if READER_PREFIX + name in roles:
        api.call("DELETE", f"/api/v1/security/roles/{roles[READER_PREFIX + name]}")
    remove_reader(settings, name)
    forget_password(settings, name)


def _kind(
    settings: DatabaseSettings, api: SupersetApi, roles: Roles, name: str
) -> list[int]:
    """Return the roles' ids that follow from what the reader may see."""
    reader = next(found for found in list_readers(settings) if found.name == name)
    if reader.blocs:
        kind = "bloc officer"
    elif reader.units:
        kind = "unit officer"
    else:
        kind = "public reader"
    ids = role_ids(api)
    return [ids[role] for role in (kind, *roles.by_name()[kind].own)]


def _users(api: SupersetApi) -> dict[str, Json]:
    return {row["username"]: row for row in api.rows(_USERS)}
