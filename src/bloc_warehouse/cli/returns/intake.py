"""``bloc ingest`` and ``bloc check``."""

import getpass
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bloc_warehouse.cli.console import (
    ExitCode,
    console,
    print_json,
    progress_bar,
    show_waiting,
    wrong_use,
)
from bloc_warehouse.cli.options import Json
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.cli.timestamps import in_utc
from bloc_warehouse.domain.counting import counted

if TYPE_CHECKING:
    from bloc_warehouse.intake.run import CheckedFile, IngestResult

_MOST_SHOWN = 20
_HELD = "another file has its number already, and a person must say which is right"


def ingest(
    received_at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"],
            help="When the office received the new files, if no dated folder says so.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Read, check and load the files in landing; answer every sender."""
    from bloc_warehouse.alerts.alerts import refresh
    from bloc_warehouse.build.transform import seed
    from bloc_warehouse.database.prepare import prepare
    from bloc_warehouse.intake.files.register import Receipt
    from bloc_warehouse.intake.run import ingest as run_ingest

    settings = get_settings()
    stated = None
    if received_at:
        moment = in_utc(received_at)
        if moment > datetime.now(UTC):
            raise wrong_use("--received-at is still to come")
        stated = Receipt(moment, "operator", getpass.getuser())
    prepare(settings)
    seed(settings)
    with progress_bar("Ingesting", quiet=as_json) as step:
        result = run_ingest(settings, received_at=stated, progress=step)
    refresh(settings)
    if as_json:
        print_json(result)
    else:
        show_ingested(result)
        show_waiting(settings)
    raise typer.Exit(ExitCode.FINDINGS if result.batch.rejected else ExitCode.OK)


def check(
    files: Annotated[list[Path], typer.Argument(help="Files to check.")],
    sender: Annotated[
        str | None,
        typer.Option(help="The landing folder they would be sent to."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print every fault of files, as intake would find them; writes nothing."""
    from bloc_warehouse.build.transform import seed
    from bloc_warehouse.database.prepare import prepare
    from bloc_warehouse.intake.run import check_files

    for path in files:
        if not path.is_file():
            raise wrong_use(f"no such file: {path}")
    settings = get_settings()
    prepare(settings)
    seed(settings)
    checked = check_files(settings, files, sender)
    if as_json:
        print_json(
            [
                {
                    "file": file.file,
                    "state": file.state,
                    "returns": [asdict(found) for found in file.returns],
                    "cells": file.cells.as_dict(),
                    "faults": [fault.as_dict() for fault in file.faults],
                }
                for file in checked
            ]
        )
    else:
        for file in checked:
            _print_checked(file)
    rejected = any(file.state == "rejected" for file in checked)
    raise typer.Exit(ExitCode.FINDINGS if rejected else ExitCode.OK)


def show_ingested(result: "IngestResult") -> None:
    """Print the result of an ingest: counts, returned files, and their answers."""
    batch = result.batch
    console.print(
        f"{counted(result.registered, 'new file')}: {batch.accepted} accepted, "
        f"{batch.rejected} rejected, {batch.held} held, "
        f"{batch.duplicate} duplicate, {batch.superseded} superseded"
    )
    for file in result.returned[:_MOST_SHOWN]:
        colour = "red" if file.state == "rejected" else "yellow"
        console.print(
            f"[{colour}]{file.state}[/] {file.file} {escape(file.path)}\n"
            f"  {escape(file.fault or _HELD)}\n"
            f"  [dim]answer:[/] {escape(file.receipt)}",
            highlight=False,
            soft_wrap=True,
        )
    if len(result.returned) > _MOST_SHOWN:
        more = len(result.returned) - _MOST_SHOWN
        console.print(f"… and {more} more; bloc submissions lists them")
    if result.not_taken:
        console.print(
            counted(
                result.not_taken,
                "thing in landing is no file to be taken",
                "things in landing are no files to be taken",
            )
            + "; bloc status says why"
        )


def _print_checked(file: "CheckedFile") -> None:
    from bloc_warehouse.intake.answer.receipt_content import cells_lines

    colour = "red" if file.state == "rejected" else "green"
    console.print(f"[bold {colour}]{file.state}[/]  {file.file}", soft_wrap=True)
    for found in file.returns:
        console.print(
            f"{found.form} · {found.unit_code or 'no unit'}"
            f" · {found.period_code or 'no period'}",
            highlight=False,
        )
    for line in cells_lines(file.cells.as_dict()):
        console.print(f"[dim]{line}[/]", highlight=False)
    if not file.faults:
        return
    table = Table("sheet", "cell", "rule", "found", "nội dung / what is wrong")
    for fault in file.faults:
        style = "red" if fault.severity == "error" else "yellow"
        table.add_row(
            fault.sheet or "",
            fault.cell or "",
            f"[{style}]{fault.rule or fault.code}[/]",
            fault.found or "",
            f"{fault.message_vi}\n[dim]{fault.message_en}[/]",
        )
    console.print(table)
