"""``bloc rules list``, ``show`` and ``test``."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table

from bloc_warehouse.cli.console import (
    ExitCode,
    console,
    print_json,
    refusing,
)
from bloc_warehouse.cli.known import known_bloc, known_period, known_rule
from bloc_warehouse.cli.options import Json
from bloc_warehouse.cli.settings import get_settings

if TYPE_CHECKING:
    from bloc_warehouse.checks.dry_run import DryRun
    from bloc_warehouse.checks.rule_list import RuleLine, RuleStory

_SHOWN = 20
_COLOURS = {"critical": "red", "error": "red", "warning": "yellow", "info": "dim"}

app = typer.Typer(help="The rules: list them, read one, try one.", no_args_is_help=True)


@app.command("list")
def list_all(
    stage: Annotated[
        Literal["intake", "cross_check", "audit"] | None,
        typer.Option(help="Only this stage."),
    ] = None,
    as_json: Json = False,
) -> None:
    """List every rule: severity, stage, on or off, open violations."""
    from bloc_warehouse.checks.rule_list import list_rules

    with wrong_requests():
        lines = [
            line for line in list_rules(get_settings()) if stage in (None, line.stage)
        ]
    if as_json:
        print_json(lines)
        return
    table = Table(box=SIMPLE, collapse_padding=True, pad_edge=False)
    table.add_column("rule", no_wrap=True)
    table.add_column("what must hold")
    table.add_column("open", justify="right")
    for line in lines:
        table.add_row(*_cells(line))
    console.print(table)


@app.command("show")
def show(
    rule: Annotated[str, typer.Argument(help="E.g. P5, or M1 of a form.")],
    as_json: Json = False,
) -> None:
    """Show a rule in full: both languages, its query, and when it fired."""
    from bloc_warehouse.checks.dry_run import find_rule
    from bloc_warehouse.checks.rule_list import get_form_rule, get_rule
    from bloc_warehouse.errors import WrongRequestError

    settings = get_settings()
    rule = known_rule(settings, rule)
    with wrong_requests():
        try:
            suite, found = find_rule(settings, rule)
        except WrongRequestError:
            story = get_form_rule(rule)
        else:
            story = get_rule(settings, suite, found)
    if as_json:
        print_json(story)
    else:
        _print_story(story)


@app.command("test")
def try_out(
    rule: Annotated[str, typer.Argument(help="E.g. P5.")],
    period: Annotated[str, typer.Option(help="A past period, e.g. 2023-Y.")],
    bloc: Annotated[str | None, typer.Option(help="Only in this bloc.")] = None,
    tolerance: Annotated[
        float | None, typer.Option(min=0, help="A tolerance instead of the rule's own.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="A suite's YAML with the rule.", dir_okay=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what a rule would find in a past period; writes nothing.

    It may be switched off, or exist only in your own file. Exit code 1 if it
    would find something.
    """
    from bloc_warehouse.checks.dry_run import dry_run_rule, find_rule

    settings = get_settings()
    if file is None:
        rule = known_rule(settings, rule)
    with wrong_requests():
        suite, found = find_rule(settings, rule, file)
        dry_run = dry_run_rule(
            settings,
            suite,
            found,
            period=known_period(period),
            bloc=known_bloc(settings, bloc),
            tolerance=tolerance,
        )
    if as_json:
        print_json(dry_run)
    else:
        _print_dry_run(dry_run)
    raise typer.Exit(ExitCode.FINDINGS if dry_run.findings else ExitCode.OK)


def wrong_requests() -> AbstractContextManager[None]:
    """Turn invalid requests into one clear line and exit code 2."""
    from bloc_warehouse.checks.model import SuiteError
    from bloc_warehouse.errors import WrongRequestError

    return refusing(WrongRequestError, SuiteError)


def _cells(line: "RuleLine") -> tuple[str, str, str]:
    off = "" if line.is_on else " [bold]off[/]"
    settled = f" (+{line.settled_violations})" if line.settled_violations else ""
    opened = "" if line.open_violations is None else str(line.open_violations)
    colour = _COLOURS[line.severity]
    return (
        f"[bold]{line.rule}[/]\n[{colour}]{line.severity}[/] {line.stage}{off}",
        f"{escape(line.title_vi)}\n[dim]{escape(line.title_en)}[/]",
        opened + settled,
    )


def _print_story(story: "RuleStory") -> None:
    console.print(f"[bold]{story.rule}[/] · {story.stage} · {story.suite}")
    for name, value in story.declared.items():
        if name != "sql" and value not in (None, (), "", {}):
            shown = ", ".join(value) if isinstance(value, tuple) else str(value)
            console.print(f"  [dim]{name:15}[/] {escape(shown)}", highlight=False)
    if query := story.declared.get("sql"):
        from rich.syntax import Syntax  # with pygments: no other command needs it

        console.print(Syntax(str(query), "sql", background_color="default"))
    if story.stage == "intake":
        return
    if not story.history:
        console.print("It has never fired.")
    for event in story.history:
        console.print(
            f"  {event.day:%d/%m/%Y}: {event.opened} opened, {event.reopened} reopened,"
            f" {event.resolved} resolved",
            highlight=False,
        )


def _print_dry_run(outcome: "DryRun") -> None:
    where = f" in {outcome.bloc_code}" if outcome.bloc_code else ""
    off = "" if outcome.is_on else " (switched off)"
    tolerance = (
        "" if outcome.tolerance is None else f", tolerance {outcome.tolerance:g}"
    )
    console.print(
        f"[bold]{outcome.rule}[/]{off} over the {outcome.looked_at} of"
        f" {outcome.period_code}{where}{tolerance}:"
        f" would find {len(outcome.findings)} ({outcome.severity}).",
        highlight=False,
    )
    for finding in outcome.findings[:_SHOWN]:
        console.print(
            f"  {finding.unit_code or finding.bloc_code} {finding.period_code}"
            f" {escape(finding.message_vi)}. {escape(finding.remedy_vi)}\n"
            f"    [dim]{escape(finding.message_en)}. {escape(finding.remedy_en)}[/]",
            highlight=False,
        )
    if len(outcome.findings) > _SHOWN:
        console.print(f"  … and {len(outcome.findings) - _SHOWN} more; --json has all.")
