"""The folder that dbt runs in: links to our own files."""

import hashlib
import json
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

import yaml

from bloc_warehouse.settings import DatabaseSettings, ProjectSettings

_MODEL_FILES = frozenset({".sql", ".yml"})
_NOT_LINKED = frozenset({"target", "logs"})


def link_project(settings: ProjectSettings) -> Path:
    """Make the folder that dbt runs in, a folder of links, and return it."""
    project = settings.data_dir / "dbt" / "project"
    own = settings.project_dir / "dbt_project"
    _link(project, (path for path in own.iterdir() if path.name not in _NOT_LINKED))
    return project


def seed_files(settings: ProjectSettings) -> list[Path]:
    """Return the lists that belong to the project."""
    return sorted((settings.project_dir / "dbt_project" / "seeds").glob("*.csv"))


def seed_columns(settings: ProjectSettings) -> dict[str, dict[str, str]]:
    """Return each seed's columns with their types, from ``dbt_project.yml``."""
    project = settings.project_dir / "dbt_project" / "dbt_project.yml"
    definition = yaml.safe_load(project.read_text(encoding="utf-8"))
    return {
        name: entry["+column_types"]
        for name, entry in definition["seeds"]["bloc_warehouse"].items()
        if not name.startswith("+")
    }


def variables(settings: DatabaseSettings) -> str:
    """Return the settings that models read, as JSON for ``--vars``."""
    return json.dumps(
        {
            "timezone": settings.timezone,
            "suppression_threshold": settings.suppression_threshold,
        }
    )


def models_fingerprint(settings: DatabaseSettings) -> str:
    """Hash whatever decides what rows become: models, forms, settings they read."""
    project = settings.project_dir / "dbt_project"
    definitions = resources.files("bloc_warehouse") / "forms" / "definitions"
    texts = {
        str(path.relative_to(project)): path.read_bytes()
        for folder in ("models", "macros")
        for path in (project / folder).rglob("*")
        if path.suffix in _MODEL_FILES
    }
    texts["dbt_project.yml"] = (project / "dbt_project.yml").read_bytes()
    texts |= {file.name: file.read_bytes() for file in definitions.iterdir()}
    hashed = hashlib.sha256(variables(settings).encode())
    for name in sorted(texts):
        hashed.update(name.encode() + b"\0" + texts[name] + b"\0")
    return hashed.hexdigest()


def _link(folder: Path, targets: Iterable[Path]) -> None:
    """Make the folder hold links to exactly these files and folders."""
    if folder.is_symlink():  # else the links would be made in the folder it leads to
        folder.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {target.name: target for target in targets}
    for path in folder.iterdir():
        is_folder = path.is_dir() and not path.is_symlink()
        if not is_folder and not _leads_to(path, wanted.get(path.name)):
            path.unlink()
    for name, target in wanted.items():
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(target)


def _leads_to(path: Path, target: Path | None) -> bool:
    return path.is_symlink() and path.readlink() == target
