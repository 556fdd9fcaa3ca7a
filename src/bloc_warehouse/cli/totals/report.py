"""``bloc report``: the quality report of a bloc's period."""

import webbrowser
from typing import Annotated

import typer

from bloc_warehouse.cli.console import (
    print_json,
    refusing,
)
from bloc_warehouse.cli.known import known_bloc, known_period
from bloc_warehouse.cli.options import Json
from bloc_warehouse.cli.settings import get_settings


def report(
    period: Annotated[str, typer.Argument(help="The period's code, e.g. 2024-H1.")],
    bloc: Annotated[str, typer.Option(help="The bloc's code, e.g. LAN.")],
    show: Annotated[
        bool, typer.Option("--open", help="Open it in the browser.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write the quality report of a bloc's period over the live release."""
    from bloc_warehouse.reports.period_content import NoSuchPeriodError
    from bloc_warehouse.reports.period_reports import write_report

    settings = get_settings()
    with refusing(NoSuchPeriodError):
        page = write_report(settings, known_bloc(settings, bloc), known_period(period))
    if as_json:
        print_json({"page": str(page)})
    else:
        print(page)  # noqa: T201
    if show:
        webbrowser.open(page.as_uri())
