"""``bloc violations list`` and ``show``."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table

from bloc_warehouse.cli.checks.rules import wrong_requests
from bloc_warehouse.cli.console import console, print_json
from bloc_warehouse.cli.known import known_bloc, known_period, known_rule, known_unit
from bloc_warehouse.cli.options import Json, OnlyBloc, OnlyUnit
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.cli.timestamps import local_time

if TYPE_CHECKING:
    from bloc_warehouse.checks.violation_list import ViolationLine, ViolationStory

_COLOURS = {"critical": "red", "warning": "yellow", "info": "dim"}
_MOST = 20  # lines that a person reads before they ask for more
_ACCEPTED = (
    "rule", "bloc_code", "unit_code", "form", "period_code", "subject", "left_value",
    "right_value",
)  # fmt: skip

app = typer.Typer(help="What the checks found, and its state.", no_args_is_help=True)


@app.command("list")
def list_all(
    state: Annotated[
        list[str] | None,
        typer.Option(
            help="open, explained, accepted, resolved; default: all but resolved."
        ),
    ] = None,
    rule: Annotated[str | None, typer.Option(help="Only of this rule.")] = None,
    bloc: OnlyBloc = None,
    unit: OnlyUnit = None,
    period: Annotated[str | None, typer.Option(help="E.g. 2024-H1.")] = None,
    severity: Annotated[
        Literal["critical", "warning", "info"] | None,
        typer.Option(help="Only of this severity."),
    ] = None,
    show_all: Annotated[
        bool, typer.Option("--all", help="Every line, informational ones too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List unresolved violations: those that need action first, the rest by rule.

    Informational ones are counted by rule, unless requested with --severity,
    --rule or --all.
    """
    from bloc_warehouse.checks.violation_list import (
        UNRESOLVED,
        ViolationFilter,
        list_violations,
    )

    settings = get_settings()
    wanted = ViolationFilter(
        state or UNRESOLVED,
        rule=known_rule(settings, rule),
        bloc=known_bloc(settings, bloc),
        unit=known_unit(settings, unit),
        period=known_period(period),
        severity=severity,
    )
    with wrong_requests():
        lines = list_violations(settings, wanted)
    if as_json:
        print_json(lines)
        return
    if not lines:
        console.print("[green]There is none.[/]")
        return
    urgent = [line for line in lines if line.severity != "info" or severity or rule]
    shown = lines if show_all else urgent[:_MOST]
    if shown:
        console.print(_table(shown))
    left = Counter((violation.severity, violation.rule) for violation in lines)
    left.subtract((violation.severity, violation.rule) for violation in shown)
    if +left:
        _print_rest(+left)


def _table(lines: "Sequence[ViolationLine]") -> Table:
    table = Table(box=SIMPLE, collapse_padding=True, pad_edge=False)
    for head in ("id", "severity", "rule", "state", "where", "period"):
        table.add_column(head, no_wrap=True)
    table.add_column("what")
    for line in lines:
        table.add_row(
            line.violation,
            f"[{_COLOURS[line.severity]}]{line.severity}[/]",
            line.rule,
            line.state,
            line.unit_code or line.bloc_code or "",
            line.period_code or "",
            f"{escape(line.message_vi)}\n[dim]{escape(line.message_en)}[/]",
        )
    return table


def _print_rest(left: Counter[tuple[str, str]]) -> None:
    console.print(
        f"Not shown: {left.total():,}; --rule RULE lists one rule's, --all all."
    )
    for severity in _COLOURS:
        rules = ", ".join(
            f"{rule} ×{count}"
            for (of, rule), count in sorted(left.items())
            if of == severity
        )
        if rules:
            console.print(
                f"  [{_COLOURS[severity]}]{severity}[/]: {rules}", highlight=False
            )


@app.command("show")
def show(
    violation: Annotated[str, typer.Argument(help="V-45, as an alert prints it.")],
    as_json: Json = False,
) -> None:
    """Show one violation with its history, and what can be done about it."""
    from bloc_warehouse.checks.violation_list import get_violation

    with wrong_requests():
        story = get_violation(get_settings(), violation)
    if as_json:
        print_json(story)
    else:
        _print_story(story)


def _print_story(story: "ViolationStory") -> None:
    line = story.violation
    colour = _COLOURS[line.severity]
    place = " ".join(
        part
        for part in (line.bloc_code, line.unit_code, line.form, line.period_code)
        if part
    )
    console.print(
        f"[bold {colour}]{line.violation} {line.rule}[/] {line.state} · {place}",
        highlight=False,
    )
    for text in (
        f"{line.message_vi}. {line.remedy_vi}",
        f"{line.message_en}. {line.remedy_en}",
    ):
        console.print(escape(text), highlight=False)
    if line.submissions:
        console.print(f"About {', '.join(line.submissions)}.", highlight=False)
    for event in story.events:
        said = " ".join(part for part in (event.by_whom, event.note) if part)
        console.print(
            f"  {local_time(event.happened_at)} {event.event}"
            f" ({_figure(event.left_value)} / {_figure(event.right_value)})"
            f" {escape(said)}",
            highlight=False,
        )
    if line.hours_to_resolve is not None:
        console.print(f"Resolved after {line.hours_to_resolve} h.", highlight=False)
    if line.explanation_lapsed_at:
        console.print("The explanation lapsed: the figures have changed since.")
    _print_ways_out(line)


def _print_ways_out(line: "ViolationLine") -> None:
    if line.state == "resolved":
        return
    if line.severity == "critical":
        console.print("It is corrected, not explained: put it right and send it again.")
        return
    console.print(
        f"Either correct it, or: bloc explain {line.answers_to} --reason …\n"
        "or accept it until a day, by a line of ref_accepted_differences.csv:",
        highlight=False,
    )
    text = io.StringIO()
    values = [getattr(line, name) for name in _ACCEPTED]
    csv.writer(text).writerow(
        ["" if value is None else value for value in values]
        + ["<reason>", "<accepted_by>", "<valid_until>"]
    )
    console.print(
        f"  {escape(text.getvalue().strip())}", highlight=False, soft_wrap=True
    )


def _figure(value: Decimal | None) -> str:
    return "–" if value is None else f"{value.normalize():f}"
