"""The scope of a build: the units and years that changed, or all of them.

Marts rotate, so ``marts_candidate`` holds the tables of two releases ago, or of a build
that was thrown away. Which build that was stands in ``quality.build_positions``, whose
names move with the schemas; ``intermediate``, which stays, has a position too. A build
takes up all changes since the older of the two. Both are moved on when it is whole:
after a crash the same scope is done again, which does no harm, since the rows of a unit
and year are replaced together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg import Connection
from psycopg.rows import class_row

from bloc_warehouse.build.stray_writes import (
    clear_stray_writes,
    describe_stray_writes,
)
from bloc_warehouse.database.changes import LISTS, mark_changed, position
from bloc_warehouse.sql import statement

BUILT_SCHEMAS = ("intermediate", "marts_candidate")
_BUILT_SCHEMAS = (*BUILT_SCHEMAS, "marts", "marts_previous")


@dataclass(frozen=True, slots=True)
class Basis:
    """What a build rests on, kept with its release.

    Attributes:
        change_id: Position in ``raw.changes`` up to which it is built.
        lists_sha256: Fingerprint of the reference lists.
        models_sha256: Fingerprint of all that makes rows into facts.
        built_on: The day by which it judged what is due, None before any file.
    """

    change_id: int
    lists_sha256: str | None
    models_sha256: str | None
    built_on: str | None = None

    def is_of(self, other: "Basis") -> bool:
        """Tell whether both rest on the same lists and models."""
        return (self.lists_sha256, self.models_sha256) == (
            other.lists_sha256,
            other.models_sha256,
        )


def open_scope(
    connection: Connection,
    release_id: int,
    lists_sha256: str,
    models_sha256: str,
    *,
    full: bool,
) -> tuple[Basis, str | None]:
    """Write ``intermediate.build_scope`` for the build that begins.

    A full one replaces what stands: half-way nothing can be built upon it. Where its
    models made the relations, and nobody built by hand since, that stays known.

    Returns:
        What the build is based on, and why it has to be full; None if it need not be.
    """
    now = Basis(position(connection), lists_sha256, models_sha256)
    connection.commit()
    bases = {schema: basis_of(connection, schema) for schema in BUILT_SCHEMAS}
    connection.execute("truncate intermediate.build_scope")
    full_reason = "it was asked for" if full else _why_full(bases, now)
    stray = describe_stray_writes(connection)
    full_reason = stray or full_reason
    if full_reason:
        if stray or not relations_stand(connection, models_sha256):
            forget_positions(connection)
        else:
            keep_position(connection, release_id)
        clear_stray_writes(connection)
        _extend(connection, "scope_all")
    else:
        since = min(basis.change_id for basis in bases.values() if basis)
        _extend_by_changes(connection, since, now.change_id)
    _analyze(connection)
    connection.commit()
    return now, full_reason


def is_newest(connection: Connection, now: Basis) -> bool:
    """Tell whether the newest build is whole, of these, and nothing changed since."""
    basis = basis_of(connection, "intermediate")
    if basis is None or not basis.is_of(now):
        return False
    found = connection.execute(
        "select release_id = (select max(release_id) from quality.releases)"
        " and state in ('candidate', 'live')"
        " and not exists (select from raw.changes"
        "  where raw.changes.change_id > releases.change_id)"
        " from quality.releases inner join quality.build_positions using (release_id)"
        " where table_schema = 'intermediate'"
    )
    return found.fetchone() == (True,)


def relations_stand(connection: Connection, models_sha256: str) -> bool:
    """Tell whether these models made all relations, whatever these hold by now."""
    found = connection.execute(
        "select count(*) = %s from quality.build_positions as positions"
        " inner join quality.releases"
        " on positions.release_id = releases.release_id"
        " inner join pg_namespace"
        " on positions.table_schema = nspname and positions.schema_oid = oid"
        " where positions.table_schema = any (%s) and releases.models_sha256 = %s",
        [len(BUILT_SCHEMAS), list(BUILT_SCHEMAS), models_sha256],
    )
    return found.fetchone() == (True,)


def open_between(connection: Connection, basis: Basis, later: Basis) -> None:
    """Write ``intermediate.build_scope`` for what a build made anew upon another."""
    connection.execute("truncate intermediate.build_scope")
    _extend_by_changes(connection, basis.change_id, later.change_id)
    _extend(connection, "scope_due", built_on=basis.built_on)
    _analyze(connection)


def takes_up_lists(connection: Connection, change_id: int) -> bool:
    """Tell whether lists changed since what stands there, up to a position."""
    bases = [basis_of(connection, schema) for schema in BUILT_SCHEMAS]
    since = min((basis.change_id for basis in bases if basis), default=0)
    return lists_changed_since(connection, since, change_id)


def lists_changed_since(
    connection: Connection, change_id: int, until: int | None = None
) -> bool:
    """Tell whether lists changed after a position, up to another."""
    found = connection.execute(
        "select exists (select from raw.changes where cause = %s and change_id > %s"
        " and change_id <= coalesce(%s, change_id))",
        [LISTS, change_id, until],
    )
    return found.fetchone() == (True,)


def extend_by_due(connection: Connection) -> str | None:
    """Add what has fallen due since; the day by which this build judges is returned."""
    bases = [basis_of(connection, schema) for schema in BUILT_SCHEMAS]
    days = [basis.built_on for basis in bases if basis]
    since = min((day for day in days if day), default=None) if all(days) else None
    _extend(connection, "scope_due", built_on=since)
    _analyze(connection)
    row = connection.execute(
        "select last_received_on::text from intermediate.int_receipts_dated"
    ).fetchone()
    return row[0] if row else None


def extend_by_holds(connection: Connection, change_id: int) -> int:
    """Add what the cross-check held or set free since the build began.

    Returns:
        The position in the log that the build thereby covers.
    """
    until = position(connection)
    connection.commit()
    _extend(connection, "scope_holds", since=change_id)
    _analyze(connection)
    row = connection.execute(
        "select coalesce(min(change_id) - 1, %s) from raw.changes"
        " where change_id > %s and change_id <= %s and cause <> 'hold'",
        [until, change_id, until],
    ).fetchone()
    return int(row[0]) if row else change_id


def scope_size(connection: Connection) -> int:
    """Return how many units' years are in the build's scope."""
    row = connection.execute("select count(*) from intermediate.build_scope").fetchone()
    return int(row[0]) if row else 0


def keep_position(connection: Connection, release_id: int) -> None:
    """Record in the written schemas that they hold this build, once it is whole."""
    connection.execute(
        "insert into quality.build_positions (table_schema, schema_oid, release_id)"
        " select nspname, oid, %s from pg_namespace where nspname = any (%s)"
        " on conflict (table_schema) do update"
        " set schema_oid = excluded.schema_oid, release_id = excluded.release_id",
        [release_id, list(BUILT_SCHEMAS)],
    )


def take_position(connection: Connection, schema: str, *, of: str) -> None:
    """Record in one schema that it holds what another does, completely."""
    connection.execute(
        "insert into quality.build_positions (table_schema, schema_oid, release_id)"
        " select %(schema)s::text, %(schema)s::text::regnamespace, release_id"
        " from quality.build_positions where table_schema = %(of)s"
        " on conflict (table_schema) do update"
        " set schema_oid = excluded.schema_oid, release_id = excluded.release_id",
        {"schema": schema, "of": of},
    )


def take_back(connection: Connection, blocs: Sequence[str]) -> None:
    """Have the rows that the candidate took from the live release rebuilt later.

    Call it before the schemas are rotated. If the live release rests on other lists
    or models nothing can be built upon the mixture: its next build is a full one.
    """
    candidate, live = (
        basis_of(connection, "marts_candidate"),
        basis_of(connection, "marts"),
    )
    if candidate is None or live is None or not live.is_of(candidate):
        _forget_position(connection, "marts_candidate")
        return
    # what rests on lists alone is kept as it is live, too
    cause = LISTS if lists_changed_since(connection, live.change_id) else "bloc kept"
    rows = connection.execute(
        "select distinct changes.unit_code, changes.period_year from raw.changes"
        " inner join (select unit_code, bloc_code from marts.dim_units union"
        "  select unit_code, bloc_code from staging.stg_reference__unit_spans"
        " ) as units on changes.unit_code = units.unit_code"
        " where changes.change_id > %s and units.bloc_code = any(%s)",
        [live.change_id, list(blocs)],
    )
    mark_changed(connection, rows.fetchall(), cause)


def prune_changes(connection: Connection) -> int:
    """Drop from the log what every existing build covers, of whatever kind.

    A running build is based on no less, because positions only grow. Hold the
    releases' lock meanwhile: schemas that rotate could be read twice, and others
    not at all.

    Returns:
        How many rows were dropped: none while any schema's build is unknown.
    """
    bases = [basis_of(connection, schema) for schema in _BUILT_SCHEMAS]
    taken_up = min((basis.change_id for basis in bases if basis), default=None)
    # the newest row stays: it holds the log's position, which must not go back
    dropped = connection.execute(
        "delete from raw.changes where change_id <= %s"
        " and change_id < (select max(change_id) from raw.changes)",
        [taken_up],
    )
    return dropped.rowcount


def basis_of(connection: Connection, schema: str) -> Basis | None:
    """Return what the tables of a schema are based on, None if it is unknown.

    It is while a full build replaces them, and after one that died.
    """
    with connection.cursor(row_factory=class_row(Basis)) as cursor:
        return cursor.execute(
            "select releases.change_id, releases.lists_sha256,"
            " releases.models_sha256, releases.built_on::text as built_on"
            " from quality.build_positions as positions"
            " inner join quality.releases"
            " on positions.release_id = releases.release_id"
            " inner join pg_namespace"
            " on positions.table_schema = nspname and positions.schema_oid = oid"
            " where positions.table_schema = %s and releases.change_id is not null"
            " and releases.built_at is not null",
            [schema],
        ).fetchone()


def _why_full(bases: Mapping[str, Basis | None], now: Basis) -> str | None:
    """Return why the schema's build cannot be extended; None if it can."""
    for schema, basis in bases.items():
        if basis is None:
            return f"{schema} holds no complete build of these lists and models"
        if basis.lists_sha256 != now.lists_sha256:
            return f"{schema} was built with other reference lists"
        if basis.models_sha256 != now.models_sha256:
            return f"{schema} was built by other models or settings"
    return None


def forget_positions(connection: Connection) -> None:
    """Record that relations are made anew, and nothing can be built upon meanwhile."""
    for schema in BUILT_SCHEMAS:
        _forget_position(connection, schema)


def _forget_position(connection: Connection, schema: str) -> None:
    connection.execute(
        "delete from quality.build_positions where table_schema = %s", [schema]
    )


def _extend_by_changes(connection: Connection, since: int, until: int) -> None:
    _extend(connection, "scope_changes", since=since, until=until)
    _extend(connection, "scope_plans")


def _extend(connection: Connection, query: LiteralString, **arguments: object) -> None:
    connection.execute(statement(f"build/{query}"), arguments or None)


def _analyze(connection: Connection) -> None:
    connection.execute("analyze intermediate.build_scope")
