"""Whole builds by the project's compiled models, without dbt's seconds of start-up.

``Undbted.run`` stands in for ``run_dbt``, which ``transform`` calls to build in full:
tables stand already and are filled anew. Builds of what changed need no help.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from psycopg import Connection, sql

from bloc_warehouse.build.compiled import executor
from bloc_warehouse.build.compiled.project import (
    CompiledProject,
    Model,
    compiled_project,
)
from bloc_warehouse.build.dbt_runner import DbtRun
from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import Settings
from bloc_warehouse.sql import published as where_published
from bloc_warehouse.sql import redirected


@dataclass(frozen=True, slots=True)
class Undbted:
    """The project's tables in building order, and the wide views over them.

    All other views are in the database, once for every build.
    """

    project: CompiledProject

    @classmethod
    def compiled(cls, settings: Settings) -> "Undbted":
        """Have dbt compile the project once."""
        return cls(compiled_project(settings))

    @property
    def models(self) -> list[Model]:
        """The models that dbt fills tables with, in building order."""
        return [model for model in self.project.models.values() if not model.is_view]

    def run(self, settings: Settings, command: str, *arguments: str) -> DbtRun:
        """Do what dbt would, as ``run_dbt`` is called by ``transform``."""
        if "resource_type:seed" not in arguments:
            with connect("transform", settings=settings) as connection:
                self.build(
                    connection, is_staged="tag:stage" not in _excluded(arguments)
                )
        return DbtRun(command, 0, (), Path())

    def build(self, connection: Connection, *, is_staged: bool) -> None:
        """Fill all tables of one of a build's two halves anew."""
        if not is_staged:
            connection.execute("select quality.drop_foreign_keys('marts_candidate')")
        for model in self.models:
            if model.is_staged == is_staged:
                if model.schema == "marts_candidate":
                    _create(connection, model)  # rotated in empty at first
                fill(connection, whole(model))
        if not is_staged:
            for view in self.project.models.values():
                if view.is_view and view.schema == "marts_candidate":
                    _create_view(connection, view)

    def rows(self, connection: Connection) -> dict[str, list[str]]:
        """Return the content of all tables but the scope's, as text, in order."""
        return {
            model.name: [
                row
                for (row,) in connection.execute(
                    sql.SQL("select made::text from {} as made order by 1").format(
                        sql.Identifier(model.schema, model.name)
                    )
                )
            ]
            for model in self.models
            if model.name != "int_bloc_years_scoped"
        }


def whole(model: Model) -> Model:
    """Return a model of which all rows are replaced."""
    return replace(model, scope="true", scope_of=None)


def published(model: Model) -> Model:
    """Return the same over what readers see, instead of over the candidate."""
    return replace(
        model,
        schema=where_published(model.schema, model.name) or model.schema,
        query=redirected(model.query, where_published),
    )


def fill(connection: Connection, model: Model) -> None:
    """Replace the table's rows in scope by what its model returns."""
    # foreign keys hold again once what refers to these rows was replaced too
    connection.execute("set constraints all deferred")
    columns = executor.columns_of(connection, [model.schema])
    executor.fill(connection, model, columns[f"{model.schema}.{model.name}"])


def _excluded(arguments: Sequence[str]) -> list[str]:
    after = arguments[arguments.index("--exclude") + 1 :]
    return list(takewhile(lambda one: not one.startswith("--"), after))


def _create(connection: Connection, model: Model) -> None:
    connection.execute(
        sql.SQL("create table if not exists {} (like {} including all)").format(
            sql.Identifier(model.schema, model.name),
            sql.Identifier(_first_with(connection, model), model.name),
        )
    )


def _create_view(connection: Connection, view: Model) -> None:
    connection.execute(
        sql.SQL("create or replace view {} with (security_invoker) as {}").format(
            sql.Identifier(view.schema, view.name),
            sql.SQL(view.query),  # type: ignore[arg-type]
        )
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
