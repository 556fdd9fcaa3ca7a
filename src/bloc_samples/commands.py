"""The commands that this package adds to ``bloc``: ``samples`` and ``demo``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from bloc_samples.demo import demo
from bloc_warehouse.cli.console import (
    console,
    print_json,
    progress_bar,
    refusing,
)
from bloc_warehouse.cli.options import Json
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.domain.counting import counted

if TYPE_CHECKING:
    from bloc_samples.make import Made

samples_app = typer.Typer(
    help="Generated submissions whose totals meet the published figures.",
    no_args_is_help=True,
)


def add_to(app: typer.Typer) -> None:
    """Add the commands to those of ``bloc``."""
    app.command("demo")(demo)
    app.add_typer(samples_app, name="samples")


@samples_app.callback()
def samples() -> None:
    """Generated submissions whose totals meet the published figures."""


@samples_app.command("make")
def make(
    seed: Annotated[
        int,
        typer.Option(
            min=0, help="Another seed draws other units with the same totals."
        ),
    ] = 1,
    history: Annotated[
        bool,
        typer.Option(
            "--history",
            help="Every quarter from 2015 to 2024, instead of the few returns that "
            "the published totals rest on.",
        ),
    ] = False,
    into: Annotated[
        Path | None,
        typer.Option(
            help="Folder for landing and reference, instead of those in the settings."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the returns of four blocs into landing, and their reference lists."""
    from bloc_samples.files.manifest import ForeignFilesError
    from bloc_samples.make import make_samples
    from bloc_warehouse.reference.apply import apply_made

    with refusing(ForeignFilesError):
        with progress_bar("Making files", quiet=as_json) as step:
            made = make_samples(
                get_settings(), seed=seed, history=history, into=into, progress=step
            )
        if not into:
            apply_made(get_settings(), by="bloc samples make")
    if as_json:
        print_json(made)
    else:
        _print(made)


def _print(made: "Made") -> None:
    what = "history" if made.history else "submissions"
    title = f"Generated {what}, seed {made.seed}"
    grid = Table("Bloc", "Files", title=title)
    for bloc, count in made.files_by_bloc.items():
        grid.add_row(bloc, f"{count:,}")
    grid.add_section()
    grid.add_row("all", f"{made.files:,}")
    console.print(grid)
    layouts = ", ".join(
        f"{count:,} {layout}" for layout, count in made.files_by_layout.items()
    )
    news = "written" if made.is_new else "there already, nothing written"
    console.print(
        f"{counted(made.returns, 'return')} of {counted(made.units, 'unit')}, {news}\n"
        f"layouts: {layouts}\n"
        f"landing: {made.landing}\nreference: {made.reference}\n"
        "Unit-level values are generated; only the totals are published facts.",
        highlight=False,
    )
