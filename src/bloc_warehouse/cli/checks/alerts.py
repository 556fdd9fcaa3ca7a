"""``bloc alerts``: what is wrong, who was notified, and whether the channels work."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bloc_warehouse.cli.console import (
    ExitCode,
    console,
    print_json,
    wrong_use,
)
from bloc_warehouse.cli.options import Json
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.cli.timestamps import in_zone, local_time, short_time
from bloc_warehouse.domain.counting import counted

if TYPE_CHECKING:
    from bloc_warehouse.alerts.alerts import Alert, AlertEvent

Closed = Annotated[bool, typer.Option("--closed", help="Include closed alerts.")]

_COLOURS = {"critical": "red", "warning": "yellow", "info": "dim"}

alerts_app = typer.Typer(help="Open alerts, who was notified, and by which channel.")


@alerts_app.callback(invoke_without_command=True)
def alerts(
    context: typer.Context, closed: Closed = False, as_json: Json = False
) -> None:
    """List the open alerts in full, one per cause."""
    if context.invoked_subcommand is None:
        list_open(closed=closed, as_json=as_json)


@alerts_app.command("list")
def list_open(closed: Closed = False, as_json: Json = False) -> None:
    """List the open alerts in full, one per cause."""
    from bloc_warehouse.alerts.alerts import list_alerts

    found = list_alerts(get_settings(), closed=closed)
    if as_json:
        print_json(found)
        return
    if not found:
        console.print("[green]No alert is open.[/]")
    for alert in found:
        _show_alert(alert)


@alerts_app.command("show")
def show(
    number: Annotated[int, typer.Argument(help="The alert's number, e.g. 12.")],
    as_json: Json = False,
) -> None:
    """Show one alert: what it says, and who was notified when."""
    from bloc_warehouse.alerts.alerts import read_alert

    found = read_alert(get_settings(), number)
    if found is None:
        raise wrong_use(f"there is no alert {number}")
    alert, events = found
    if as_json:
        print_json({"alert": asdict(alert), "events": [asdict(e) for e in events]})
        return
    _show_alert(alert)
    _show_events(events)


@alerts_app.command("deliver")
def deliver(
    again: Annotated[
        bool, typer.Option("--again", help="Include messages that were given up.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Send the pending messages of alerts."""
    from bloc_warehouse.alerts.alerts import refresh
    from bloc_warehouse.alerts.delivery import deliver as send

    settings = get_settings()
    refresh(settings)
    done = send(settings, again=again)
    if as_json:
        print_json(done)
    else:
        console.print(
            f"{counted(done.sent, 'message')} sent, {done.failed} to be tried again, "
            f"{done.given_up} given up"
        )
    is_fine = not done.failed and not done.given_up
    raise typer.Exit(ExitCode.OK if is_fine else ExitCode.FINDINGS)


@alerts_app.command("remind")
def remind(as_json: Json = False) -> None:
    """Check due days as of today, as the daily run does."""
    from bloc_warehouse.alerts.alerts import remind as look

    changes = look(get_settings())
    if as_json:
        print_json(changes)
    else:
        console.print(
            f"{counted(changes.opened, 'alert')} opened, {changes.changed} changed, "
            f"{changes.closed} closed"
        )


@alerts_app.command("test")
def try_channels(as_json: Json = False) -> None:
    """Send a test message through each channel and print the answers."""
    from bloc_warehouse.alerts import delivery

    tried = delivery.try_channels(get_settings())
    if as_json:
        print_json(tried)
    else:
        table = Table("channel", "type", "what came back")
        for attempt in tried:
            outcome = (
                f"[red]{escape(attempt.error)}[/]"
                if attempt.error
                else "[green]taken[/]"
            )
            table.add_row(attempt.channel, attempt.type, outcome)
        console.print(table)
    failed = any(attempt.error for attempt in tried)
    raise typer.Exit(ExitCode.FINDINGS if failed else ExitCode.OK)


def show_alerts(found: "list[Alert]") -> None:
    """Print open alerts by their first lines, for an overview."""
    if not found:
        console.print("[green]No alert is open.[/]")
        return
    table = Table(
        *("no.", "alert", in_zone("since"), "what"),
        title=counted(len(found), "open alert"),
        title_justify="left",
    )
    for alert in found:
        colour = _COLOURS[alert.severity]
        table.add_row(
            str(alert.alert_id),
            f"[{colour}]{alert.kind}[/]",
            short_time(alert.opened_at),
            f"{escape(alert.text_vi.splitlines()[0])}\n"
            f"[dim]{escape(alert.text_en.splitlines()[0])}[/]",
        )
    console.print(table)


def _show_alert(alert: "Alert") -> None:
    colour = _COLOURS[alert.severity] if alert.closed_at is None else "dim"
    since = local_time(alert.opened_at)
    until = f" to {local_time(alert.closed_at)}" if alert.closed_at else ""
    console.print(f"[bold {colour}]#{alert.alert_id} {alert.kind}[/] {since}{until}")
    console.print(alert.text_vi, highlight=False, markup=False)
    console.print(alert.text_en, style="dim", highlight=False, markup=False)
    console.print()


def _show_events(events: "list[AlertEvent]") -> None:
    table = Table("event", in_zone("when"), "channel", "state", "tries", "error")
    for event in events:
        table.add_row(
            event.event,
            short_time(event.occurred_at),
            event.channel or "–",
            event.state or "not routed",
            str(event.attempts or 0),
            escape(event.error or ""),
        )
    console.print(table)
