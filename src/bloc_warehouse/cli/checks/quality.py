"""``bloc audit``, ``publish``, ``rollback`` and ``status``."""

import getpass
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from bloc_warehouse.cli.checks.alerts import show_alerts
from bloc_warehouse.cli.console import (
    ExitCode,
    console,
    errors_console,
    print_json,
    refusing,
    wrong_use,
)
from bloc_warehouse.cli.known import known_bloc
from bloc_warehouse.cli.options import By, Json
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.cli.timestamps import local_time
from bloc_warehouse.domain.counting import counted

if TYPE_CHECKING:
    from bloc_warehouse.publish.plan import PublishOutcome
    from bloc_warehouse.reports.status import Status

_MOST_SHOWN = 20


def audit(as_json: Json = False) -> None:
    """Audit the totals of the last build; critical findings block publishing."""
    from bloc_warehouse.alerts.alerts import refresh
    from bloc_warehouse.build.releases import UnfinishedBuildError
    from bloc_warehouse.checks.gate import audit as run_audit

    settings = get_settings()
    try:
        with errors_console.status("Auditing"):
            outcome = run_audit(settings)
    except UnfinishedBuildError as error:
        errors_console.print(f"[bold red]bloc:[/] {error}", highlight=False)
        raise typer.Exit(ExitCode.ENVIRONMENT) from error
    refresh(settings)
    if as_json:
        print_json(asdict(outcome))
    elif outcome.run_id is None:
        console.print("Nothing to audit: everything that was built is published.")
    else:
        colour = "green" if outcome.success else "red"
        console.print(
            f"[bold {colour}]{outcome.critical} critical[/], "
            f"{counted(outcome.warnings, 'warning')}, "
            f"{counted(outcome.infos, 'note')} · {outcome.report}",
            highlight=False,
        )
    raise typer.Exit(ExitCode.OK if outcome.success else ExitCode.FINDINGS)


def publish(
    why_not: Annotated[
        bool, typer.Option("--why-not", help="Only show what blocks.")
    ] = False,
    override: Annotated[
        bool,
        typer.Option(
            "--override", help="Publish in spite of critical findings; needs a reason."
        ),
    ] = False,
    bloc: Annotated[
        str | None, typer.Option(help="Override what blocks this bloc only.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="The reason, recorded with the release.")
    ] = None,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Publish the audited build, and let scheduled runs publish again.

    Blocs with critical findings stay as they are in the live release.
    """
    from bloc_warehouse import pipeline
    from bloc_warehouse.alerts.alerts import refresh
    from bloc_warehouse.publish import publish as publishing
    from bloc_warehouse.publish.plan import PublishError

    settings = get_settings()
    number = None
    if why_not:
        if override or bloc or reason or by:
            raise wrong_use("--why-not only asks: it takes no order along")
        outcome = publishing.why_not(settings)
        number = publishing.overridable_release(settings) if outcome.reasons else None
    else:
        with refusing(PublishError):
            outcome = pipeline.publish(
                settings,
                by=by or getpass.getuser(),
                reason=reason,
                override=override,
                bloc=known_bloc(settings, bloc),
            )
        refresh(settings)
    _show_publishing(outcome, number, as_json=as_json)


def rollback(
    reason: Annotated[
        str | None, typer.Option(help="The reason, recorded in the publication log.")
    ] = None,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Return to the previous release; scheduled runs do not publish until you do."""
    from bloc_warehouse.alerts.alerts import refresh
    from bloc_warehouse.publish import publish as publishing
    from bloc_warehouse.publish.plan import PublishError

    settings = get_settings()
    with refusing(PublishError):
        outcome = publishing.rollback(
            settings, by=by or getpass.getuser(), reason=reason
        )
    refresh(settings)
    _show_publishing(outcome, as_json=as_json)


def status(as_json: Json = False) -> None:
    """Show what was received, accepted, rejected, published, and what is open."""
    from bloc_warehouse.alerts.alerts import list_alerts
    from bloc_warehouse.reports.next_steps import next_steps
    from bloc_warehouse.reports.status import read_status

    settings = get_settings()
    state = read_status(settings)
    if as_json:
        print_json(
            asdict(state) | {"next": [asdict(step) for step in next_steps(state)]}
        )
        return
    _show_files(state)
    _show_not_taken(state)
    _show_release(state)
    for waiting in state.waiting:
        console.print(
            f"[yellow]Waiting:[/] {waiting}, since {local_time(waiting.since)}.",
            highlight=False,
        )
    for closing in state.closed_and_blocked:
        _show_closed(f"{closing.bloc_code} {closing.period_code}", closing.closed_by)
    _show_reference(state)
    show_alerts(list_alerts(settings))
    console.print("Next:")
    for step in next_steps(state):
        console.print(f"  {escape(str(step))}", highlight=False, soft_wrap=True)


def _show_publishing(
    outcome: "PublishOutcome", overridable: int | None = None, *, as_json: bool
) -> None:
    """Show what became of an order, and which release an override would mean."""
    if as_json:
        print_json(asdict(outcome) | {"overridable_release": overridable})
    else:
        colour = "red" if outcome.blocked else "yellow" if outcome.kept else "green"
        console.print(f"[bold {colour}]{outcome.message}[/]", highlight=False)
        for reason in outcome.reasons:
            console.print(
                f"  [red]{reason['rule']}[/] {reason['bloc_code'] or ''} "
                f"{reason['period_code'] or ''} {reason['message_vi']}. "
                f"{reason['cure_vi']}\n"
                f"  [dim]{reason['message_en']}. {reason['cure_en']}[/]",
                highlight=False,
            )
        for place, closed_by in _closed(outcome.reasons).items():
            _show_closed(place, closed_by)
        if overridable:
            console.print(
                "To publish it all the same: `bloc publish --override --reason …`, or "
                f"override_publish in Airflow with release {overridable}.",
                highlight=False,
            )
    has_findings = outcome.state in ("blocked", "pinned") or outcome.kept
    raise typer.Exit(ExitCode.FINDINGS if has_findings else ExitCode.OK)


def _closed(reasons: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the closed periods among what blocks, each with who closed it."""
    return {
        f"{reason['bloc_code']} {reason['period_code']}": str(reason["closed_by"])
        for reason in reasons
        if reason.get("closed_at")
    }


def _show_closed(place: str, closed_by: str) -> None:
    console.print(
        f"  [yellow]{place} was closed by {escape(closed_by)}:[/] corrections wait"
        f" until `bloc period reopen {place} --reason …`",
        highlight=False,
    )


def _built(release: Mapping[str, Any]) -> str:
    if release["is_full"]:
        why = release["full_reason"]
        return f"It was a full build: {why}." if why else "It was a full build."
    years = counted(release["unit_years"] or 0, "year of a unit", "years of units")
    return f"It took up {years}."


def _show_files(state: "Status") -> None:
    table = Table("files", "count", title="Files by state", title_justify="left")
    table.columns[1].justify = "right"
    for name, count in state.files.items():
        if count or name in ("received", "accepted", "rejected"):
            style = "bold" if name == "received" else ""
            table.add_row(name, str(count), style=style)
    console.print(table)
    if state.figures_held:
        console.print(
            "Held: "
            + counted(
                state.figures_held, "return that contradicts", "returns that contradict"
            )
            + " the unit's other returns; what is held stays out of the totals."
        )


def _show_not_taken(state: "Status") -> None:
    for entry in state.not_taken[:_MOST_SHOWN]:
        console.print(
            f"[yellow]Not taken:[/] {escape(str(entry))}",
            highlight=False,
            soft_wrap=True,
        )
    if len(state.not_taken) > _MOST_SHOWN:
        more = len(state.not_taken) - _MOST_SHOWN
        console.print(f"… and {more} more; bloc status --json has all.")


def _show_release(state: "Status") -> None:
    if state.release is None:
        console.print("[yellow]Nothing is published yet.[/]")
    else:
        console.print(
            f"Release [bold]{state.release['release_id']}[/] is live since "
            f"{local_time(state.release['published_at'])}, by "
            f"{state.release['published_by']}. {_built(state.release)}",
            highlight=False,
        )
        for sentence in state.release["kept"]:
            console.print(f"  [yellow]{sentence}[/]", highlight=False)
    if state.candidate:
        outcome = state.candidate["audit_outcome"] or "not audited"
        console.print(
            f"Build {state.candidate['release_id']} waits: {outcome}. "
            f"{_built(state.candidate)}",
            highlight=False,
        )
    if state.last_audit:
        console.print(
            "Last audit: "
            f"{counted(state.last_audit['critical_count'], 'critical finding')}, "
            f"{counted(state.last_audit['warning_count'], 'warning')} · "
            f"{state.last_audit['report']}",
            highlight=False,
            soft_wrap=True,
        )
    if state.reports:
        console.print(
            f"Reports by period: {state.reports}", highlight=False, soft_wrap=True
        )
    if state.pinned:
        console.print(f"[yellow]Pinned[/] by {state.pinned_by} after a rollback.")


def _show_reference(state: "Status") -> None:
    lists = state.reference
    if lists and (lists["lines_differing"] or lists["unreadable"]):
        console.print(
            f"[yellow]The reference folder differs[/] from the lists in force (applied "
            f"{local_time(lists['applied_at'])} by {lists['applied_by']}): "
            f"{counted(lists['lines_differing'], 'line')}.",
            highlight=False,
        )
