"""Runs the models once more over what had been received at a moment.

The same SQL, the same cross-check, over the submissions that counted then, in
temporary tables of one transaction that is rolled back. As of then are: which files
had been received, which version of a return counted (a withdrawal acts from its own
time on), what was held and due for it, which periods were closed, and the reference
lists that were in force. As they are now are the rules and forms, and the claims: these
are what is asked of a moment.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from psycopg import Connection, sql

from bloc_warehouse.build.compiled.project import Model, compiled_project
from bloc_warehouse.checks.holds import held_forms, update_holds
from bloc_warehouse.checks.rules import record_findings
from bloc_warehouse.checks.suites import load_suites
from bloc_warehouse.database.connection import connect
from bloc_warehouse.reference.lists.shapes import CLAIMS
from bloc_warehouse.reference.store import read_applied, read_applied_at
from bloc_warehouse.reference.tables import COLUMNS, SCHEMA, copy_tables
from bloc_warehouse.settings import DatabaseSettings, ProjectSettings
from bloc_warehouse.sql import SchemaRedirect, statement

_NO_RUN = 0  # findings as of a moment belong to no run of the gate
_PLACES = ("stg_reference__unit_spans", "int_bloc_lineage")
_TIMES = "int_version_validity"


def models_up_to(settings: DatabaseSettings, *last: str) -> list[Model]:
    """Return all that the cross-check and the models ``last`` rest on, and these."""
    project = compiled_project(settings)
    staged = (model.name for model in project.models.values() if model.is_staged)
    return project.with_parents([*staged, *last])


@contextmanager
def rebuilt(
    settings: DatabaseSettings,
    models: Sequence[Model],
    moment: datetime,
    blocs: Sequence[str] = (),
) -> Iterator[Connection]:
    """Yield a connection that reads the models as they were at a moment.

    Args:
        settings: The warehouse.
        models: What to build; see ``models_up_to``.
        moment: What was received later is left out.
        blocs: Only their units' returns, and those of their predecessors; empty: all.
    """
    with connect("ingest", settings=settings) as connection:
        connection.execute("set transaction isolation level repeatable read")
        try:
            rebuild(connection, settings, models, moment, blocs)
            yield connection
        finally:
            connection.rollback()


def rebuild(
    connection: Connection,
    settings: ProjectSettings,
    models: Sequence[Model],
    moment: datetime,
    blocs: Sequence[str] = (),
) -> None:
    """Build the models as of a moment, for what runs on this connection from here on.

    The caller rolls back.
    """
    builder = _Builder(connection, models)
    builder.redirect.add(*_lists_of(connection, moment))
    builder.build_with_parents(_PLACES)
    _run(connection, "load_received", moment=moment, blocs=list(blocs))
    builder.redirect.add("submissions", "build_scope")
    builder.build_with_parents([_TIMES])
    _run(connection, "restore_states", moment=moment)
    builder.redirect.add("files", "period_closings", "findings", "holds")
    builder.build(model.name for model in models if model.is_staged)
    _cross_check(connection, settings)
    builder.build(model.name for model in models)


class _Builder:
    """Makes temporary tables and views of models, each once."""

    def __init__(self, connection: Connection, models: Sequence[Model]) -> None:
        self.redirect = SchemaRedirect(connection)
        self._connection = connection
        self._models = {model.name: model for model in models}
        self._built: set[str] = set()

    def build_with_parents(self, names: Iterable[str]) -> None:
        for name in names:
            self.build_with_parents(sorted(self._models[name].parents))
            self.build([name])

    def build(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self._built:
                self._build(self._models[name])
                self.redirect.add(name)
                self._built.add(name)

    def _build(self, model: Model) -> None:
        kind = "view" if model.is_view else "table"
        target = sql.Identifier(model.name)
        # dbt compiled the query from the project's own files
        self._connection.execute(
            sql.SQL("create temporary {} {} as {}").format(
                sql.SQL(kind), target, _own(model.query)
            )
        )
        if not model.is_view:
            self._connection.execute(sql.SQL("analyze {}").format(target))


def _lists_of(connection: Connection, moment: datetime) -> Sequence[str]:
    """Create temporary tables of the lists in force then, if they differed."""
    rows = read_applied_at(connection, moment)
    if rows is None:
        return ()
    rows[CLAIMS.name] = read_applied(connection).get(CLAIMS.name, [])
    for name in COLUMNS:
        connection.execute(
            sql.SQL("create temporary table {} (like {})").format(
                sql.Identifier(name), sql.Identifier(SCHEMA, name)
            )
        )
    copy_tables(connection, rows, lambda name: sql.Identifier("pg_temp", name))
    return list(COLUMNS)


def _own(text: str) -> sql.SQL:
    return sql.SQL(text.replace("{", "{{").replace("}", "}}"))


def _run(connection: Connection, name: str, **values: datetime | list[str]) -> None:
    connection.execute(
        statement(f"history/{name}").format(
            **{key: sql.Literal(value) for key, value in values.items()}
        )
    )


def _cross_check(connection: Connection, settings: ProjectSettings) -> None:
    """Hold what contradicted itself then."""
    suites = load_suites(settings.project_dir / "expectations", "cross_check")
    for suite in suites:
        for expectation in suite.expectations:
            if expectation.sql:
                record_findings(connection, _NO_RUN, expectation)
    update_holds(connection, _NO_RUN, "cross_check", held_forms(suites))
