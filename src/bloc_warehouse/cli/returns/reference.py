"""``bloc reference``: the lists of units, events, obligations and plans."""

import getpass
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from bloc_warehouse.cli.console import (
    ExitCode,
    console,
    errors_console,
    print_json,
)
from bloc_warehouse.cli.known import known_key, known_list
from bloc_warehouse.cli.operations.made_page import Check, Output, keep_page
from bloc_warehouse.cli.options import By, Json
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.cli.timestamps import local_time
from bloc_warehouse.domain.counting import counted

if TYPE_CHECKING:
    from bloc_warehouse.reference.difference import Difference
    from bloc_warehouse.reference.history import Applications
    from bloc_warehouse.reference.lists.faults import ListFault
    from bloc_warehouse.reference.plans import DuePlans
    from bloc_warehouse.reference.store import Change

app = typer.Typer(
    help="Units, events, obligations, plans: what is in force, and what would be.",
    no_args_is_help=True,
)
_SHOWN = 12
_PAGE = Path("docs") / "reference_lists.md"
_MARKS = {"added": "[green]+[/]", "changed": "[yellow]~[/]", "removed": "[red]−[/]"}


@app.callback()
def reference() -> None:
    """Units, events, obligations, plans: what is in force, and what would be."""


@app.command("check")
def check(
    show_all: Annotated[
        bool, typer.Option("--all", help="Show every line, not only the first ones.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check the reference folder's lists; show the difference to those in force."""
    from bloc_warehouse.reference.apply import preview

    looked = preview(get_settings())
    if as_json:
        print_json(looked)
    else:
        _show_faults(looked.faults)
        if looked.difference:
            most = None if show_all else _SHOWN
            _show_difference(looked.difference, most=most)
            _show_plans(looked.plans, most)
            if looked.difference.changes or _any(looked.plans):
                console.print("Put it in force: bloc reference apply --reason …")
    raise typer.Exit(ExitCode.FINDINGS if looked.faults else ExitCode.OK)


@app.command("apply")
def apply(
    by: By = None,
    reason: Annotated[
        str | None, typer.Option(help="The reason, recorded with the change.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check the lists of the reference folder and put them in force."""
    from bloc_warehouse.build.transform import seed
    from bloc_warehouse.database.prepare import prepare
    from bloc_warehouse.reference.apply import apply as apply_lists
    from bloc_warehouse.reference.lists.faults import ReferenceListError

    settings = get_settings()
    prepare(settings)
    try:
        with errors_console.status("Applying (a running build is waited for)"):
            applied = apply_lists(settings, by=by or getpass.getuser(), reason=reason)
    except ReferenceListError as error:
        if as_json:
            print_json({"faults": error.faults})
        else:
            _show_faults(error.faults)
            errors_console.print("Nothing was applied: what was in force stays so.")
        raise typer.Exit(ExitCode.FINDINGS) from error
    seed(settings)
    if as_json:
        print_json(applied)
        return
    if applied.application_id is None:
        console.print("Nothing to apply: the folder's lists are in force.")
    else:
        console.print(
            f"Applied as number [bold]{applied.application_id}[/]: "
            f"{_counted(applied.changes)}. The next build takes it up (bloc build)."
        )
    _show_plans(applied.plans, _SHOWN)
    if applied.plans.coming:
        console.print("They lie in landing; the next ingest takes them (bloc ingest).")


@app.command("history")
def history(
    list_name: Annotated[
        str | None, typer.Option("--list", help="Only this list, such as ref_units.")
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(help="Only lines whose key contains this code, or that name it."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many of the latest.")] = 20,
    as_json: Json = False,
) -> None:
    """List the applications: when, by whom, why; with --list or --key, each line."""
    from bloc_warehouse.reference.history import read_history

    settings = get_settings()
    found = read_history(
        settings,
        list_name=known_list(list_name),
        key=known_key(settings, key),
        limit=limit,
    )
    if as_json:
        print_json(
            [
                {**asdict(application), "changes": changes}
                for application, changes in found
            ]
        )
    else:
        _show_history(found, lines=bool(list_name or key))


@app.command("dictionary")
def dictionary(output: Output = None, check: Check = False) -> None:
    """Write the page of all lists: columns, types, allowed values, examples."""
    from bloc_warehouse.reference.lists.page import reference_page

    target = output or get_settings().project_dir / _PAGE
    command = "bloc reference dictionary"
    keep_page(reference_page(), target, check=check, command=command)


def _show_faults(faults: "tuple[ListFault, ...]") -> None:
    if not faults:
        console.print("[green]The lists are sound.[/]")
        return
    for fault in faults:
        place = f"{fault.file}, line {fault.line}" if fault.line else fault.file
        console.print(
            f"[bold]{place}[/] {fault.column} [dim]({fault.rule})[/]\n"
            f"  {escape(fault.message)}\n  [dim]→ {escape(fault.remedy)}[/]",
            highlight=False,
        )
    console.print(
        f"[bold red]{counted(len(faults), 'fault')}[/]; nothing of it is in force."
    )


def _show_difference(found: "Difference", *, most: int | None) -> None:
    if not found.changes:
        console.print("The folder's lists are those in force.")
        return
    console.print(f"Against the lists in force: {_counted(found.changes)}.")
    _show_lines([_line(change) for change in found.changes], most)
    for title, lines in (
        ("Units that open", found.opened),
        ("Units that close", found.closed),
        ("Spans that come", found.spans_added),
        ("Spans that go", found.spans_removed),
        ("Successions that come", found.successions_added),
        ("Successions that go", found.successions_removed),
        ("Returns newly owed", [" ".join(owed) for owed in found.returns_added]),
        ("Returns owed no longer", [" ".join(owed) for owed in found.returns_removed]),
        ("Blocs concerned", found.blocs),
    ):
        _show_titled(title, lines, most)


def _show_titled(title: str, lines: Sequence[str], most: int | None) -> None:
    if lines:
        console.print(f"[bold]{title}[/]: {len(lines):,}")
        _show_lines(list(lines), most)


def _show_plans(plans: "DuePlans | None", most: int | None) -> None:
    if plans is None:
        return
    _show_titled("Plans to be submitted", plans.coming, most)
    _show_titled("Plans that are withdrawn", plans.going, most)


def _any(plans: "DuePlans | None") -> bool:
    return plans is not None and bool(plans.coming or plans.going)


def _show_lines(lines: list[str], most: int | None) -> None:
    for line in lines[:most]:
        console.print(f"  {line}", highlight=False, soft_wrap=True)
    if most is not None and len(lines) > most:
        console.print(f"  … {len(lines) - most:,} more (--all)", highlight=False)


def _line(change: "Change") -> str:
    said = escape(f"{change.list} {change.row_key}{_values(change)}")
    return f"{_MARKS[change.kind]} {said}"


def _values(change: "Change") -> str:
    if change.before is None or change.after is None:
        return ""
    before, after = change.before, change.after
    other = [
        f"{name} {before.get(name) or '–'} → {after[name] or '–'}"
        for name in after
        if before.get(name) != after[name]
    ]
    return f": {', '.join(other)}"


def _counted(changes: "tuple[Change, ...]") -> str:
    kinds = [change.kind for change in changes]
    return ", ".join(
        f"{counted(kinds.count(kind), 'line')} {kind}"
        for kind in _MARKS
        if kind in kinds
    )


def _show_history(found: "Applications", *, lines: bool) -> None:
    if not found:
        console.print("Nothing was applied yet.")
    for application, changes in found:
        reason = f" · {application.reason}" if application.reason else ""
        console.print(
            f"[bold]{application.application_id}[/]  "
            f"{local_time(application.applied_at)}  {application.applied_by}"
            f"{reason}: {_counted(changes)}",
            highlight=False,
        )
        if lines:
            _show_lines([_line(change) for change in changes], None)
