"""dbt-project-evaluator's rules, read from dbt's manifest instead of from a warehouse.

The package itself needs dbt's registry, and a warehouse to keep its tables in. Each
rule here finds what the package's model of the same name finds; thresholds are its
defaults, prefixes and tests of the grain are what ``dbt_project.yml`` tells it.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

Rule = Callable[["Graph", str], bool]

LEAVES = 3  # models_fanout_threshold
JOINS = 7  # too_many_joins_threshold
CHAINED_VIEWS = 5  # chained_views_threshold
PREFIXES = {
    "staging": ("stg_",),
    "intermediate": ("int_",),
    "marts": ("fct_", "dim_", "rpt_", "bridge_", "v_"),
}
_NO_TABLE = re.compile(r"--.*|\bextract\(\s*\w+\s+from|\bdistinct\s+from", re.I)
_HARD_CODED = re.compile(r"\b(?:from|join)\s+[\"`\[]?\w+[\"`\]]?\.\w+", re.I)


@dataclass(frozen=True)
class Graph:
    """What depends on what: sources, seeds and models.

    Attributes:
        nodes: Unique id → node.
        tests: Unique id of a node → the tests on it.
        exposed: Ids of what exposures read.
        keys: Tests that prove a model's grain, each set of them on one column.
    """

    nodes: Mapping[str, Mapping[str, Any]]
    tests: Mapping[str, Sequence[Mapping[str, Any]]]
    exposed: frozenset[str]
    keys: Sequence[frozenset[str]]

    @classmethod
    def of(cls, manifest: Mapping[str, Any], keys: Sequence[Sequence[str]]) -> "Graph":
        """Read the manifest."""
        kinds = {"model", "seed", "source"}
        every = {**manifest["nodes"], **manifest["sources"]}
        tests = defaultdict(list)
        for node in every.values():
            if node["resource_type"] == "test":
                tests[node.get("attached_node") or ""].append(node)
        exposed = (
            exposure["depends_on"]["nodes"]
            for exposure in manifest["exposures"].values()
        )
        return cls(
            {
                key: node
                for key, node in every.items()
                if node["resource_type"] in kinds
            },
            tests,
            frozenset(key for nodes in exposed for key in nodes),
            [
                frozenset(name.partition(".test_")[2] for name in names)
                for names in keys
            ],
        )

    @cached_property
    def models(self) -> list[str]:
        """Ids of the models."""
        return [key for key in self.nodes if self.kind(key) == "model"]

    @cached_property
    def parents(self) -> dict[str, set[str]]:
        """Id → what it reads."""
        return {
            key: set(node.get("depends_on", {}).get("nodes", ())) & self.nodes.keys()
            for key, node in self.nodes.items()
        }

    @cached_property
    def children(self) -> dict[str, set[str]]:
        """Id → what reads it."""
        found = defaultdict(set)
        for key, parents in self.parents.items():
            for parent in parents:
                found[parent].add(key)
        return found

    def kind(self, key: str) -> str:
        """Resource type."""
        return str(self.nodes[key]["resource_type"])

    def name(self, key: str) -> str:
        """As the package calls it."""
        node = self.nodes[key]
        prefix = f"{node['source_name']}." if self.kind(key) == "source" else ""
        return prefix + str(node["name"])

    def layer(self, key: str) -> str:
        """The first folder of a model below ``models``."""
        return str(self.nodes[key]["fqn"][1]) if self.kind(key) == "model" else ""

    def folder(self, key: str) -> PurePosixPath:
        """Where its definition stands."""
        return PurePosixPath(self.nodes[key]["original_file_path"]).parent

    def is_view(self, key: str) -> bool:
        """Whether a model is computed anew each time that it is read."""
        return (
            self.kind(key) == "model"
            and self.nodes[key]["config"]["materialized"] == "view"
        )

    def sources(self, key: str) -> set[str]:
        """Sources that it reads."""
        return {name for name in self.parents[key] if self.kind(name) == "source"}

    def layers_read(self, key: str) -> set[str]:
        """Layers of the models that it reads."""
        return {self.layer(name) for name in self.parents[key]} - {""}


def findings(graph: Graph) -> dict[str, set[str]]:
    """Return rule → what it finds, by the name that the package reports."""
    found: dict[str, set[str]] = defaultdict(set)
    for rules, is_judged in ((MODEL_RULES, "model"), (SOURCE_RULES, "source")):
        for key in graph.nodes:
            for rule, is_broken in rules.items():
                if graph.kind(key) == is_judged and is_broken(graph, key):
                    found[rule].add(graph.name(key))
    for key in graph.nodes:
        if _has_many_leaves(graph, key):
            found["fct_model_fanout"].add(graph.name(key))
    return found


def _is_rejoined(graph: Graph, key: str) -> bool:
    """Whether its only reader reads one of its own parents besides."""
    children = graph.children[key]
    return len(children) == 1 and any(
        children <= graph.children[parent] for parent in graph.parents[key]
    )


def _has_many_leaves(graph: Graph, key: str) -> bool:
    leaves = [name for name in graph.children[key] if not graph.children[name]]
    return len(leaves) >= LEAVES


def _names_a_table(graph: Graph, key: str) -> bool:
    return bool(_HARD_CODED.search(_NO_TABLE.sub("", graph.nodes[key]["raw_code"])))


def _chained_views(graph: Graph, key: str) -> int:
    views = [view for view in graph.parents[key] if graph.is_view(view)]
    return max((1 + _chained_views(graph, view) for view in views), default=0)


def _has_no_proved_grain(graph: Graph, key: str) -> bool:
    by_column = defaultdict(set)
    for test in graph.tests.get(key, ()):
        named = (test.get("test_metadata") or {}).get("name", "")
        by_column[test.get("column_name")].add(named)
    return not any(
        wanted <= names for names in by_column.values() for wanted in graph.keys
    )


def _is_misnamed(graph: Graph, key: str) -> bool:
    name = str(graph.nodes[key]["name"])
    return not name.startswith(PREFIXES.get(graph.layer(key), ()))


def _is_misplaced(graph: Graph, key: str) -> bool:
    """Whether the nearest folder of a layer, or that of its source, is another."""
    folder = graph.folder(key)
    layers = [part for part in reversed(folder.parts) if part in PREFIXES]
    sources = {graph.nodes[source]["source_name"] for source in graph.sources(key)}
    prefixed = [
        layer
        for layer, prefixes in PREFIXES.items()
        if graph.nodes[key]["name"].startswith(prefixes)
    ]
    return layers[:1] != prefixed or any(
        source not in str(folder) for source in sources
    )


def _is_tested_elsewhere(graph: Graph, key: str) -> bool:
    return any(
        PurePosixPath(test["original_file_path"]).parent != graph.folder(key)
        for test in graph.tests.get(key, ())
    )


def _is_public(graph: Graph, key: str) -> bool:
    return bool(graph.nodes[key]["access"] == "public")


def _has_no_contract(graph: Graph, key: str) -> bool:
    return not graph.nodes[key]["config"]["contract"]["enforced"]


def _has_unclear_columns(graph: Graph, key: str) -> bool:
    columns = graph.nodes[key]["columns"].values()
    return not all(column["description"] for column in columns)


def _has_no_freshness(graph: Graph, key: str) -> bool:
    freshness = graph.nodes[key].get("freshness") or {}
    limits = (freshness.get("warn_after"), freshness.get("error_after"))
    return not any((limit or {}).get("count") for limit in limits)


def _is_read_as(graph: Graph, key: str) -> list[str]:
    relation = graph.nodes[key]["relation_name"]
    return [
        name
        for name, node in graph.nodes.items()
        if graph.kind(name) == "source" and node["relation_name"] == relation
    ]


MODEL_RULES: Mapping[str, Rule] = {
    "fct_root_models": lambda graph, key: not graph.parents[key],
    "fct_direct_join_to_source": lambda graph, key: bool(
        graph.sources(key) and graph.layers_read(key)
    ),
    "fct_multiple_sources_joined": lambda graph, key: len(graph.sources(key)) > 1,
    "fct_marts_or_intermediate_dependent_on_source": lambda graph, key: bool(
        graph.layer(key) != "staging" and graph.sources(key)
    ),
    "fct_staging_dependent_on_staging": lambda graph, key: (
        graph.layer(key) == "staging" and "staging" in graph.layers_read(key)
    ),
    "fct_staging_dependent_on_marts_or_intermediate": lambda graph, key: bool(
        graph.layer(key) == "staging"
        and graph.layers_read(key) & {"intermediate", "marts"}
    ),
    "fct_hard_coded_references": _names_a_table,
    "fct_rejoining_of_upstream_concepts": _is_rejoined,
    "fct_too_many_joins": lambda graph, key: len(graph.parents[key]) >= JOINS,
    "fct_chained_views_dependencies": lambda graph, key: (
        _chained_views(graph, key) > CHAINED_VIEWS
    ),
    "fct_exposure_parents_materializations": lambda graph, key: (
        key in graph.exposed and graph.is_view(key)
    ),
    "fct_exposures_dependent_on_private_models": lambda graph, key: (
        key in graph.exposed and not _is_public(graph, key)
    ),
    "fct_missing_primary_key_tests": _has_no_proved_grain,
    "fct_test_coverage": lambda graph, key: not graph.tests.get(key),
    "fct_test_directories": _is_tested_elsewhere,
    "fct_model_naming_conventions": _is_misnamed,
    "fct_model_directories": _is_misplaced,
    "fct_undocumented_models": lambda graph, key: not graph.nodes[key]["description"],
    "fct_undocumented_public_models": lambda graph, key: (
        _is_public(graph, key) and _has_unclear_columns(graph, key)
    ),
    "fct_public_models_without_contract": lambda graph, key: (
        _is_public(graph, key) and _has_no_contract(graph, key)
    ),
}
SOURCE_RULES: Mapping[str, Rule] = {
    "fct_unused_sources": lambda graph, key: not graph.children[key],
    "fct_source_fanout": lambda graph, key: len(graph.children[key]) > 1,
    "fct_duplicate_sources": lambda graph, key: len(_is_read_as(graph, key)) > 1,
    "fct_source_directories": lambda graph, key: (
        graph.nodes[key]["source_name"] not in str(graph.folder(key))
    ),
    "fct_sources_without_freshness": _has_no_freshness,
    "fct_undocumented_source_tables": lambda graph, key: (
        not graph.nodes[key]["description"]
    ),
    "fct_undocumented_sources": lambda graph, key: (
        not graph.nodes[key]["source_description"]
    ),
    "fct_exposure_parents_materializations": lambda graph, key: key in graph.exposed,
}
