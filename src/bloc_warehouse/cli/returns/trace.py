"""``bloc trace``: from a figure, or a bloc's total, back to the cells."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE
from rich.markup import escape
from rich.table import Table

from bloc_warehouse.cli.console import ExitCode, console, print_json, wrong_use
from bloc_warehouse.cli.options import Json
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.cli.timestamps import local_time
from bloc_warehouse.domain.counting import counted

if TYPE_CHECKING:
    from bloc_warehouse.history.trace import Part, Trace, TracedCell
    from bloc_warehouse.history.trace_total import TracedTotal

_TOTALS = "rpt_bloc_totals"


def trace(
    table: Annotated[
        str, typer.Argument(help="fct_membership or another fact; rpt_bloc_totals.")
    ],
    period: Annotated[str, typer.Option(help="The period, e.g. 2024-H1.")],
    unit: Annotated[str | None, typer.Option(help="Of a fact: the unit.")] = None,
    measure: Annotated[
        str | None, typer.Option(help="Of a fact: the column, e.g. closing_total.")
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(help="Of a fact with a breakdown: kind=…; repeatable."),
    ] = None,
    bloc: Annotated[str | None, typer.Option(help="Of a total: the bloc.")] = None,
    indicator: Annotated[
        str | None, typer.Option(help="Of a total: which, e.g. member_count.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Trace a published figure to its file, sheet and cell, and read that cell."""
    from bloc_warehouse.domain.name_lookup import UnknownNameError

    try:
        if table == _TOTALS:
            if bloc is None or indicator is None:
                raise wrong_use(f"{_TOTALS} wants --bloc, --period and --indicator")
            total = _total(bloc, period, indicator)
            print_json(total) if as_json else _print_total(total)
            is_whole = total.adds_up
        else:
            if unit is None or measure is None:
                raise wrong_use(f"{table} wants --unit, --period and --measure")
            figure = _figure(table, unit, period, measure, key or ())
            print_json(figure) if as_json else _print_figure(figure)
            is_whole = figure.adds_up and not _obstacles(figure)
    except UnknownNameError as error:
        raise wrong_use(str(error)) from error
    if not as_json:
        _print_release(bloc)
    raise typer.Exit(ExitCode.OK if is_whole else ExitCode.FINDINGS)


def _print_release(bloc: str | None) -> None:
    from bloc_warehouse.database.connection import connect
    from bloc_warehouse.history.shown_release import live_release

    with connect("ingest", settings=get_settings()) as connection:
        shown = live_release(connection)
    if shown:
        console.print(f"Of {shown.describe(bloc)}.", highlight=False)


def _figure(
    table: str, unit: str, period: str, measure: str, keys: Sequence[str]
) -> "Trace":
    from bloc_warehouse.history.trace import Request
    from bloc_warehouse.history.trace import trace as find

    pairs = dict(key.partition("=")[::2] for key in keys)
    if not all(pairs.values()):
        raise wrong_use("a key is written --key name=value")
    return find(get_settings(), Request(table, unit, period, measure, pairs))


def _total(bloc: str, period: str, indicator: str) -> "TracedTotal":
    from bloc_warehouse.history.totals import resolve
    from bloc_warehouse.history.trace_total import trace_total

    settings = get_settings()
    return trace_total(settings, resolve(settings, bloc, period), indicator)


def _obstacles(figure: "Trace") -> list[str]:
    return [
        cell.obstacle for part in figure.parts for cell in part.cells if cell.obstacle
    ]


def _print_figure(figure: "Trace") -> None:
    keys = "".join(f" {name}={value}" for name, value in figure.keys.items())
    console.print(
        f"[bold]{figure.fact}.{figure.measure}[/] {figure.unit_code}"
        f" {figure.period_code}{keys} = [bold]"
        + ("withheld from readers" if figure.is_withheld else _number(figure.value))
        + "[/]",
        highlight=False,
    )
    for part in figure.parts:
        _print_part(part)
    if not figure.adds_up:
        console.print(
            "[red]The returns do not give this figure:[/] it was published from other"
            " versions; `bloc run` rebuilds.",
            highlight=False,
        )


def _print_part(part: "Part") -> None:
    sign = "−" if part.sign < 0 else "+"
    console.print(
        f"\n{sign} [bold]{_number(part.value)}[/] as {part.submission} states it:"
        f" {part.form} {part.period_code}, number {part.submission_no or '–'}",
        highlight=False,
    )
    console.print(
        f"  file {part.file} {escape(part.file_name)}, received"
        f" {local_time(part.received_at)}\n  [dim]sha256 {part.sha256}[/]",
        highlight=False,
        soft_wrap=True,
    )
    if not part.cells:
        console.print("  the return does not name this: nothing was done, 0")
    for cell in part.cells:
        _print_cell(part.sheet, cell)
    for version in part.versions:
        until = local_time(version.reported_to) if version.reported_to else "now"
        console.print(
            f"  [dim]{version.submission} number {version.submission_no or '–'} said"
            f" {_number(version.value)}, from {local_time(version.reported_from)} to"
            f" {until}[/]",
            highlight=False,
        )


def _print_cell(sheet: str, cell: "TracedCell") -> None:
    console.print(
        f"  {escape(cell.label_vi)} [dim]({escape(cell.label_en)})[/]", highlight=False
    )
    place = f"sheet {escape(sheet)}, row {cell.row}"
    if cell.address is None:
        console.print(f"  {place}: the sheet has no such column, not applicable")
        return
    said = f"reads “{escape(cell.text)}”" if cell.text else "is blank"
    if cell.obstacle:
        said = f"[red]{escape(cell.obstacle)}[/]"
    loaded = "not applicable" if cell.is_not_applicable else _loaded(cell.loaded)
    console.print(
        f"  {place}, column {cell.letter}: cell [bold]{cell.address}[/] {said},"
        f" loaded as {loaded}",
        highlight=False,
    )


def _print_total(total: "TracedTotal") -> None:
    table = Table(
        title=f"{total.bloc} {total.period} {total.indicator} = {_number(total.total)}"
        + (", partial" if total.is_partial else ""),
        title_justify="left",
        box=SIMPLE,
        pad_edge=False,
    )
    table.add_column("unit", no_wrap=True)
    table.add_column("amount", justify="right", no_wrap=True)
    table.add_column("cell", no_wrap=True)
    table.add_column("return, file", overflow="fold")
    for addend in total.addends:
        less = f" less {addend.subtracted}" if addend.subtracted else ""
        cell = (
            f"{escape(addend.sheet or '')}!{addend.cell}"
            if addend.cell
            else "not named: 0"
        )
        source = (
            f"{addend.submission}{less} {addend.period_code} [dim]{addend.file_name}[/]"
        )
        said = "blank" if addend.is_blank else "not applicable"
        amount = said if addend.amount is None else _number(addend.amount)
        table.add_row(addend.unit_code, amount, cell, source)
    console.print(table)
    console.print(
        f"{total.units_reported} of {counted(total.units_expected, 'unit')} reported."
        + (f" Missing: {', '.join(total.missing)}." if total.missing else "")
        + (f" Blank cells: {total.blank_count}." if total.blank_count else ""),
        highlight=False,
    )
    if total.units_expected and not total.units_reported:
        console.print("No unit has reported the period itself, so it has no total.")
    if not total.adds_up:
        console.print("[red]The rows do not add up to the total.[/]")


def _loaded(value: int | str | None) -> str:
    return "not reported" if value is None else str(value)


def _number(value: int | None) -> str:
    return "not reported" if value is None else f"{value:,}".replace(",", ".")
