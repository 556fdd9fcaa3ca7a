"""``bloc lineage``: how tables come from one another, as a page of pictures."""

from pathlib import Path

from bloc_warehouse.cli.console import errors_console
from bloc_warehouse.cli.operations.made_page import Check, Output, keep_page
from bloc_warehouse.cli.settings import get_settings

_PAGE = Path("docs") / "lineage.md"


def lineage(
    output: Output = None,
    check: Check = False,
) -> None:
    """Write the lineage page from dbt's models; needs no warehouse."""
    from bloc_warehouse.build.dbt_runner import read_manifest
    from bloc_warehouse.build.lineage_page import lineage_page
    from bloc_warehouse.forms.registry import load_registry

    settings = get_settings()
    target = output or settings.project_dir / _PAGE
    with errors_console.status("Reading the models"):
        page = lineage_page(read_manifest(settings), load_registry().raw_tables())
    keep_page(page, target, check=check, command="bloc lineage")
