"""The graph stays as shallow as it is, and dbt-project-evaluator's rules are answered.

An answer is a line of ``dbt_project/evaluator_exceptions.csv``, which has the columns
of the package's own seed of exceptions, a reason among them.
"""

import copy
import csv
import math
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pytest
import yaml
from tests.dbt_project.evaluator_rules import Graph, findings
from tests.paths import DBT_PROJECT

Change = Callable[[dict[str, Any]], object]

# wide views, which put marts side by side and compute nothing, are not counted
# 18 of them are dimensions: a list of codes each, for tools that join by keys
MODELS, LONGEST_PATH, P90_OF_DEPTH = 143, 13, 9
ONE_CHILD = 20  # intermediate models that a single other one reads

_SETTINGS = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text("utf-8"))
_KEYS = _SETTINGS["vars"]["dbt_project_evaluator"]["primary_key_test_macros"]


def answers() -> dict[str, dict[str, str]]:
    """Return rule → finding → why it is right as it is."""
    found: dict[str, dict[str, str]] = {}
    path = DBT_PROJECT / "evaluator_exceptions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            answered = found.setdefault(row["fct_name"], {})
            answered[row["id_to_exclude"]] = row["comment"]
    return found


def test_every_finding_is_answered_and_every_answer_is_needed(
    manifest: Mapping[str, Any],
) -> None:
    found = findings(Graph.of(manifest, _KEYS))
    answered = answers()
    unanswered = {
        (rule, name)
        for rule, names in found.items()
        for name in names
        if not any(_is_like(name, pattern) for pattern in answered.get(rule, ()))
    }
    needless = {
        (rule, pattern)
        for rule, patterns in answered.items()
        for pattern in patterns
        if not any(_is_like(name, pattern) for name in found.get(rule, ()))
    }
    assert (unanswered, needless) == (set(), set())
    assert all(reason for names in answered.values() for reason in names.values())


def _is_like(name: str, pattern: str) -> bool:
    """Whether a name is what an answer names, by SQL's ``like`` as in the package."""
    return fnmatchcase(name, pattern.replace("%", "*"))


def depths(graph: Graph) -> dict[str, int]:
    """Return model → number of models on the longest path to it, itself among them."""

    @cache
    def depth(key: str) -> int:
        return 1 + max(
            (depth(name) for name in graph.parents[key] if graph.kind(name) == "model"),
            default=0,
        )

    return {graph.name(key): depth(key) for key in graph.models}


def test_the_graph_stays_shallow(manifest: Mapping[str, Any]) -> None:
    graph = Graph.of(manifest, _KEYS)
    in_order = sorted(
        depth for name, depth in depths(graph).items() if not name.startswith("v_")
    )
    single = [
        key
        for key in graph.models
        if graph.layer(key) == "intermediate" and len(graph.children[key]) == 1
    ]
    assert len(in_order) <= MODELS
    assert in_order[-1] <= LONGEST_PATH
    assert in_order[math.ceil(0.9 * len(in_order)) - 1] <= P90_OF_DEPTH
    assert len(single) <= ONE_CHILD, sorted(single)


def _model(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    node: dict[str, Any] = manifest["nodes"][f"model.bloc_warehouse.{name}"]
    return node


@pytest.mark.parametrize(
    ("rule", "finding", "change"),
    [
        ("fct_direct_join_to_source", "int_returns_expected",
         lambda node: node["depends_on"]["nodes"].append(
             "source.bloc_warehouse.raw.files")),
        ("fct_marts_or_intermediate_dependent_on_source", "int_returns_expected",
         lambda node: node["depends_on"]["nodes"].append(
             "source.bloc_warehouse.raw.files")),
        ("fct_source_fanout", "raw.files",
         lambda node: node["depends_on"]["nodes"].append(
             "source.bloc_warehouse.raw.files")),
        ("fct_root_models", "int_returns_expected",
         lambda node: node["depends_on"].update(nodes=[])),
        ("fct_hard_coded_references", "int_returns_expected",
         lambda node: node.update(raw_code="select 1 from intermediate.other")),
        ("fct_missing_primary_key_tests", "int_returns_expected",
         lambda node: node.update(unique_id="model.bloc_warehouse.renamed")),
        ("fct_model_naming_conventions", "returns_expected",
         lambda node: node.update(name="returns_expected")),
        ("fct_model_directories", "int_returns_expected",
         lambda node: node.update(original_file_path="models/marts/x.sql")),
        ("fct_undocumented_models", "int_returns_expected",
         lambda node: node.update(description="")),
        ("fct_public_models_without_contract", "int_returns_expected",
         lambda node: node.update(access="public")),
    ],
)  # fmt: skip
def test_a_broken_rule_is_found(
    manifest: Mapping[str, Any], rule: str, finding: str, change: Change
) -> None:
    changed = copy.deepcopy(dict(manifest))
    node = _model(changed, "int_returns_expected")
    change(node)
    key = "model.bloc_warehouse.int_returns_expected"
    if node["unique_id"] != key:  # its tests stay behind
        changed["nodes"][node["unique_id"]] = changed["nodes"].pop(key)
    assert finding in findings(Graph.of(changed, _KEYS))[rule]
