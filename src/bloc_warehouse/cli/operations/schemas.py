"""``bloc schemas``: what an editor needs to complete a YAML file of ours."""

from pathlib import Path

from bloc_warehouse.cli.console import console
from bloc_warehouse.cli.settings import get_settings


def schemas() -> None:
    """Write the JSON schemas of forms, suites and alerts.yaml beside them, for editors.

    A file that holds it already is left as it is.
    """
    from pydantic import BaseModel

    from bloc_warehouse.alerts import routes
    from bloc_warehouse.checks.model import SuiteFile
    from bloc_warehouse.checks.suites import SCHEMA_FILE
    from bloc_warehouse.forms.model import Form
    from bloc_warehouse.forms.registry import DEFINITIONS, SCHEMA
    from bloc_warehouse.yaml_files import schema_text

    suites = get_settings().project_dir / "expectations"
    wanted: dict[Path, type[BaseModel]] = {
        DEFINITIONS / SCHEMA: Form,
        suites / SCHEMA_FILE: SuiteFile,
        get_settings().alert_routes.parent / routes.SCHEMA: routes.RoutesFile,
    }
    for path, model in wanted.items():
        text = schema_text(model)
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            console.print(f"{path} is up to date", highlight=False, soft_wrap=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        console.print(f"Wrote {path}", highlight=False, soft_wrap=True)
