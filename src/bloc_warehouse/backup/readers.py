"""Readers' logins, which belong to the server and are in no dump of a database.

What is kept of a password is the server's verifier of it (SCRAM), from which nobody can
log in; put into another server, it lets the same password in.
"""

from collections.abc import Sequence

from psycopg import Connection, sql
from pydantic import BaseModel, ConfigDict, TypeAdapter

from bloc_warehouse.database import logins
from bloc_warehouse.database.logins import ForeignRoleError


class Login(BaseModel):
    """A reader's login.

    Attributes:
        verifier: None where the server did not show it.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    verifier: str | None


LOGINS = TypeAdapter(tuple[Login, ...])


def read_logins(connection: Connection) -> tuple[Login, ...]:
    """Return the logins of all readers, as far as the connection may see them."""
    names = connection.execute(
        "select distinct reader from quality.readers"
        " inner join pg_roles on reader = rolname order by reader"
    ).fetchall()
    verifiers = _verifiers(connection)
    return tuple(
        Login(name=name, verifier=verifiers.get(name))
        for (name,) in names
        if logins.is_marked(connection, name)
    )


def refuse_foreign(connection: Connection, found: Sequence[Login]) -> None:
    """Refuse to take over a role of the same name that others use.

    Raises:
        ForeignRoleError: There is one; the message names it.
    """
    for login in found:
        exists = logins.exists(connection, login.name)
        if exists and not logins.is_marked(connection, login.name):
            raise ForeignRoleError(
                f"the role {login.name} of this server was not made for this warehouse,"
                " which has a reader of that name: restore into a server of its own, or"
                " let the server's administrator rename the role"
            )


def create_logins(connection: Connection, found: Sequence[Login]) -> None:
    """Create the logins, each with its own password; the owner commits.

    One whose verifier is not known gets no password: nobody can log in by it.
    """
    for login in found:
        name = sql.Identifier(login.name)
        if not logins.exists(connection, login.name):
            connection.execute(sql.SQL("create role {} login").format(name))
        if login.verifier:
            connection.execute(
                sql.SQL("alter role {} password {}").format(
                    name, sql.Literal(login.verifier)
                )
            )
        logins.mark(connection, login.name)


def _verifiers(connection: Connection) -> dict[str, str]:
    """Return what the server's administrator lets a backup see: server_rights.sql."""
    allowed = connection.execute(
        "select 1 from pg_proc where proname = 'reader_verifiers'"
        " and pronamespace = 'public'::regnamespace"
        " and has_function_privilege(oid, 'execute')"
        " and has_schema_privilege(pronamespace, 'usage')"
    ).fetchone()
    if allowed is None:
        return {}
    rows = connection.execute("select reader, verifier from public.reader_verifiers()")
    return {name: verifier for name, verifier in rows if verifier}
