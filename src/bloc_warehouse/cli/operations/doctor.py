"""``bloc doctor``: one line a check, with the cure; ``bloc metrics``: in numbers."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from bloc_warehouse.cli.console import ExitCode, console, errors_console, print_json
from bloc_warehouse.cli.options import Json
from bloc_warehouse.cli.settings import get_settings

if TYPE_CHECKING:
    from bloc_warehouse.doctor.check import Check

Serve = Annotated[
    int | None,
    typer.Option(
        help="Answer GET /health and GET /metrics at this port until stopped.",
        min=1,
        max=65535,
        metavar="PORT",
    ),
]
Host = Annotated[str, typer.Option(help="With --serve: the address.")]
_COLOURS = {"ok": "green", "skipped": "dim", "warning": "yellow", "failed": "bold red"}


def doctor(
    as_json: Json = False,
    serve: Serve = None,
    host: Host = "127.0.0.1",
) -> None:
    """Look at settings, places, database, programs, lists and what waits.

    Exit codes: 0 when nothing failed, 1 when something did.
    """
    from bloc_warehouse.doctor import examine
    from bloc_warehouse.doctor.health import serve_health

    settings = get_settings()
    if serve is not None:
        errors_console.print(f"answering at http://{host}:{serve}/health")
        serve_health(settings, host, serve)
        return
    with errors_console.status("Looking"):
        examination = examine(settings)
    if as_json:
        print_json(examination.as_dict())
    else:
        for check in examination.checks:
            _show(check)
    failed = examination.state == "failed"
    raise typer.Exit(ExitCode.FINDINGS if failed else ExitCode.OK)


def metrics(
    serve: Serve = None,
    host: Host = "127.0.0.1",
) -> None:
    """Print files, waiting work, alerts, releases and so on in Prometheus' format."""
    from bloc_warehouse.doctor.health import serve_health
    from bloc_warehouse.doctor.metrics import metrics_text

    settings = get_settings()
    if serve is not None:
        errors_console.print(f"answering at http://{host}:{serve}/metrics and /health")
        serve_health(settings, host, serve)
        return
    typer.echo(metrics_text(settings), nl=False)


def _show(check: "Check") -> None:
    colour = _COLOURS[check.state]
    cure = f" [bold]→ {escape(check.cure)}[/]" if check.cure else ""
    found = escape(f"{check.name}: {check.found}")
    console.print(
        f"[{colour}]{check.state:8}[/] {found}{cure}",
        highlight=False,
        soft_wrap=True,
    )
