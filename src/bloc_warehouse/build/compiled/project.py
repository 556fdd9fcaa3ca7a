"""What dbt compiled of the project, kept in the data folder.

Reading it starts no dbt. It is kept by what it was made of: models, forms, settings
that models read, data tests, and the version of dbt. Where nothing is kept for these,
dbt compiles once; another host in a cluster makes its own.

The queries name no database, so that a copy of one can be built.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from graphlib import TopologicalSorter
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from bloc_warehouse.build.dbt_project import models_fingerprint, project_folder
from bloc_warehouse.build.dbt_runner import DbtRun, run_dbt
from bloc_warehouse.build.selection import Half, selected
from bloc_warehouse.settings import DatabaseSettings

_KEPT = "project.json"
_MANIFEST = "manifest.json"
_KEPT_VERSIONS = 3
_HALVES: tuple[Half, ...] = ("stage", "marts")
_BUILT = frozenset({"model", "test"})
_MACRO = "is_in_scope"
# what an executed build does of each, or may leave out because it changes rows alone
_HOOKS = frozenset(
    {"announce_write()", "plan_for_whole_tables()", "analyze_table()", "protect_rows()"}
)
_STRATEGIES = frozenset({"scope", "append"})


class UnknownConfigurationError(Exception):
    """A model asks dbt for what an executed build does not do."""


@dataclass(frozen=True, slots=True)
class Model:
    """One model.

    Attributes:
        query: What it is filled with.
        materialized: ``view``, ``table`` or ``incremental``.
        keys: What is replaced together; none: all rows.
        scope: The condition on the rows that a build replaces.
        scope_of: The relation that has the keys in scope, None where all are replaced.
        is_appended: Its rows are kept for good, and others are added.
        is_staged: The cross-check may read it: it comes before.
        parents: Names of the models that it reads.
    """

    name: str
    schema: str
    query: str
    materialized: str
    keys: tuple[str, ...]
    scope: str
    scope_of: str | None
    is_appended: bool
    is_staged: bool
    parents: tuple[str, ...]

    @property
    def is_view(self) -> bool:
        """Whether dbt makes a view of it."""
        return self.materialized == "view"


@dataclass(frozen=True, slots=True)
class DataTest:
    """One data test: a query for rows that should not be.

    Attributes:
        count: How its rows are counted.
        warn_if: The condition on the count, as ``!= 0``; so ``error_if``.
        is_warning: It never fails a build.
        parents: Names of the models that it reads.
    """

    name: str
    query: str
    count: str
    warn_if: str
    error_if: str
    is_warning: bool
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompiledProject:
    """The project as dbt compiled it.

    Attributes:
        folder: Where it is kept, beside dbt's manifest.
        models: All models by name, each after those that it reads.
        tests: All data tests of builds by name.
        chosen: Which models and tests a half of a build runs, by ``half`` and what
            it makes anew: what changed, lists too, or everything.
    """

    folder: Path
    models: Mapping[str, Model]
    tests: Mapping[str, DataTest]
    chosen: Mapping[str, frozenset[str]]

    def models_of(
        self, half: Half, *, with_lists: bool, is_full: bool = False
    ) -> list[Model]:
        """Return the models whose tables a half of a build fills, in order."""
        chosen = self.chosen[_choice(half, is_full=is_full, with_lists=with_lists)]
        return [
            model
            for name, model in self.models.items()
            if name in chosen and not model.is_view
        ]

    def tests_of(
        self, half: Half, *, with_lists: bool, is_full: bool = False
    ) -> list[DataTest]:
        """Return the data tests of a half of a build."""
        chosen = self.chosen[_choice(half, is_full=is_full, with_lists=with_lists)]
        return [test for name, test in self.tests.items() if name in chosen]

    def with_parents(self, names: Sequence[str]) -> list[Model]:
        """Return models and all that they rest on, in building order."""
        wanted = set(names)
        for model in reversed(list(self.models.values())):
            if model.name in wanted:
                wanted.update(model.parents)
        return [model for name, model in self.models.items() if name in wanted]


def compiled_project(settings: DatabaseSettings) -> CompiledProject:
    """Return the project as dbt compiled it; dbt does so where nothing is kept.

    Raises:
        TransformError: dbt could not compile it.
        UnknownConfigurationError: See there.
    """
    folder = settings.data_dir / "dbt" / "compiled" / _fingerprint(settings)
    try:
        kept = (folder / _KEPT).read_text(encoding="utf-8")
    except FileNotFoundError:
        return _compile(settings, folder)
    return _project(folder, json.loads(kept))


def _fingerprint(settings: DatabaseSettings) -> str:
    hashed = hashlib.sha256(models_fingerprint(settings).encode())
    hashed.update(version("dbt-core").encode() + version("dbt-postgres").encode())
    for path in sorted((project_folder(settings) / "tests").rglob("*.sql")):
        hashed.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    hashed.update(Path(__file__).read_bytes())  # how it is kept
    return hashed.hexdigest()[:32]


def _choice(half: Half, *, is_full: bool, with_lists: bool) -> str:
    if is_full:
        return f"{half} of everything"
    return f"{half} with lists" if with_lists else half


def _project(folder: Path, kept: Mapping[str, Any]) -> CompiledProject:
    return CompiledProject(
        folder,
        {one["name"]: Model(**_as_tuples(one)) for one in kept["models"]},
        {one["name"]: DataTest(**_as_tuples(one)) for one in kept["tests"]},
        {name: frozenset(chosen) for name, chosen in kept["chosen"].items()},
    )


def _as_tuples(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in kept.items()
    }


def _compile(settings: DatabaseSettings, folder: Path) -> CompiledProject:
    """Have dbt compile models and data tests, and keep it."""
    excluded = ("--exclude", "resource_type:unit_test", "resource_type:seed")
    run = run_dbt(settings, "compile", *excluded)
    target = run.target
    manifest = json.loads((target / _MANIFEST).read_text(encoding="utf-8"))
    queries = {
        result["unique_id"]: result["compiled_code"]
        for result in json.loads(
            (target / "run_results.json").read_text(encoding="utf-8")
        )["results"]
    }
    chosen = {
        _choice(half, is_full=is_full, with_lists=with_lists): _names(
            settings, run, half, is_full=is_full, with_lists=with_lists
        )
        for half in _HALVES
        for is_full, with_lists in ((False, False), (False, True), (True, True))
    }
    kept = {
        "models": [asdict(one) for one in _models(settings, manifest, queries)],
        "tests": [
            asdict(one)
            for one in _tests(manifest, queries)
            if any(one.name in names for names in chosen.values())
        ],
        "chosen": {name: sorted(names) for name, names in chosen.items()},
    }
    project = _project(folder, kept)
    if _stands(project):
        _keep(folder, kept, target / _MANIFEST)
    return project


def _stands(project: CompiledProject) -> bool:
    """Tell whether the tables stood: else dbt compiled what makes them, not adds."""
    return all(
        f'"{model.schema}"."{model.name}"' in model.query
        for model in project.models.values()
        if model.is_appended
    )


def _keep(folder: Path, kept: Mapping[str, Any], manifest: Path) -> None:
    """Keep it whole or not at all, whoever else does the same, and the last others."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(mkdtemp(dir=folder.parent, prefix="made-"))
    (made / _KEPT).write_text(json.dumps(kept), encoding="utf-8")
    shutil.copyfile(manifest, made / _MANIFEST)
    try:
        made.replace(folder)
    except OSError:  # somebody else was faster
        shutil.rmtree(made, ignore_errors=True)
    others = sorted(folder.parent.iterdir(), key=lambda path: path.stat().st_mtime)
    for old in others[:-_KEPT_VERSIONS]:
        shutil.rmtree(old, ignore_errors=True)


def _names(
    settings: DatabaseSettings,
    compiled: DbtRun,
    half: Half,
    *,
    is_full: bool,
    with_lists: bool,
) -> list[str]:
    """Ask dbt which models and tests its arguments for a half name."""
    arguments = selected(half, is_full=is_full, with_lists=with_lists)
    keys = ("--output", "json", "--output-keys", "name", "resource_type")
    listed = run_dbt(settings, "ls", *arguments, *keys, parsed=compiled.parsed).listed
    nodes = map(json.loads, listed)
    return [one["name"] for one in nodes if one["resource_type"] in _BUILT]


def _models(
    settings: DatabaseSettings,
    manifest: Mapping[str, Any],
    queries: Mapping[str, str],
) -> Iterator[Model]:
    nodes = _nodes(manifest, "model")
    scope_of = _scope_macro(settings)
    parents = {
        key: nodes.keys() & node["depends_on"]["nodes"] for key, node in nodes.items()
    }
    for key in TopologicalSorter(
        {k: sorted(v) for k, v in parents.items()}
    ).static_order():
        node = nodes[key]
        config = node["config"]
        _require_known(node)
        keys = tuple(config["unique_key"] or ())
        scope = " ".join(scope_of(list(keys)).split())
        yield Model(
            name=node["name"],
            schema=node["schema"],
            query=_without_database(queries[key], node),
            materialized=config["materialized"],
            keys=keys,
            scope=scope,
            scope_of=scope.rpartition(" from ")[2].rstrip(" )") if keys else None,
            is_appended=config["incremental_strategy"] == "append",
            is_staged="stage" in node["tags"],
            parents=tuple(nodes[one]["name"] for one in parents[key]),
        )


def _tests(
    manifest: Mapping[str, Any], queries: Mapping[str, str]
) -> Iterator[DataTest]:
    models = _nodes(manifest, "model")
    for key, node in sorted(_nodes(manifest, "test").items()):
        config = node["config"]
        if key not in queries or config["limit"]:
            continue
        yield DataTest(
            name=node["name"],
            query=_without_database(queries[key], node),
            count=config["fail_calc"],
            warn_if=config["warn_if"],
            error_if=config["error_if"],
            is_warning=config["severity"].lower() == "warn",
            parents=tuple(
                sorted(
                    models[one]["name"]
                    for one in models.keys() & node["depends_on"]["nodes"]
                )
            ),
        )


def _nodes(manifest: Mapping[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == kind
    }


def _without_database(query: str, node: Mapping[str, Any]) -> str:
    return query.replace(f'"{node["database"]}"."', '"')


def _scope_macro(settings: DatabaseSettings) -> Callable[[Sequence[str]], str]:
    """Return the macro of dbt's strategy that says which rows are replaced."""
    from jinja2 import Environment

    path = project_folder(settings) / "macros" / f"{_MACRO}.sql"
    macros = Environment(autoescape=False).from_string(  # noqa: S701 - it is SQL
        path.read_text(encoding="utf-8")
    )
    macro: Callable[[Sequence[str]], str] = getattr(macros.module, _MACRO)
    return macro


def _require_known(node: Mapping[str, Any]) -> None:
    """Refuse what builds of dbt do for a model and executed ones would not."""
    config = node["config"]
    hooks = {
        hook["sql"].strip("{ }") for when in ("pre", "post")
        for hook in config[f"{when}-hook"]
    }  # fmt: skip
    strategies = {config["incremental_strategy"]} - {None}
    if unknown := [*(hooks - _HOOKS), *(strategies - _STRATEGIES)]:
        raise UnknownConfigurationError(
            f"{node['name']}: {', '.join(unknown)} is not known to"
            " build/compiled/executor.py: teach it, and _HOOKS or _STRATEGIES"
        )
