"""Builds by the project's own compiled models, without dbt's seconds of start-up.

``Undbted.run`` stands in for ``run_dbt``: it picks the models that the arguments name,
and does with each what dbt would do: make it whole, or replace the rows in scope.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from graphlib import TopologicalSorter
from itertools import takewhile
from pathlib import Path
from typing import Any

from psycopg import Connection, sql

from bloc_warehouse.build.dbt_runner import DbtRun, run_dbt
from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import Settings
from bloc_warehouse.sql import published, redirected

_UNITS = ("build_scope", ("unit_code", "period_year"))
_SCOPES = {
    "unit_code": _UNITS,
    "reporting_unit_code": _UNITS,
    "bloc_code": ("int_bloc_years_scoped", ("bloc_code", "period_year")),
    "term": ("int_terms_scoped", ("term", "bloc_code")),
    "claim_id": ("int_claims_scoped", ("claim_id",)),
}


@dataclass(frozen=True, slots=True)
class Model:
    """A table that dbt fills.

    Attributes:
        ancestors: Names of all models that it rests on, views too.
        is_appended: Its rows are kept for good.
        is_of_lists: It rests on the installation's lists alone.
    """

    schema: str
    name: str
    query: str
    keys: tuple[str, ...]
    ancestors: frozenset[str]
    is_incremental: bool
    is_staged: bool
    is_appended: bool
    is_of_lists: bool

    @property
    def table(self) -> sql.Identifier:
        """Its full name."""
        return sql.Identifier(self.schema, self.name)

    def published(self) -> "Model":
        """Return the same over what readers see, instead of over the candidate."""
        return replace(
            self,
            schema=published(self.schema, self.name) or self.schema,
            query=redirected(self.query, published),
        )


@dataclass(frozen=True, slots=True)
class Undbted:
    """The project's tables in building order, and the wide views over them.

    All other views are in the database, once for every build.
    """

    models: tuple[Model, ...]
    views: tuple[Model, ...]

    @classmethod
    def compiled(cls, settings: Settings) -> "Undbted":
        """Have dbt compile the project once."""
        return cls(*_compiled_models(settings))

    def run(self, settings: Settings, command: str, *arguments: str) -> DbtRun:
        """Do what dbt would, as ``run_dbt`` is called by ``transform``."""
        if "resource_type:seed" in arguments:
            return DbtRun(command, 0, (), Path())
        is_full = "--full-refresh" in arguments
        is_staged = "tag:stage" not in _excluded(arguments)
        chosen = (
            self if "tag:lists" not in _excluded(arguments) else self.without_lists()
        )
        with connect("transform", settings=settings) as connection:
            chosen.build(connection, is_full=is_full, is_staged=is_staged)
        return DbtRun(command, 0, (), Path())

    def without_lists(self) -> "Undbted":
        """Return what rests on returns."""
        return replace(
            self, models=tuple(model for model in self.models if not model.is_of_lists)
        )

    def build(self, connection: Connection, *, is_full: bool, is_staged: bool) -> None:
        """Fill the tables of one of a build's two halves."""
        if not is_staged:
            connection.execute("select quality.drop_foreign_keys('marts_candidate')")
        for model in self.models:
            if model.is_staged == is_staged and (is_full or model.is_incremental):
                if is_full and model.schema == "marts_candidate":
                    _create(connection, model)  # rotated in empty at first
                fill(connection, model, is_full=is_full)
        if is_full and not is_staged:
            for view in self.views:
                _create_view(connection, view)

    def rows(self, connection: Connection) -> dict[str, list[str]]:
        """Return the content of all tables but the scope's, as text, in order."""
        return {
            model.name: [
                row
                for (row,) in connection.execute(
                    sql.SQL("select made::text from {} as made order by 1").format(
                        model.table
                    )
                )
            ]
            for model in self.models
            if model.name != "int_bloc_years_scoped"
        }


@cache
def _compiled_models(
    settings: Settings,
) -> tuple[tuple[Model, ...], tuple[Model, ...]]:
    """Compile tables and wide views, once a session: most of it is dbt's start-up."""
    target = run_dbt(settings, "compile", "--select", "resource_type:model").target
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    nodes = {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
    }
    parents = {
        key: nodes.keys() & node["depends_on"]["nodes"] for key, node in nodes.items()
    }
    ancestors: dict[str, frozenset[str]] = {}
    for key in TopologicalSorter(parents).static_order():
        ancestors[key] = frozenset(nodes[parent]["name"] for parent in parents[key])
        ancestors[key] |= {
            name for parent in parents[key] for name in ancestors[parent]
        }
    tables, views = (
        tuple(
            _model(nodes[key], ancestors[key], target)
            for key in ancestors
            if (nodes[key]["config"]["materialized"] == "view") == is_view
            and (not is_view or nodes[key]["schema"] == "marts_candidate")
        )
        for is_view in (False, True)
    )
    return tables, views


def _model(node: Mapping[str, Any], ancestors: frozenset[str], target: Path) -> Model:
    folder = target / "compiled" / node["package_name"]
    config = node["config"]
    return Model(
        schema=node["schema"],
        name=node["name"],
        # without the database, so that a copy of it can be built
        query=redirected(
            (folder / node["original_file_path"]).read_text(encoding="utf-8"),
            lambda schema, _: f'"{schema}"',
        ),
        keys=tuple(config["unique_key"] or ()),
        ancestors=ancestors,
        is_incremental=config["materialized"] == "incremental",
        is_staged="stage" in config["tags"],
        is_appended=config["incremental_strategy"] == "append",
        is_of_lists="lists" in config["tags"],
    )


def _excluded(arguments: Sequence[str]) -> list[str]:
    if "--exclude" not in arguments:
        return []
    after = arguments[arguments.index("--exclude") + 1 :]
    return list(takewhile(lambda one: not one.startswith("--"), after))


def _create(connection: Connection, model: Model) -> None:
    connection.execute(
        sql.SQL("create table if not exists {} (like {} including all)").format(
            model.table, sql.Identifier(_first_with(connection, model), model.name)
        )
    )


def _create_view(connection: Connection, view: Model) -> None:
    connection.execute(
        sql.SQL("create or replace view {} with (security_invoker) as {}").format(
            view.table,
            sql.SQL(view.query),  # type: ignore[arg-type]
        )
    )


def fill(connection: Connection, model: Model, *, is_full: bool) -> None:
    """Replace the table's rows, or those in scope, by what its model returns."""
    columns = sql.SQL(", ").join(
        sql.Identifier(name)
        for (name,) in connection.execute(
            "select attname from pg_attribute where attrelid = %s::regclass"
            " and attnum > 0 and not attisdropped order by attnum",
            [f"{model.schema}.{model.name}"],
        )
    )
    scope = _in_scope(model.keys) if not is_full else sql.SQL("true")
    connection.execute(
        sql.SQL("create temporary table made on commit drop as {}").format(
            sql.SQL(model.query)  # type: ignore[arg-type]
        )
    )
    if not model.is_appended:
        # foreign keys hold again once what refers to these rows was replaced too
        connection.execute("set constraints all deferred")
        connection.execute(
            sql.SQL("delete from {} where {}").format(model.table, scope)
        )
    connection.execute(
        sql.SQL(
            "insert into {} ({columns}) select {columns} from made where {}"
        ).format(model.table, scope, columns=columns)
    )
    connection.execute("drop table made")


def _in_scope(keys: Sequence[str]) -> sql.Composable:
    """Return the condition on the rows that a build replaces, as the macro has it."""
    if not keys:
        return sql.SQL("true")
    scope, columns = _SCOPES[keys[0]]
    return sql.SQL("({}) in (select {} from {})").format(
        sql.SQL(", ").join(map(sql.Identifier, keys)),
        sql.SQL(", ").join(map(sql.Identifier, columns[: len(keys)])),
        sql.Identifier("intermediate", scope),
    )


def _first_with(connection: Connection, model: Model) -> str:
    """Return a schema of marts that has the model's table."""
    found = connection.execute(
        "select nspname from pg_class inner join pg_namespace"
        " on relnamespace = pg_namespace.oid where relname = %s"
        " and nspname in ('marts', 'marts_candidate', 'marts_previous')",
        [model.name],
    ).fetchone()
    return str(found[0]) if found else "marts"
