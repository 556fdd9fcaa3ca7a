"""``bloc period close``, ``reopen`` and ``list``."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bloc_warehouse.cli.console import ExitCode, console, errors_console, print_json
from bloc_warehouse.cli.known import known_bloc, known_period
from bloc_warehouse.cli.options import By, Json, OnlyBloc
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.cli.timestamps import local_time
from bloc_warehouse.domain.counting import counted

if TYPE_CHECKING:
    from bloc_warehouse.publish.period_closing import Closing

Bloc = Annotated[str, typer.Argument(help="The bloc's code, e.g. LAN.")]
Period = Annotated[str, typer.Argument(help="The period's code, e.g. 2024-H1.")]

period_app = typer.Typer(help="Close, reopen and list periods.", no_args_is_help=True)


@period_app.command("close")
def close(
    bloc: Bloc,
    period: Period,
    by: By = None,
    reason: Annotated[str | None, typer.Option(help="The reason, recorded.")] = None,
    incomplete: Annotated[
        bool,
        typer.Option(
            "--incomplete", help="Close although something is open; needs a reason."
        ),
    ] = False,
    with_critical_findings: Annotated[
        bool,
        typer.Option(
            "--with-critical-findings",
            help="Close although critical findings block the bloc.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Close a bloc's period: its figures stay; later files wait as corrections."""
    from bloc_warehouse.publish.period_closing import close_period

    settings = get_settings()
    with _closing_errors(as_json=as_json):
        closing = close_period(
            settings,
            known_bloc(settings, bloc),
            known_period(period),
            by=by or getpass.getuser(),
            reason=reason,
            incomplete=incomplete,
            with_critical_findings=with_critical_findings,
        )
    _show(closing, "is closed", as_json=as_json)


@period_app.command("reopen")
def reopen(
    bloc: Bloc,
    period: Period,
    reason: Annotated[str, typer.Option(help="The reason, recorded.")],
    by: By = None,
    as_json: Json = False,
) -> None:
    """Reopen a closed period; the next build includes its corrections."""
    from bloc_warehouse.intake.run import write_receipts
    from bloc_warehouse.publish.period_closing import reopen_period

    settings = get_settings()
    with _closing_errors(as_json=as_json):
        closing = reopen_period(
            settings,
            known_bloc(settings, bloc),
            known_period(period),
            by=by or getpass.getuser(),
            reason=reason,
        )
    write_receipts(settings)
    _show(closing, "is open again", as_json=as_json)


@period_app.command("list")
def list_periods(
    bloc: OnlyBloc = None,
    as_json: Json = False,
) -> None:
    """List closed periods, who closed them, and what waits for them."""
    from bloc_warehouse.publish.period_closing import list_closings

    settings = get_settings()
    closings = list_closings(settings, known_bloc(settings, bloc))
    if as_json:
        print_json(closings)
        return
    if not closings:
        console.print("No period was ever closed.")
        return
    table = Table("bloc", "period", "closed", "re-opened", "corrections", "left open")
    for closing in closings:
        table.add_row(
            closing.bloc_code,
            closing.period_code,
            _when(closing.closed_at, closing.closed_by, closing.reason),
            _when(closing.reopened_at, closing.reopened_by, closing.reopen_reason),
            str(closing.corrections),
            str(len(closing.left_open) or ""),
            style="dim" if closing.reopened_at else "",
        )
    console.print(table)


def _when(at: datetime | None, by: str | None, reason: str | None) -> str:
    if at is None:
        return ""
    return escape(f"{local_time(at)} {by}" + (f": {reason}" if reason else ""))


def _show(closing: "Closing", what: str, *, as_json: bool) -> None:
    if as_json:
        print_json(closing)
        return
    console.print(
        f"[bold green]{closing.bloc_code} {closing.period_code} {what}.[/]",
        highlight=False,
    )
    for point in closing.left_open if closing.reopened_at is None else ():
        console.print(f"  [yellow]left open:[/] {escape(point)}", highlight=False)
    if closing.corrections:
        console.print(
            f"{counted(closing.corrections, 'correction')} came while it was closed; "
            "`bloc build` takes that up."
        )


@contextmanager
def _closing_errors(*, as_json: bool) -> Iterator[None]:
    """Print what is open: findings where something is, wrong use elsewhere."""
    from bloc_warehouse.publish.period_closing import ClosingError

    try:
        yield
    except ClosingError as error:
        if as_json:
            print_json({"error": str(error), "open": list(error.obstacles)})
        else:
            errors_console.print(f"[bold red]bloc:[/] {error}", highlight=False)
            for point in error.obstacles:
                errors_console.print(f"  {escape(point)}", highlight=False)
        code = ExitCode.FINDINGS if error.obstacles else ExitCode.WRONG_USE
        raise typer.Exit(code) from error
