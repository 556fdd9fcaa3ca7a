"""What readers saw when: each change of the live release, its totals and its claims.

Kept outside the schemas that rotate, and only where something differs from before.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from psycopg import Connection, sql
from psycopg.rows import class_row

from bloc_warehouse.sql import statement

Cause = Literal["published", "overridden", "rolled_back"]

# kept table → live table, its key columns first
_KEPT: dict[str, tuple[str, tuple[str, ...]]] = {
    "published_totals": (
        "rpt_bloc_totals",
        (
            "bloc_code",
            "period_code",
            "indicator",
            "computed_total",
            "declared_total",
            "units_reported",
            "units_expected",
            "blank_count",
            "is_complete",
            "is_withheld",
        ),
    ),
    "published_claims": (
        "rpt_published_totals",
        (
            "claim_id",
            "bloc_code",
            "verdict",
            "reason",
            "recomputed",
            "units_reported",
            "units_expected",
            "blank_count",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Publication:
    """A time during which readers saw one release.

    Attributes:
        shown_to: None: they see it now.
        blocked_blocs: Blocs whose rows were kept from the release before.
    """

    release_id: int
    cause: Cause
    shown_from: datetime
    shown_to: datetime | None
    shown_by: str
    reason: str | None
    is_overridden: bool
    audit_outcome: str | None
    blocked_blocs: list[str]


def record_publication(
    connection: Connection,
    release_id: int,
    cause: Cause,
    by: str,
    reason: str | None = None,
) -> None:
    """Record what readers see from now on; call it once ``marts`` is as they see it.

    Args:
        connection: As ``transform``, in the transaction that changes the live release.
        release_id: The release that is live now.
        cause: How it came to be.
        by: Who ordered it.
        reason: Why, if a reason was given.
    """
    (moment,) = connection.execute("select clock_timestamp()").fetchone() or (None,)
    connection.execute(
        statement("publish/begin_publication").format(
            release_id=sql.Literal(release_id),
            cause=sql.Literal(cause),
            moment=sql.Literal(moment),
            by=sql.Literal(by),
            reason=sql.Literal(reason),
        )
    )
    for kept, (live, columns) in _KEPT.items():
        # what an older build did not make yet stays null
        made = _columns(connection, live)
        known = tuple(column for column in columns if column in made)
        if known:
            connection.execute(_keep_seen(kept, release_id, moment, known))


def _columns(connection: Connection, live: str) -> set[str]:
    rows = connection.execute(
        "select attname from pg_attribute where attrelid = to_regclass(%s)"
        " and attnum > 0 and not attisdropped",
        [f"marts.{live}"],
    )
    return {name for (name,) in rows}


def _keep_seen(
    kept: str,
    release_id: int,
    moment: datetime | None,
    columns: tuple[str, ...] | None = None,
) -> sql.Composed:
    live, all_columns = _KEPT[kept]
    columns = columns or all_columns
    return statement("publish/keep_seen").format(
        seen=sql.Identifier(kept),
        live=sql.Identifier(live),
        columns=_listed(columns),
        seen_columns=_listed(columns, kept),
        live_columns=_listed(columns, "live"),
        release_id=sql.Literal(release_id),
        moment=sql.Literal(moment),
    )


def publications(
    connection: Connection, at: datetime | None = None
) -> list[Publication]:
    """Return what readers saw, the latest first; at a moment, or ever."""
    with connection.cursor(row_factory=class_row(Publication)) as cursor:
        return cursor.execute(
            "select release_id, cause, shown_from, shown_to, shown_by, reason,"
            " is_overridden, audit_outcome, blocked_blocs from quality.publication_log"
            " where %(at)s::timestamptz is null or (shown_from <= %(at)s"
            " and (shown_to is null or shown_to > %(at)s))"
            " order by shown_from desc",
            {"at": at},
        ).fetchall()


def _listed(columns: tuple[str, ...], table: str = "") -> sql.Composed:
    return sql.SQL(", ").join(
        sql.Identifier(table, column) if table else sql.Identifier(column)
        for column in columns
    )
