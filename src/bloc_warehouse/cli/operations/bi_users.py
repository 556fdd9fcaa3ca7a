"""``bloc bi users``: people who look at the dashboards, and what each sees."""

import getpass
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from bloc_warehouse.cli.console import console, print_json
from bloc_warehouse.cli.known import known_bloc, known_unit
from bloc_warehouse.cli.operations.readers import (
    Blocs,
    IsPublic,
    Units,
    reader_errors,
)
from bloc_warehouse.cli.options import Json
from bloc_warehouse.cli.settings import get_settings

bi_users_app = typer.Typer(
    help="People who look at the dashboards, and what each sees.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(help="Name to log in with, in small letters.")]


@bi_users_app.command("add")
def add(
    name: Name,
    bloc: Blocs = None,
    unit: Units = None,
    is_public: IsPublic = False,
) -> None:
    """Create a user and print the password, once; an existing one sees more."""
    from bloc_warehouse.bi import server
    from bloc_warehouse.bi.roles import read_roles
    from bloc_warehouse.bi.users import add_user

    settings = get_settings()
    api = server.administrator(settings)
    with reader_errors():
        password = add_user(
            settings,
            api,
            read_roles(settings.project_dir),
            name,
            blocs=[known_bloc(settings, code) for code in bloc or ()],
            units=[known_unit(settings, code) for code in unit or ()],
            is_public=is_public,
            by=getpass.getuser(),
        )
    console.print(
        f"{name} may log in at {settings.superset_public_url or api.address}."
        f" Password, shown this once: {password}",
        highlight=False,
        soft_wrap=True,
    )


@bi_users_app.command("list")
def show(as_json: Json = False) -> None:
    """List the users and their roles; `bloc readers list` says what each sees."""
    from bloc_warehouse.bi import server
    from bloc_warehouse.bi.users import list_users

    settings = get_settings()
    users = list_users(settings, server.administrator(settings))
    if as_json:
        print_json([asdict(user) for user in users])
        return
    table = Table("user", "roles", title="Users of Superset")
    for user in users:
        table.add_row(user.name, ", ".join(user.roles))
    console.print(table if users else "There is no user besides admin.")


@bi_users_app.command("remove")
def remove(name: Name) -> None:
    """Remove a user and the login through which they read."""
    from bloc_warehouse.bi import server
    from bloc_warehouse.bi.users import remove_user

    settings = get_settings()
    with reader_errors():
        remove_user(settings, server.administrator(settings), name)
    console.print(f"{name} may log in no more.", highlight=False)
