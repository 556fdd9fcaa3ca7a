"""``bloc prepare``, ``bloc build``, ``bloc run`` and ``bloc dsn``."""

import getpass
from dataclasses import asdict
from typing import Annotated, Literal

import typer

from bloc_warehouse.cli.console import (
    ExitCode,
    console,
    errors_console,
    print_json,
    progress_bar,
)
from bloc_warehouse.cli.options import Json
from bloc_warehouse.cli.returns.intake import show_ingested
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.domain.counting import counted


def prepare() -> None:
    """Create or complete the warehouse: database, roles, schemas, reference data."""
    from bloc_warehouse.build.transform import seed
    from bloc_warehouse.database.prepare import prepare as prepare_warehouse

    settings = get_settings()
    prepare_warehouse(settings)
    seed(settings)
    console.print("The warehouse is ready.")


def build(
    full: Annotated[
        bool,
        typer.Option("--full", help="Rebuild everything, even what did not change."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Cross-check the current submissions and build the facts into marts_candidate."""
    from bloc_warehouse.pipeline import build as build_candidate

    with errors_console.status("Building"):
        outcome = build_candidate(get_settings(), full=full)
    if as_json:
        print_json(asdict(outcome))
    else:
        done = "marts_candidate is built" if outcome.is_new else "Nothing is new"
        held = counted(outcome.held, "return")
        console.print(f"{done}; the cross-check holds {held}")
    raise typer.Exit(ExitCode.FINDINGS if outcome.held else ExitCode.OK)


def run(as_json: Json = False) -> None:
    """Do everything once: ingest, build, audit, publish, alert."""
    from bloc_warehouse.pipeline import run as run_pipeline

    with progress_bar("Ingesting", quiet=as_json) as step:
        result = run_pipeline(get_settings(), by=getpass.getuser(), progress=step)
    if as_json:
        print_json(asdict(result))
    else:
        show_ingested(result.ingested)
        console.print(result.publishing, highlight=False)
    findings = result.ingested.batch.rejected or result.is_blocked
    raise typer.Exit(ExitCode.FINDINGS if findings else ExitCode.OK)


def dsn(
    role: Annotated[
        Literal["bi_reader", "ingest", "transform", "owner"],
        typer.Option(help="The role to connect as."),
    ] = "bi_reader",
) -> None:
    """Print how to connect to the warehouse as a role, password included."""
    from bloc_warehouse.database.connection import dsn as address_of

    print(address_of(role))  # noqa: T201
