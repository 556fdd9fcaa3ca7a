"""The folder that dbt runs in: links to our own files, and the lists in force.

dbt writes below its target folder what it made of each file, by the file's path in the
project, and a path that leads out of the project makes dbt write over the very CSV that
it read. So each data folder has a project of its own.
"""

import hashlib
import json
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

import yaml

from bloc_warehouse.settings import Settings

_MODEL_FILES = frozenset({".sql", ".yml"})
_NOT_LINKED = frozenset({"target", "logs", "reference"})


def link_project(settings: Settings) -> Path:
    """Make the folder that dbt runs in, a folder of links, and return it.

    Beside the links lies ``reference``, a folder of files: the lists in force, laid out
    there before they are loaded. One that was not laid out yet is a bare header, so
    that every model that reads it can be built: on a fresh machine there are none.
    """
    project = settings.data_dir / "dbt" / "project"
    own = settings.project_dir / "dbt_project"
    _link(project, (path for path in own.iterdir() if path.name not in _NOT_LINKED))
    lists = project / "reference"
    lists.mkdir(exist_ok=True)
    for name, types in _own_lists(settings).items():
        path = lists / f"{name}.csv"
        if not path.is_file() or path.is_symlink():
            path.unlink(missing_ok=True)
            path.write_text(",".join(types) + "\n", encoding="utf-8")
    return project


def fixed_lists(settings: Settings) -> list[Path]:
    """Return the lists that come with the program."""
    return sorted((settings.project_dir / "dbt_project" / "seeds").glob("*.csv"))


def list_columns(settings: Settings) -> dict[str, dict[str, str]]:
    """Return each list's columns with their types, from ``dbt_project.yml``."""
    project = settings.project_dir / "dbt_project" / "dbt_project.yml"
    definition = yaml.safe_load(project.read_text(encoding="utf-8"))
    return {
        name: entry["+column_types"]
        for name, entry in definition["seeds"]["bloc_warehouse"].items()
        if not name.startswith("+")
    }


def variables(settings: Settings) -> str:
    """Return the settings that models read, as JSON for ``--vars``."""
    return json.dumps(
        {
            "timezone": settings.timezone,
            "suppression_threshold": settings.suppression_threshold,
        }
    )


def models_fingerprint(settings: Settings) -> str:
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


def _own_lists(settings: Settings) -> dict[str, dict[str, str]]:
    """Return the lists that are not among our fixed ones."""
    fixed = {path.stem for path in fixed_lists(settings)}
    return {
        name: types
        for name, types in list_columns(settings).items()
        if name not in fixed
    }


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
