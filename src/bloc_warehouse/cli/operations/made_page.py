"""Pages of the repository that a command writes, and that a test holds fresh."""

from pathlib import Path
from typing import Annotated

import typer

from bloc_warehouse.cli.console import ExitCode, console, errors_console

Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")]
Check = Annotated[
    bool, typer.Option("--check", help="Write nothing; 1 if it is out of date.")
]


def keep_page(page: str, target: Path, *, check: bool, command: str) -> None:
    """Write a page, or only check whether it is up to date.

    Args:
        page: The expected content.
        target: The file.
        check: Write nothing.
        command: The command that updates it, for the message.

    Raises:
        typer.Exit: The checked file is out of date.
    """
    if check:
        if not target.is_file() or target.read_text(encoding="utf-8") != page:
            errors_console.print(f"{target} is out of date: {command}")
            raise typer.Exit(ExitCode.FINDINGS)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page, encoding="utf-8")
    console.print(f"Wrote {target}")
