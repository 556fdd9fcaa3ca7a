"""``bloc submissions``, ``explain``, ``withdraw``, ``redate``, ``diff``, ``replay``."""

import getpass
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table

from bloc_warehouse.cli.console import (
    ExitCode,
    console,
    errors_console,
    print_json,
    refusing,
    show_waiting,
)
from bloc_warehouse.cli.known import known_fault, known_form, known_period, known_unit
from bloc_warehouse.cli.options import By, Json, OnlyUnit
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.cli.timestamps import in_utc, in_zone, local_time, short_time
from bloc_warehouse.domain.counting import counted

if TYPE_CHECKING:
    from bloc_warehouse.intake.revise.diff import ChangedCell
    from bloc_warehouse.intake.revise.listing import SubmissionLine
    from bloc_warehouse.intake.revise.replay import Replay
    from bloc_warehouse.intake.revise.withdraw import Moved, Withdrawal

_STATE_STYLES = {
    "accepted": "green",
    "rejected": "red",
    "held": "yellow",
    "withdrawn": "dim",
    "superseded": "dim",
}


def submissions(
    unit: OnlyUnit = None,
    form: Annotated[str | None, typer.Option(help="Only this form.")] = None,
    period: Annotated[
        str | None, typer.Option(help="Only this period, e.g. 2024-H1.")
    ] = None,
    replaced: Annotated[
        bool,
        typer.Option("--replaced", help="Include submissions replaced by a replay."),
    ] = False,
    as_json: Json = False,
) -> None:
    """List the versions of returns with their states and numbers."""
    from bloc_warehouse.intake.revise.listing import list_submissions

    settings = get_settings()
    lines = list_submissions(
        settings,
        unit=known_unit(settings, unit),
        form=known_form(form),
        period=known_period(period),
        with_replaced=replaced,
    )
    if as_json:
        print_json(lines)
        return
    table = Table(box=SIMPLE, collapse_padding=True, pad_edge=False)
    for head in ("id", "return", "no.", "state", in_zone("received")):
        table.add_column(head, no_wrap=True)
    table.add_column("file, faults", overflow="fold")
    for line in lines:
        table.add_row(*_cells(line))
    console.print(table)


def explain(
    violation: Annotated[
        str, typer.Argument(help="W-12 of a receipt, or V-45 of an alert.")
    ],
    reason: Annotated[str, typer.Option(help="Why the figure is right.")],
    by: By = None,
    as_json: Json = False,
) -> None:
    """Record why a figure is right, for the version that states it."""
    from bloc_warehouse.alerts.alerts import refresh
    from bloc_warehouse.checks.explain import explain as keep
    from bloc_warehouse.intake.run import write_receipts

    settings = get_settings()
    with _wrong_requests():
        kept = keep(settings, violation, reason, by or getpass.getuser())
    write_receipts(settings)
    refresh(settings)
    if as_json:
        print_json(kept)
        return
    console.print(
        f"{kept.explained} ({kept.rule}) of {kept.submission or 'no single version'}"
        f" is explained: {escape(kept.reason)}",
        highlight=False,
    )


def withdraw(
    what: Annotated[
        str,
        typer.Argument(
            metavar="SUBMISSION|FILE", help="S-12, F-12 or the file's path in landing."
        ),
    ],
    reason: Annotated[str, typer.Option(help="The reason, sent to the sender.")],
    by: By = None,
    as_json: Json = False,
) -> None:
    """Withdraw a version; older or held ones may count again."""
    from bloc_warehouse.alerts.alerts import refresh
    from bloc_warehouse.intake.revise.withdraw import withdraw as take_out
    from bloc_warehouse.intake.run import write_receipts

    settings = get_settings()
    with _wrong_requests():
        done = take_out(settings, what, reason, by or getpass.getuser())
    write_receipts(settings)
    refresh(settings)
    if as_json:
        print_json(done)
    else:
        _print_withdrawal(done)
        show_waiting(settings)


def redate(
    what: Annotated[
        str, typer.Argument(metavar="FILE", help="F-12 or the file's path in landing.")
    ],
    received_at: Annotated[
        datetime,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"],
            help="When the office received the file.",
        ),
    ],
    reason: Annotated[str, typer.Option(help="Why the recorded time is wrong.")],
    by: By = None,
    as_json: Json = False,
) -> None:
    """Correct a file's time of receipt, and which of its versions count."""
    from bloc_warehouse.alerts.alerts import refresh
    from bloc_warehouse.intake.revise.redate import redate as put_right
    from bloc_warehouse.intake.run import write_receipts

    settings = get_settings()
    moment = in_utc(received_at)
    with _wrong_requests():
        done = put_right(settings, what, moment, reason, by or getpass.getuser())
    write_receipts(settings)
    refresh(settings)
    if as_json:
        print_json(done)
        return
    console.print(
        f"{done.file} {escape(done.path)}: received"
        f" {local_time(done.received_at)}, not {local_time(done.received_at_before)}",
        highlight=False,
    )
    _print_moved(done.settled)
    show_waiting(settings)


def diff(
    before: Annotated[str, typer.Argument(help="The older version, e.g. S-12.")],
    after: Annotated[str, typer.Argument(help="The newer version, e.g. S-15.")],
    as_json: Json = False,
) -> None:
    """Compare two versions of a return cell by cell; 1 if they differ."""
    from bloc_warehouse.intake.revise.diff import diff as compare

    with _wrong_requests():
        found = compare(get_settings(), before, after)
    if as_json:
        print_json(found)
    else:
        title = f"{found.form} {found.unit_code} {found.period_code}"
        if not found.is_same_return:
            title += " (not the same unit and period)"
        table = Table("row", "column", found.before, found.after, title=title)
        for change in found.changes:
            table.add_row(*_change(change))
        console.print(table if found.changes else f"{title}: no figure differs")
    raise typer.Exit(ExitCode.FINDINGS if found.changes else ExitCode.OK)


def replay(
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="Only files received since."
        ),
    ] = None,
    file: Annotated[
        str | None, typer.Option(help="Only this file: F-12 or its path in landing.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option(help="Only files with a fault of this rule or code.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All files, not only rejected ones.")
    ] = False,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Read archived files again after a form, an alias or a rule was fixed."""
    from bloc_warehouse.alerts.alerts import refresh
    from bloc_warehouse.intake.revise.replay import Selection
    from bloc_warehouse.intake.revise.replay import replay as read_again
    from bloc_warehouse.intake.run import write_receipts

    settings = get_settings()
    moment = None
    if since:
        moment = in_utc(since)
    selection = Selection(
        file, moment, known_fault(settings, rule), rejected_only=not everything
    )
    with _wrong_requests(), errors_console.status("Reading"):
        done = read_again(settings, selection, by or getpass.getuser())
    write_receipts(settings)
    refresh(settings)
    if as_json:
        print_json(done)
    else:
        _print_replay(done)
    left = {"would_be_rejected", "bytes_gone"} & done.outcomes.keys()
    raise typer.Exit(ExitCode.FINDINGS if left else ExitCode.OK)


def _wrong_requests() -> AbstractContextManager[None]:
    from bloc_warehouse.errors import WrongRequestError

    return refusing(WrongRequestError)


def _cells(line: "SubmissionLine") -> tuple[str, ...]:
    style = _STATE_STYLES.get(line.state, "")
    state = f"[{style}]{line.state}[/]" if style else line.state
    notes = [f"{line.file} [dim]{escape(line.file_name)}[/]"]
    if line.withdrawn_by:
        reason = escape(line.withdrawal_reason or "")
        notes.append(f"withdrawn by {escape(line.withdrawn_by)}: {reason}")
    if line.is_replaced:
        notes.append("read again since")
    if line.errors:
        notes.append(counted(line.errors, "error"))
    if line.warnings:
        warnings = counted(line.warnings, "warning")
        notes.append(f"{warnings}, {line.unanswered} unanswered")
    return (
        line.submission,
        f"{line.unit_code or '?'} {line.period_code or '?'}\n[dim]{line.form}[/]",
        str(line.submission_no or "–"),
        state,
        short_time(line.received_at),
        "\n".join(notes),
    )


def _print_withdrawal(done: "Withdrawal") -> None:
    if not done.withdrawn:
        console.print(f"{done.file} was withdrawn before; nothing changed")
    _print_moved((*done.withdrawn, *done.settled))


def _print_moved(moved: "Iterable[Moved]") -> None:
    for version in moved:
        what = (
            version.submission,
            version.form,
            version.unit_code,
            version.period_code,
        )
        change = f"{version.before} → {version.after}"
        if version.before == version.after:  # another number among the versions
            change = f"{version.after}, number {version.submission_no}"
        console.print(f"{' '.join(filter(None, what))}: {change}", highlight=False)


def _change(change: "ChangedCell") -> tuple[str, str, str, str]:
    return (
        escape(change.row),
        change.label,
        _figure(change.before, change.cell_before),
        _figure(change.after, change.cell_after),
    )


def _figure(value: object, cell: str | None) -> str:
    shown = "–" if value is None else escape(str(value))
    return f"{shown} [dim]{cell}[/]" if cell else shown


def _print_replay(done: "Replay") -> None:
    outcomes = ", ".join(f"{number} {name}" for name, number in done.outcomes.items())
    console.print(
        f"{counted(done.read, 'file')} read again: {outcomes or 'none to read'}"
    )
    if not done.files:
        return
    table = Table("file", "outcome", "state", "faults before", "faults now", "path")
    for replayed_file in done.files:
        state = replayed_file.state
        if replayed_file.state != replayed_file.state_before:
            state = f"{replayed_file.state_before} → {replayed_file.state}"
        table.add_row(
            replayed_file.file,
            replayed_file.outcome.replace("_", " "),
            state,
            _fault_counts(replayed_file.faults_before),
            _fault_counts(replayed_file.faults),
            escape(replayed_file.path),
        )
    console.print(table)


def _fault_counts(faults: Mapping[str, int]) -> str:
    return ", ".join(f"{rule} ×{number}" for rule, number in faults.items())
