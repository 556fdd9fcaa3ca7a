"""Options that several commands share."""

from typing import Annotated

import typer

By = Annotated[
    str | None, typer.Option(help="Who does this; default: the current user.")
]
Json = Annotated[bool, typer.Option("--json", help="JSON for machines.")]
OnlyBloc = Annotated[str | None, typer.Option(help="Only this bloc.")]
OnlyUnit = Annotated[str | None, typer.Option(help="Only this unit.")]
