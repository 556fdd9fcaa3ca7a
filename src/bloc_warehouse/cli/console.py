"""What all commands print with: tables for people on stdout, JSON for machines."""

import json
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum
from pathlib import PurePath
from typing import TYPE_CHECKING
from uuid import UUID

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

if TYPE_CHECKING:
    from bloc_warehouse.settings import DatabaseSettings

Step = Callable[[int, int], None]

console = Console()
errors_console = Console(stderr=True)


class ExitCode(IntEnum):
    """What a command's end means."""

    OK = 0
    FINDINGS = 1
    WRONG_USE = 2
    ENVIRONMENT = 3


def print_json(value: object) -> None:
    """Print a value, with dataclasses and models at any depth, as JSON on stdout.

    Raises:
        TypeError: Something in it has no form in JSON.
    """
    print(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))  # noqa: T201


def wrong_use(message: str) -> typer.Exit:
    """Print what is wrong with the request; the caller raises what this returns."""
    errors_console.print(
        f"[bold red]bloc:[/] {escape(message)}", highlight=False, soft_wrap=True
    )
    return typer.Exit(ExitCode.WRONG_USE)


@contextmanager
def refusing(*errors: type[Exception]) -> Iterator[None]:
    """Turn errors about the request into their message and the exit code."""
    try:
        yield
    except errors as error:
        raise wrong_use(str(error)) from error


def _plain(value: object) -> object:
    """Return the JSON form of a value that JSON does not know."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    from pydantic import BaseModel

    if isinstance(value, Mapping | BaseModel):
        return dict(value)
    if isinstance(value, Set):
        return sorted(value)
    if isinstance(value, date | Decimal | PurePath | UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def show_waiting(settings: "DatabaseSettings") -> None:
    """Say what waits for a build, so that it is not mistaken for published."""
    from bloc_warehouse.build.waiting import waiting_work
    from bloc_warehouse.database.connection import connect

    with connect("ingest", settings=settings) as connection:
        waiting = waiting_work(connection)
    for waiting_session in waiting:
        console.print(f"[yellow]Waiting:[/] {waiting_session}.", highlight=False)
    if waiting:
        console.print("Next: bloc run, or the next scheduled run, brings it to readers")


@contextmanager
def progress_bar(title: str, *, quiet: bool = False) -> Iterator[Step]:
    """Show a progress bar on stderr, driven by ``step(done, total)``."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=errors_console, disable=quiet, transient=True
    ) as progress:
        task = progress.add_task(title, total=None)

        def step(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield step
