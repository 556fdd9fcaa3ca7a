"""Pages of HTML from the templates that lie beside the module that fills them."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def page_templates(folder: Path) -> "Environment":
    """Return the templates of a folder; whatever is put in is written as plain text."""
    from jinja2 import Environment, FileSystemLoader

    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
