"""What the wheel carries beside the package: the folders that a clone has at its root.

They lie below ``bloc_warehouse/_project`` there. An editable installation gets none: it
uses the clone's own.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("bi", "dags", "dbt_project", "expectations")
MADE_BY_DBT = {"target", "logs"}


class ProjectFolders(BuildHookInterface[Any]):
    """Puts the project's folders into a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name what is to be put where, unless the installation is editable."""
        if version != "standard":
            return
        build_data["force_include"] |= {
            f"{folder}/{path.name}": f"bloc_warehouse/_project/{folder}/{path.name}"
            for folder in FOLDERS
            for path in (Path(self.root) / folder).iterdir()
            if path.name not in MADE_BY_DBT
        }
