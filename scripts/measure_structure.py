"""Counts what docs/architecture.md says about the structure: `make structure`.

One line a figure, so that two versions can be compared by diff. Nothing is started: the
dbt models are read from their manifest, the rest from the files.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from statistics import quantiles
from typing import Any

from bloc_warehouse.build.dbt_runner import read_manifest
from bloc_warehouse.settings import get_settings

ROOT = Path(__file__).resolve().parents[1]
CODE = ("src", "dags", "tests", "benchmarks", "scripts")
VERSIONS = Path("src/bloc_warehouse/database/migrations/versions")


def main() -> None:
    """Print the figures."""
    for name, figure in {
        **_folders(),
        **_models(read_manifest(get_settings())),
        **_statements(),
        **_lines(),
    }.items():
        print(f"{name:<52} {figure:>7,}")


def modules_by_folder() -> dict[Path, int]:
    """Return how many Python files each folder holds, itself only.

    Versions of the database are left out: nobody reads them as a whole, and each change
    adds one.
    """
    counted: dict[Path, int] = {}
    for top in CODE:
        for path in (ROOT / top).rglob("*.py"):
            folder = path.parent.relative_to(ROOT)
            counted[folder] = counted.get(folder, 0) + 1
    counted.pop(VERSIONS, None)
    return counted


def _folders() -> dict[str, int]:
    return {"Python files in the fullest folder": max(modules_by_folder().values())}


def _models(manifest: Mapping[str, Any]) -> dict[str, int]:
    models = {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
    }

    @cache
    def depth(key: str) -> int:
        return 1 + max(map(depth, _parents(models, key)), default=0)

    depths = [depth(key) for key in models]
    children = dict.fromkeys(models, 0)
    for key in models:
        for parent in _parents(models, key):
            children[parent] += 1
    tested = {
        parent
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        for parent in node["depends_on"]["nodes"]
    }
    between = [key for key in models if models[key]["name"].startswith("int_")]
    return {
        "dbt models": len(models),
        "models on the longest path": max(depths),
        "models on the path to 90 % of them": round(quantiles(depths, n=10)[-1]),
        "intermediate models": len(between),
        "… with exactly one child": sum(children[key] == 1 for key in between),
        "models without a description": sum(
            not node["description"] for node in models.values()
        ),
        "models without a test": len(models.keys() - tested),
    }


def _parents(models: Mapping[str, Any], key: str) -> list[str]:
    nodes: list[str] = models[key]["depends_on"]["nodes"]
    return [parent for parent in nodes if parent in models]


def _statements() -> dict[str, int]:
    files = list((ROOT / "src").rglob("*.sql"))
    texts = [path.read_text(encoding="utf-8") for path in files]
    lengths = [
        len(statement.strip().splitlines())
        for path, text in zip(files, texts, strict=True)
        if "migrations" not in path.parts  # sealed: what has landed stays as it is
        for statement in re.split(r";[ \t]*$", text, flags=re.MULTILINE)
    ]
    return {
        "SQL files outside dbt": len(files),
        "… their lines": sum(len(text.splitlines()) for text in texts),
        "… lines of the longest statement": max(lengths),
    }


def _lines() -> dict[str, int]:
    return {
        f"lines of Python in src/{package}": sum(
            len(path.read_text(encoding="utf-8").splitlines())
            for path in (ROOT / "src" / package).rglob("*.py")
        )
        for package in ("bloc_warehouse", "bloc_samples")
    }


if __name__ == "__main__":
    main()
