"""Executes a half of a build as dbt would, over one connection, in tables that stand.

All of a half is one transaction: a build that is killed leaves nothing of it. A model's
rows in scope are replaced in one statement, without the temporary table that dbt fills
first, and not at all where nothing of its kind is in scope; a full build fills every
table anew. The data tests of a model are one statement.
What dbt's hooks do besides concerns relations that are made, which is dbt's: their
indexes, policies and comments are there.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from psycopg import Connection, Error, errors, sql

from bloc_warehouse.build.compiled.project import CompiledProject, DataTest, Model
from bloc_warehouse.build.dbt_runner import TransformError, name_holders
from bloc_warehouse.build.selection import Half
from bloc_warehouse.domain.counting import counted

logger = logging.getLogger(__name__)

_MARTS = "marts_candidate"
_COLUMNS = (
    "select nspname || '.' || relname,"
    " array_agg(attname::text order by attnum)"
    " from pg_attribute inner join pg_class on attrelid = pg_class.oid"
    " inner join pg_namespace on relnamespace = pg_namespace.oid"
    " where nspname = any (%s) and relkind = 'r' and attnum > 0 and not attisdropped"
    " group by nspname, relname"
)
# as the catalogue has them, to be declared again word for word
_FOREIGN_KEYS = (
    "select string_agg(format('alter table %%s add constraint %%I %%s',"
    " conrelid::regclass, conname, pg_get_constraintdef(oid)), '; ')"
    " from pg_constraint"
    " where contype = 'f' and connamespace = %s::regnamespace"
)
# the planner sees the model as it does where dbt fills a temporary table with it first
_FILL = sql.SQL(
    "insert into {target} ({columns}) select {columns} from"
    " (with made as materialized (\n{query}\n) select * from made) as made"
    " where {scope}"
)
_FILL_ANEW = sql.SQL(
    "truncate {target};\n"
    "insert into {target} ({columns}) select {columns} from (\n{query}\n) as made;\n"
    "analyze {target}"
)
# as macros/plan_for_whole_tables.sql, which says why
_PLAN_FOR_WHOLE_TABLES = "set local enable_nestloop = off; set local enable_sort = off"
_COUNT = sql.SQL(
    "(select array[{count}, ({count} {warn_if})::integer,"
    " ({count} {error_if})::integer] from (\n{query}\n) as dbt_internal_test)"
)


def execute(
    connection: Connection,
    project: CompiledProject,
    half: Half,
    *,
    is_full: bool,
    with_lists: bool,
) -> Mapping[str, float]:
    """Replace what changed, or everything, and test it. The caller commits.

    Args:
        connection: As role ``transform``, with ``search_path`` as the role has it.
        project: What dbt compiled of the models that the tables were made by.
        half: Which half of the build.
        is_full: Whether everything is made anew, which is in scope then.
        with_lists: Whether lists changed, and what rests on them alone with them.

    Returns:
        How many seconds each model took whose rows were replaced.

    Raises:
        TransformError: A model or a data test failed; nothing is to be committed.
    """
    build = _Build(connection, project, half, is_full=is_full, with_lists=with_lists)
    if is_full:
        connection.execute(_PLAN_FOR_WHOLE_TABLES)
    if half == "marts":
        with without_foreign_keys(connection):
            build.run()
    else:
        build.run()
    build.report()
    return build.seconds


def fill(connection: Connection, model: Model, columns: Sequence[str]) -> int:
    """Replace the rows of a model's table in scope, or add those that it appends.

    Args:
        connection: As its owner; the caller commits.
        model: Which one.
        columns: The table's columns.

    Returns:
        How many rows came.
    """
    target = sql.Identifier(model.schema, model.name)
    filling = _FILL.format(
        target=target,
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        query=compiled_sql(model.query),
        scope=compiled_sql("true" if model.is_appended else model.scope),
    )
    if model.is_appended:
        return connection.execute(filling).rowcount
    steps = [
        sql.SQL("delete from {} where {}").format(target, compiled_sql(model.scope)),
        filling,
        # other statistics hold only where everything is replaced
        *([] if model.keys else [sql.SQL("analyze {}").format(target)]),
    ]
    cursor = connection.execute(sql.SQL(";\n").join(steps))
    cursor.nextset()
    return cursor.rowcount


def fill_anew(connection: Connection, model: Model, columns: Sequence[str]) -> int:
    """Replace all rows of a model's table, or add those that it appends.

    Args:
        connection: As its owner, and with all in scope; the caller commits.
        model: Which one; no foreign key leads to it.
        columns: The table's columns.

    Returns:
        How many rows came.
    """
    if model.is_appended:
        return fill(connection, model, columns)
    cursor = connection.execute(
        _FILL_ANEW.format(
            target=sql.Identifier(model.schema, model.name),
            columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
            query=compiled_sql(model.query),
        )
    )
    cursor.nextset()
    return cursor.rowcount


def columns_of(
    connection: Connection, schemas: Iterable[str]
) -> Mapping[str, Sequence[str]]:
    """Return the columns of each table of some schemas, by ``schema.table``."""
    return dict(connection.execute(_COLUMNS, [list(schemas)]).fetchall())


class _Build:
    def __init__(
        self,
        connection: Connection,
        project: CompiledProject,
        half: Half,
        *,
        is_full: bool,
        with_lists: bool,
    ) -> None:
        self._connection = connection
        self._models = project.models
        self._is_full = is_full
        chosen = project.models_of(half, is_full=is_full, with_lists=with_lists)
        self._chosen = {model.name for model in chosen}
        self._tests = _by_last_model(
            project.tests_of(half, is_full=is_full, with_lists=with_lists),
            list(project.models),
        )
        self._columns = columns_of(connection, {model.schema for model in chosen})
        self._in_scope: dict[str, bool] = {}
        self.seconds: dict[str, float] = {}
        self._failed: list[frozenset[str]] = []  # what each failing test reads
        self._failures: list[str] = []

    def run(self) -> None:
        """Fill and test one model after the other; what rests on a failure waits."""
        ancestors: dict[str, set[str]] = {}
        skipped: set[str] = set()
        self._test(self._tests[None])
        for name, model in self._models.items():
            ancestors[name] = {*model.parents}.union(
                *(ancestors[parent] for parent in model.parents)
            )
            if ancestors[name] & skipped or any(
                failed <= ancestors[name] for failed in self._failed
            ):
                skipped.add(name)
                continue
            if name in self._chosen and self._has_scope(model):
                self._fill(model)
            self._test([t for t in self._tests[name] if not skipped & {*t.parents}])

    def report(self) -> None:
        if self._failures:
            raise TransformError("build", self._failures)

    def _has_scope(self, model: Model) -> bool:
        """Tell whether rows are replaced; where none are, none come either."""
        if self._is_full or model.scope_of is None:
            return True
        if model.scope_of not in self._in_scope:
            schema, _, table = model.scope_of.rpartition(".")
            query = sql.SQL("select exists (select from {})")
            found = self._connection.execute(
                query.format(sql.Identifier(schema, table))
            )
            self._in_scope[model.scope_of] = found.fetchone() == (True,)
        return self._in_scope[model.scope_of]

    def _fill(self, model: Model) -> None:
        began = time.monotonic()
        columns = self._columns[f"{model.schema}.{model.name}"]
        with self._naming(model.name):
            filling = fill_anew if self._is_full else fill
            count = filling(self._connection, model, columns)
        seconds = time.monotonic() - began
        self.seconds[model.name] = seconds
        logger.info("model %s: %s, %.2f s", model.name, counted(count, "row"), seconds)

    def _test(self, tests: Sequence[DataTest]) -> None:
        if not tests:
            return
        try:
            with self._connection.transaction():
                self._count(tests)
        except Error:
            if len(tests) > 1:
                for test in tests:
                    self._test([test])
                return
            with self._naming(tests[0].name):
                raise

    def _count(self, tests: Sequence[DataTest]) -> None:
        counts = sql.SQL(", ").join(
            _COUNT.format(
                count=compiled_sql(test.count),
                warn_if=compiled_sql(test.warn_if),
                error_if=compiled_sql(test.error_if),
                query=compiled_sql(test.query),
            )
            for test in tests
        )
        found = self._connection.execute(sql.SQL("select {}").format(counts)).fetchone()
        for test, (count, warns, fails) in zip(tests, found or (), strict=True):
            if not (warns or fails):
                continue
            said = f"{test.name}: got {counted(count, 'result')}, configured to fail if"
            if fails and not test.is_warning:
                self._failures.append(f"{said} {test.error_if}")
                if test.parents:
                    self._failed.append(frozenset(test.parents))
            logger.log(
                logging.WARNING if test.is_warning or not fails else logging.ERROR,
                "data test %s %s; its rows are those of\n%s",
                said,
                test.error_if if fails else test.warn_if,
                test.query,
            )

    @contextmanager
    def _naming(self, node: str) -> Iterator[None]:
        try:
            yield
        except Error as error:
            reason = " ".join(str(error).split())
            failures = [*self._failures, f"{node}: {reason}"]
            if isinstance(error, errors.LockNotAvailable):
                self._connection.rollback()
                failures.append(f"held by {name_holders(self._connection)}")
            raise TransformError("build", failures) from error


def _by_last_model(
    tests: Sequence[DataTest], names: Sequence[str]
) -> Mapping[str | None, list[DataTest]]:
    """Return each test with the last of the models that it reads; without, None."""
    places = {name: place for place, name in enumerate(names)}
    found: dict[str | None, list[DataTest]] = defaultdict(list)
    for test in tests:
        last = max(test.parents, key=lambda name: places[name], default=None)
        found[last].append(test)
    return found


@contextmanager
def without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Have the candidate's keys hold again at the end, and not meanwhile.

    Marts are filled one after the other.
    """
    (declared,) = connection.execute(_FOREIGN_KEYS, [_MARTS]).fetchone() or (None,)
    connection.execute("select quality.drop_foreign_keys(%s)", [_MARTS])
    yield
    if declared:
        connection.execute(compiled_sql(declared))


def compiled_sql(text: str) -> sql.SQL:
    """Return what dbt compiled from the project's own files, or a catalogue holds."""
    return sql.SQL(text)
