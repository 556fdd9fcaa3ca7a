"""``bloc lineage``: how tables come from one another, as a page of pictures."""

from pathlib import Path
from typing import Annotated

import typer

from bloc_warehouse.cli.console import ExitCode, console, errors_console
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.settings import get_settings

_PAGE = Path("docs") / "lineage.md"


def lineage(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; 1 if it is out of date.")
    ] = False,
) -> None:
    """Write the lineage page from dbt's models; needs no warehouse."""
    from bloc_warehouse.warehouse.dbt_runner import read_manifest
    from bloc_warehouse.warehouse.lineage import lineage_page

    settings = get_settings()
    target = output or settings.project_dir / _PAGE
    with errors_console.status("Reading the models"):
        page = lineage_page(read_manifest(settings), load_registry().raw_tables())
    if check:
        if not target.is_file() or target.read_text(encoding="utf-8") != page:
            errors_console.print(f"{target} is out of date: bloc lineage")
            raise typer.Exit(ExitCode.FINDINGS)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page, encoding="utf-8")
    console.print(f"Wrote {target}")
