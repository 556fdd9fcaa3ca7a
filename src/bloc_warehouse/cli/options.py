"""Options that several commands share."""

from typing import Annotated

import typer

By = Annotated[
    str | None, typer.Option(help="Who says so; by default the user at the keyboard.")
]
Json = Annotated[bool, typer.Option("--json", help="JSON for machines.")]
OnlyBloc = Annotated[str | None, typer.Option(help="Only of this bloc.")]
OnlyUnit = Annotated[str | None, typer.Option(help="Only of this unit.")]
