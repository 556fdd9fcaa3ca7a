"""The dbt project: where it stands, its seeds, and what decides what rows become."""

import hashlib
from importlib import resources
from pathlib import Path

import yaml

from bloc_warehouse.settings import DatabaseSettings, ProjectSettings

# texts too: dbt makes them the comments of tables when it makes these
_MODEL_FILES = frozenset({".sql", ".yml", ".md"})


def project_folder(settings: ProjectSettings) -> Path:
    """Return the dbt project, which is only read: what dbt writes goes elsewhere."""
    return settings.project_dir / "dbt_project"


def seed_files(settings: ProjectSettings) -> list[Path]:
    """Return the lists that belong to the project."""
    return sorted((project_folder(settings) / "seeds").glob("*.csv"))


def seed_columns(settings: ProjectSettings) -> dict[str, dict[str, str]]:
    """Return each seed's columns with their types, from ``dbt_project.yml``."""
    project = project_folder(settings) / "dbt_project.yml"
    definition = yaml.safe_load(project.read_text(encoding="utf-8"))
    return {
        name: entry["+column_types"]
        for name, entry in definition["seeds"]["bloc_warehouse"].items()
        if not name.startswith("+")
    }


def variables(settings: DatabaseSettings) -> dict[str, str]:
    """Return the settings that models read, as variables of the environment."""
    return {
        "BLOC_TIMEZONE": settings.timezone,
        "BLOC_SUPPRESSION_THRESHOLD": str(settings.suppression_threshold),
    }


def models_fingerprint(settings: DatabaseSettings) -> str:
    """Hash whatever decides what rows become: models, forms, settings they read."""
    project = project_folder(settings)
    definitions = resources.files("bloc_warehouse") / "forms" / "definitions"
    texts = {
        str(path.relative_to(project)): path.read_bytes()
        for folder in ("models", "macros")
        for path in (project / folder).rglob("*")
        if path.suffix in _MODEL_FILES
    }
    texts["dbt_project.yml"] = (project / "dbt_project.yml").read_bytes()
    texts |= {file.name: file.read_bytes() for file in definitions.iterdir()}
    hashed = hashlib.sha256(str(sorted(variables(settings).items())).encode())
    for name in sorted(texts):
        hashed.update(name.encode() + b"\0" + texts[name] + b"\0")
    return hashed.hexdigest()
