"""``bloc totals`` and ``bloc releases``: what is, was known, and was shown."""

from collections.abc import Sequence
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
    wrong_use,
)
from bloc_warehouse.cli.options import Json
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.cli.timestamps import (
    in_zone,
    local_time,
    requested_time,
    short_time,
)

if TYPE_CHECKING:
    from bloc_warehouse.history.totals import Question, Total
    from bloc_warehouse.publish.publication_log import Publication


def totals(
    bloc: Annotated[str, typer.Option(help="The bloc's code, e.g. LAN.")],
    period: Annotated[str, typer.Option(help="The period, e.g. 2024-H1.")],
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DAY|TIME", help="With the returns received by then."),
    ] = None,
    seen_on: Annotated[
        str | None,
        typer.Option(metavar="DAY|TIME", help="As readers saw them then."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show a bloc's totals of a period, and how many units reported."""
    from bloc_warehouse.domain.name_lookup import UnknownNameError
    from bloc_warehouse.history.totals import resolve

    if as_of is not None and seen_on is not None:
        raise wrong_use("--as-of and --seen-on are two questions: ask one")
    try:
        question = resolve(get_settings(), bloc, period)
    except UnknownNameError as error:
        raise wrong_use(str(error)) from error
    found, given = _totals(question, as_of, seen_on)
    is_known = any(total.units_reported for total in found)
    if as_json:
        print_json(found)
    elif found:
        _print_totals(f"Totals of {question.bloc}, {question.period}, {given}", found)
        if not is_known:
            console.print(f"No unit had reported, {given}.", style="yellow")
    else:
        none = f"No totals of {question.bloc}, {question.period}, {given}."
        console.print(none, style="yellow")
    raise typer.Exit(ExitCode.OK if is_known else ExitCode.FINDINGS)


def _totals(
    question: "Question", as_of: str | None, seen_on: str | None
) -> "tuple[list[Total], str]":
    from bloc_warehouse.history import totals as history

    settings = get_settings()
    if as_of is not None:
        moment = requested_time(as_of, settings.zone)
        with errors_console.status("Building as of then"):
            found = history.totals_as_of(settings, question, moment)
        return found, f"from what had been received by {local_time(moment)}"
    if seen_on is not None:
        moment = requested_time(seen_on, settings.zone)
        found = history.totals_seen(settings, question, moment)
        return found, f"as readers saw them on {local_time(moment)}"
    found, shown = history.published_totals(settings, question)
    return found, f"in {shown.describe(question.bloc)}"


def releases(
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DAY|TIME", help="Only what readers saw then."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show which release readers saw when, who published it, and its audit."""
    from bloc_warehouse.database.connection import connect
    from bloc_warehouse.publish.publication_log import publications

    settings = get_settings()
    moment = requested_time(on, settings.zone) if on is not None else None
    with connect("ingest", settings=settings) as connection:
        found = publications(connection, moment)
    if as_json:
        print_json(found)
    elif found:
        _print_releases(found)
    else:
        when = f" on {local_time(moment)}" if moment else ""
        console.print(f"Readers saw no release{when}.")


def _print_totals(title: str, found: "Sequence[Total]") -> None:
    table = Table(title=title, title_justify="left", box=SIMPLE, pad_edge=False)
    table.add_column("total")
    for head in ("ours", "declared", "units", "blank cells"):
        table.add_column(head, justify="right")
    table.add_column("")
    for total in found:
        colour = "green" if total.is_complete else "yellow"
        table.add_row(
            total.indicator.replace("_", " "),
            "withheld" if total.is_withheld else _number(total.computed_total),
            _number(total.declared_total),
            f"[{colour}]{total.units_reported}/{total.units_expected}[/]",
            f"[yellow]{total.blank_count}[/]" if total.blank_count else "",
            "[yellow]partial[/]" if total.is_partial else "",
        )
    console.print(table)


def _print_releases(found: "Sequence[Publication]") -> None:
    table = Table(box=SIMPLE, collapse_padding=True, pad_edge=False)
    for head in ("release", in_zone("seen from"), "until"):
        table.add_column(head, no_wrap=True)
    for head in ("by", "audit", "how"):
        table.add_column(head, overflow="fold")
    for release in found:
        table.add_row(
            str(release.release_id),
            short_time(release.shown_from),
            short_time(release.shown_to) if release.shown_to else "[green]now[/]",
            escape(release.shown_by),
            release.audit_outcome or "–",
            _how(release),
        )
    console.print(table)


def _how(publication: "Publication") -> str:
    how = {
        "published": "published",
        "overridden": "[red]kept back before, shown by override[/]",
        "rolled_back": "[yellow]shown again after a rollback[/]",
    }[publication.cause]
    if publication.is_overridden and publication.cause == "published":
        how = "[red]published in spite of critical findings[/]"
    if publication.blocked_blocs:
        how += f"; kept from before: {', '.join(publication.blocked_blocs)}"
    return f"{how}: {escape(publication.reason)}" if publication.reason else how


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}".replace(",", ".")
