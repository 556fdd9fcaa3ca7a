"""``bloc export``: the published figures as files, for whoever may see them."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from bloc_warehouse.cli.console import errors_console, print_json, refusing, wrong_use
from bloc_warehouse.cli.known import known_bloc, known_period
from bloc_warehouse.cli.options import Json
from bloc_warehouse.cli.settings import get_settings

if TYPE_CHECKING:
    from bloc_warehouse.settings import Settings

if TYPE_CHECKING:
    from bloc_warehouse.export.period.file import ExportedPeriod
    from bloc_warehouse.export.release.folder import ExportedRelease

Format: TypeAlias = Literal["xlsx", "csv", "parquet"]


def export(
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="File to write, or folder for a release."),
    ],
    bloc: Annotated[str | None, typer.Option(help="A bloc's code, e.g. LAN.")] = None,
    period: Annotated[
        str | None, typer.Option(help="The bloc's period, e.g. 2024-H1.")
    ] = None,
    release: Annotated[
        int | None, typer.Option(help="Number that the live release must have.")
    ] = None,
    file_format: Annotated[
        Format | None,
        typer.Option("--format", help="Of a period; default: as the file is named."),
    ] = None,
    reader: Annotated[
        str,
        typer.Option("--as", metavar="READER", help="Whose rows: a reader's login."),
    ] = "bi_reader",
    licence: Annotated[
        str | None,
        typer.Option(help="Of a release: e.g. CC-BY-4.0, an address, or both."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace an earlier export.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write published figures: a bloc's period, or the whole live release.

    A period is the bloc's summary and each form by unit, as a workbook, CSV or Parquet.
    A release is a folder of Parquet files with datapackage.json.
    """
    from bloc_warehouse.domain.name_lookup import UnknownNameError
    from bloc_warehouse.export.reading import ExportError

    settings = get_settings()
    with refusing(ExportError, UnknownNameError), errors_console.status("Exporting"):
        bloc, period = known_bloc(settings, bloc), known_period(period)
        order = Order(output, _known_reader(settings, reader), release, replace=force)
        written: ExportedRelease | ExportedPeriod
        if bloc is None and period is None:
            written = _export_release(settings, order, file_format, licence)
        else:
            if licence is not None:
                raise wrong_use("--licence is for a whole release")
            written = _export_period(settings, order, bloc, period, file_format)
    if as_json:
        print_json(written)
    else:
        print(output)  # noqa: T201


@dataclass(frozen=True, slots=True)
class Order:
    """What both kinds of export are told."""

    target: Path
    reader: str
    release: int | None
    replace: bool


def _export_release(
    settings: "Settings", order: Order, file_format: Format | None, licence: str | None
) -> "ExportedRelease":
    from bloc_warehouse.export.release.folder import export_release

    if file_format not in (None, "parquet"):
        raise wrong_use("a release is written as Parquet: leave --format out")
    return export_release(
        settings,
        order.target,
        reader=order.reader,
        release=order.release,
        licence=settings.export_licence if licence is None else licence,
        replace=order.replace,
    )


def _export_period(
    settings: "Settings",
    order: Order,
    bloc: str | None,
    period: str | None,
    file_format: Format | None,
) -> "ExportedPeriod":
    from bloc_warehouse.export.period.file import export_bloc_period

    if bloc is None or period is None:
        raise wrong_use("a period needs both --bloc and --period")
    return export_bloc_period(
        settings,
        order.target,
        bloc,
        period,
        file_format=file_format,
        reader=order.reader,
        release=order.release,
        replace=order.replace,
    )


def _known_reader(settings: "Settings", given: str) -> str:
    from bloc_warehouse.domain.name_lookup import known
    from bloc_warehouse.export.reading import known_readers

    return known("reader", given, known_readers(settings))
