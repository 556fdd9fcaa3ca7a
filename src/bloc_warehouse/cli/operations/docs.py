"""``bloc docs``: the data's documentation as one page."""

from bloc_warehouse.cli.console import console, errors_console
from bloc_warehouse.cli.settings import get_settings


def docs() -> None:
    """Write dbt's pages (tables, columns, tests, lineage) into one file."""
    from bloc_warehouse.build.transform import build_docs
    from bloc_warehouse.pipeline import prepare

    settings = get_settings()
    with errors_console.status("Writing"):
        prepare(settings)
        page = build_docs(settings)
    console.print(f"Wrote {page}", highlight=False, soft_wrap=True)
    console.print(f"Lineage: file://{page}#!/overview?g_v=1", soft_wrap=True)
