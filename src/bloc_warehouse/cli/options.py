"""Options that several commands share."""

from typing import Annotated

import typer

By = Annotated[
    str | None, typer.Option(help="Who says so; by default the user at the keyboard.")
]
