"""``bloc readers``: logins for BI tools that see blocs, units or totals only."""

import getpass
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from bloc_warehouse.cli.console import console, print_json, refusing
from bloc_warehouse.cli.known import known_bloc, known_reader, known_unit
from bloc_warehouse.cli.options import Json
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.cli.timestamps import in_zone, short_time

readers_app = typer.Typer(
    help="Logins for BI tools that see some blocs or units, or totals only.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(help="Login, in small letters.")]
# what somebody is to see; users of the dashboards are given it in the same words
Blocs = Annotated[list[str] | None, typer.Option(help="Bloc to see.")]
Units = Annotated[list[str] | None, typer.Option(help="Unit to see.")]
IsPublic = Annotated[
    bool, typer.Option("--public", help="See all blocs' totals, no units.")
]


@readers_app.command("add")
def add(
    name: Name,
    bloc: Blocs = None,
    unit: Units = None,
    is_public: IsPublic = False,
) -> None:
    """Create a reader and print its password, once; an existing one sees more."""
    from bloc_warehouse.database.logins import SERVER_RIGHTS
    from bloc_warehouse.database.readers import add_reader, has_server_rights

    settings = get_settings()
    with reader_errors():
        password = add_reader(
            settings,
            name,
            blocs=[known_bloc(settings, code) for code in bloc or ()],
            units=[known_unit(settings, unit_code) for unit_code in unit or ()],
            is_public=is_public,
            by=getpass.getuser(),
        )
    console.print(f"{name} may read. Its password, shown this once: {password}")
    if not has_server_rights(settings):
        console.print(
            "It may also fill the disk with large objects, and take the program's "
            "locks, until the server's administrator has run, in this database: "
            f"psql -f {SERVER_RIGHTS}"
        )


@readers_app.command("list")
def show(
    as_json: Json = False,
) -> None:
    """List the readers and what each sees."""
    from bloc_warehouse.database.readers import list_readers

    readers = list_readers(get_settings())
    if as_json:
        print_json([asdict(reader) for reader in readers])
        return
    table = Table(
        "reader", "blocs", "units", "totals", in_zone("since"), title="Readers"
    )
    for login in readers:
        table.add_row(
            login.name,
            ", ".join(login.blocs),
            ", ".join(login.units),
            "all blocs'" if login.is_public else "",
            short_time(login.granted_at),
        )
    console.print(table if readers else "There is no reader besides bi_reader.")


@readers_app.command("remove")
def remove(name: Name) -> None:
    """Drop a reader's login."""
    from bloc_warehouse.database.readers import remove_reader

    settings = get_settings()
    with reader_errors():
        remove_reader(settings, known_reader(settings, name))
    console.print(f"{name} may read no more.")


def reader_errors() -> AbstractContextManager[None]:
    """Say what is wrong with an order about readers, and end the command."""
    from bloc_warehouse.database.readers import ReaderError

    return refusing(ReaderError)
