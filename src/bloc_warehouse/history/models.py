"""The models as dbt compiled them: what a table is filled with, in building order."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from bloc_warehouse.build.dbt_runner import run_dbt
from bloc_warehouse.settings import DatabaseSettings

STAGED = "tag:stage"


@dataclass(frozen=True, slots=True)
class Model:
    """One model.

    Attributes:
        parents: Names of the models that it reads.
        is_view: Whether dbt makes a view of it.
        is_staged: Whether the cross-check may read it: it comes before.
    """

    name: str
    query: str
    parents: frozenset[str]
    is_view: bool
    is_staged: bool


def compiled_models(settings: DatabaseSettings, last: Sequence[str]) -> list[Model]:
    """Return all that the cross-check and the models ``last`` rest on, and these.

    The queries are those of a full build.

    Args:
        settings: Whose project and warehouse.
        last: Names of models.
    """
    run = run_dbt(
        settings,
        "compile",
        *("--select", STAGED, *(f"+{name}" for name in last)),
        *("--exclude", "resource_type:test", "resource_type:unit_test"),
        "--full-refresh",
    )
    manifest = json.loads((run.target / "manifest.json").read_text(encoding="utf-8"))
    nodes: dict[str, dict[str, Any]] = {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and _file(run.target, node).is_file()
    }
    parents = {key: set(node["depends_on"]["nodes"]) for key, node in nodes.items()}
    return [
        Model(
            nodes[key]["name"],
            _file(run.target, nodes[key]).read_text(encoding="utf-8"),
            frozenset(nodes[parent]["name"] for parent in parents[key] & nodes.keys()),
            nodes[key]["config"]["materialized"] == "view",
            "stage" in nodes[key]["tags"],
        )
        for key in TopologicalSorter(parents).static_order()
        if key in nodes
    ]


def _file(target: Path, node: dict[str, Any]) -> Path:
    return target.joinpath(
        "compiled", str(node["package_name"]), str(node["original_file_path"])
    )
