"""Whole builds by the project's compiled models, beside what a build made."""

from dataclasses import dataclass, replace

from psycopg import Connection, sql

from bloc_warehouse.build import candidate, scope
from bloc_warehouse.build.compiled import executor
from bloc_warehouse.build.compiled.project import (
    CompiledProject,
    Model,
    compiled_project,
)
from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import Settings
from bloc_warehouse.sql import published as where_published
from bloc_warehouse.sql import redirected


@dataclass(frozen=True, slots=True)
class WholeBuild:
    """The project's tables in building order; views stand in the database."""

    project: CompiledProject

    @classmethod
    def of(cls, settings: Settings) -> "WholeBuild":
        """Have dbt compile the project once."""
        return cls(compiled_project(settings))

    @property
    def models(self) -> list[Model]:
        """The models that dbt fills tables with, in building order."""
        return [model for model in self.project.models.values() if not model.is_view]

    def differing(self, settings: Settings) -> list[str]:
        """Return the tables of which the last build made other rows than a whole one.

        Nothing is changed.
        """
        with connect("transform", settings=settings) as connection:
            built = self.rows(connection)
            connection.execute("delete from intermediate.build_scope")
            scope._extend(connection, "scope_all")
            self._fill_all(connection)
            whole_rows = self.rows(connection)
            connection.rollback()
        return [name for name in whole_rows if built[name] != whole_rows[name]]

    def _fill_all(self, connection: Connection) -> None:
        if not executor.columns_of(connection, ["marts_candidate"]):
            candidate._copy_all(connection, self.project)  # rotated in empty
        connection.execute("select quality.drop_foreign_keys('marts_candidate')")
        for model in sorted(self.models, key=lambda model: not model.is_staged):
            fill(connection, whole(model))

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
