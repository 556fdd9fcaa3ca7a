"""``bloc schemas``: what an editor needs to complete a YAML file of ours."""

from bloc_warehouse.cli.console import console
from bloc_warehouse.forms.model import Form
from bloc_warehouse.forms.registry import DEFINITIONS, SCHEMA
from bloc_warehouse.yaml_files import schema_text


def schemas() -> None:
    """Write the JSON schema of the forms beside them, for editors.

    A file that holds it already is left as it is.
    """
    wanted = {DEFINITIONS / SCHEMA: Form}
    for path, model in wanted.items():
        text = schema_text(model)
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            console.print(f"{path} is up to date", highlight=False, soft_wrap=True)
            continue
        path.write_text(text, encoding="utf-8")
        console.print(f"Wrote {path}", highlight=False, soft_wrap=True)
