"""Brings ``marts_candidate`` up to the live release, before a build of what changed.

The schemas rotate, so the candidate holds the release before the last, or nothing. What
was built since then stands in the live release and is copied, instead of being built
once more for each schema: rows in the scope of these changes, or everything where the
candidate holds no build of these lists and models. Then a build's scope is what changed
since the live release.

Done where a build begins, so that it does not matter how the last one ended: copying
and the note of what the candidate holds are one transaction.
"""

import logging
from dataclasses import replace

from psycopg import Connection, sql

from bloc_warehouse.build import scope
from bloc_warehouse.build.compiled.executor import (
    columns_of,
    compiled_sql,
    fill,
    without_foreign_keys,
)
from bloc_warehouse.build.compiled.project import CompiledProject, Model
from bloc_warehouse.sql import statement

_OWN, _LIVE = "marts_candidate", "marts"
_BLOCS_IN_SCOPE = "int_bloc_years_scoped"
_STANDING = (
    "select relname, relkind = 'v' from pg_class"
    " where relnamespace = %s::regnamespace and relkind in ('r', 'v') order by 1"
)
_COMMENTS = (
    "select attname, description from pg_description left join pg_attribute"
    " on attrelid = objoid and attnum = objsubid and objsubid > 0"
    " where classoid = 'pg_class'::regclass and objoid = %s::regclass"
)

logger = logging.getLogger(__name__)


def is_behind(connection: Connection, now: scope.Basis) -> bool:
    """Tell whether the candidate lacks what is live, and the next build can use it.

    It cannot where that will be a full one.

    Args:
        connection: As role ``transform``.
        now: The lists and models of the build that begins.
    """
    own, live = scope.basis_of(connection, _OWN), scope.basis_of(connection, _LIVE)
    steps = scope.basis_of(connection, "intermediate")
    if not (live and live.is_of(now) and steps and steps.is_of(now)):
        return False
    return own is None or not own.is_of(now) or own.change_id < live.change_id


def catch_up(
    connection: Connection, project: CompiledProject, now: scope.Basis
) -> None:
    """Copy into the candidate what the live release has and it lacks.

    Args:
        connection: As role ``transform``, alone with what builds; the caller commits.
        project: What dbt compiled of the models of ``now``.
        now: The lists and models of the build that begins; the candidate ``is_behind``.
    """
    own, live = scope.basis_of(connection, _OWN), scope.basis_of(connection, _LIVE)
    if own and live and own.is_of(now):
        _copy_changes(connection, project, own, live)
    else:
        _copy_all(connection, project)
    scope.take_position(connection, _OWN, of=_LIVE)


def _copy_changes(
    connection: Connection,
    project: CompiledProject,
    own: scope.Basis,
    live: scope.Basis,
) -> None:
    """Replace the rows of units and years that were built since."""
    scope.open_between(connection, own, live)
    with_lists = scope.lists_changed_since(connection, own.change_id, live.change_id)
    scoped = project.models[_BLOCS_IN_SCOPE]
    columns = columns_of(connection, [_OWN, scoped.schema])
    fill(connection, scoped, columns[f"{scoped.schema}.{scoped.name}"])
    count = 0
    with without_foreign_keys(connection):
        for model in project.models_of("marts", with_lists=with_lists):
            if model.schema == _OWN:
                names = columns[f"{_OWN}.{model.name}"]
                count += fill(connection, _of_live(connection, model), names)
    logger.info("%s rows that were published since were copied", count)


def _of_live(connection: Connection, model: Model) -> Model:
    """Return a model that is filled with the live release's rows in scope."""
    table = sql.Identifier(_LIVE, model.name).as_string(connection)
    query = f"select * from {table} where {model.scope}"  # noqa: S608 - of the project
    return replace(model, query=query)


def _copy_all(connection: Connection, project: CompiledProject) -> None:
    """Make each table and view that is live, with all that the catalogue says of it."""
    for name, is_view in connection.execute(_STANDING, [_OWN]).fetchall():
        drop = sql.SQL("drop {} if exists {} cascade")
        kind = sql.SQL("view" if is_view else "table")
        connection.execute(drop.format(kind, sql.Identifier(_OWN, name)))
    live: dict[str, bool] = dict(connection.execute(_STANDING, [_LIVE]).fetchall())
    for model in project.models.values():
        if model.schema == _OWN and model.name in live:
            if live[model.name]:
                _create_view(connection, model)
            else:
                _create_table(connection, model.name)
            _copy_comments(connection, model.name, is_view=live[model.name])
    connection.execute(statement("build/declare_keys_of_live"))
    connection.execute("select quality.name_indexes(%s)", [_OWN])
    logger.info("%s relations of the live release were copied", len(live))


def _create_table(connection: Connection, name: str) -> None:
    own, live = sql.Identifier(_OWN, name), sql.Identifier(_LIVE, name)
    for step in (
        "create table {own} (like {live} including all)",
        "insert into {own} select * from {live}",
        "analyze {own}",
    ):
        connection.execute(sql.SQL(step).format(own=own, live=live))
    connection.execute(
        "select monitoring.protect_rows(%s::regclass) from pg_class"
        " where oid = %s::regclass and relrowsecurity",
        [own.as_string(connection), live.as_string(connection)],
    )


def _create_view(connection: Connection, model: Model) -> None:
    connection.execute(
        sql.SQL("create view {} with (security_invoker = true) as {}").format(
            sql.Identifier(_OWN, model.name), compiled_sql(model.query)
        )
    )


def _copy_comments(connection: Connection, name: str, *, is_view: bool) -> None:
    """Say of a view and its columns what is said of the live one; of a table, alone.

    A table's columns come with their comments.
    """
    own, live = sql.Identifier(_OWN, name), sql.Identifier(_LIVE, name)
    found = connection.execute(_COMMENTS, [live.as_string(connection)]).fetchall()
    for column, text in found:
        if column is None:
            of = sql.SQL("view {}" if is_view else "table {}").format(own)
        elif is_view:
            of = sql.SQL("column {}").format(sql.Identifier(_OWN, name, column))
        else:
            continue
        connection.execute(sql.SQL("comment on {} is {}").format(of, sql.Literal(text)))
