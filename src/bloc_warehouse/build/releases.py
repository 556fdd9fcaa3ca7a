"""The record of builds: which one is candidate, live, previous, and on what grounds.

A build of the marts announces itself before it writes (``begin_build``) and when it is
whole (``finish_build``): a build that died half-way is never audited or published.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from bloc_warehouse.build.release_blocs import record_blocks
from bloc_warehouse.build.scope import Basis, keep_position
from bloc_warehouse.build.stray_writes import describe_stray_writes
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.locks import naming_holders
from bloc_warehouse.settings import DatabaseSettings

_LISTED_REASONS = 50

logger = logging.getLogger(__name__)


class UnfinishedBuildError(Exception):
    """``marts_candidate`` does not hold a complete build."""


@dataclass(frozen=True, slots=True)
class Release:
    """One build of the marts."""

    release_id: int
    state: str
    built_at: datetime | None
    audit_run_id: int | None
    audit_outcome: str | None
    published_at: datetime | None
    published_by: str | None
    rolled_back_at: datetime | None
    is_fully_blocked: bool
    change_id: int | None
    lists_sha256: str | None
    is_full: bool | None
    full_reason: str | None
    scope_size: int | None


@dataclass(frozen=True, slots=True)
class Publishing:
    """Whether scheduled runs may publish."""

    pinned: bool
    pinned_at: datetime | None
    pinned_by: str | None


def begin_build(settings: DatabaseSettings) -> int:
    """Announce that ``marts_candidate`` is about to be written.

    An earlier candidate that was not published is thereby discarded.

    Returns:
        The release's number, for ``finish_build``.
    """
    with connect("transform", settings=settings) as connection:
        lock(connection)
        connection.execute(
            "update quality.releases set state = 'discarded'"
            " where state in ('building', 'candidate')"
        )
        (release_id,) = connection.execute(
            "insert into quality.releases (state) values ('building')"
            " returning release_id"
        ).fetchone() or (0,)
    return int(release_id)


def record_basis(
    connection: Connection, release_id: int, basis: Basis, full_reason: str | None
) -> None:
    """Record what a build is based on, and why it is full if it is."""
    connection.execute(
        "update quality.releases set change_id = %s, lists_sha256 = %s,"
        " models_sha256 = %s, is_full = %s, full_reason = %s where release_id = %s",
        [
            basis.change_id,
            basis.lists_sha256,
            basis.models_sha256,
            full_reason is not None,
            full_reason,
            release_id,
        ],
    )


def keep_seconds(
    connection: Connection, release_id: int, seconds: Mapping[str, float]
) -> None:
    """Keep how many seconds each model took that a half of a build made."""
    connection.execute(
        "insert into quality.model_seconds (model, is_full, release_id, seconds)"
        " select made.model, releases.is_full, releases.release_id, made.seconds"
        " from unnest(%s::text[], %s::double precision[]) as made (model, seconds)"
        " cross join quality.releases where releases.release_id = %s"
        " on conflict (model, is_full) do update set"
        " release_id = excluded.release_id, seconds = excluded.seconds",
        [list(seconds), list(seconds.values()), release_id],
    )


def models_made(connection: Connection, release_id: int) -> frozenset[str]:
    """Return the models that a build made, or whose rows it replaced.

    Known until another build of its kind makes them.
    """
    rows = connection.execute(
        "select model from quality.model_seconds where release_id = %s", [release_id]
    )
    return frozenset(model for (model,) in rows)


def finish_build(settings: DatabaseSettings, release_id: int) -> None:
    """Announce that ``marts_candidate`` holds the complete build.

    Raises:
        UnfinishedBuildError: Another build has started in the meantime.
    """
    with connect("transform", settings=settings) as connection:
        lock(connection)
        keep_position(connection, release_id)
        changed = connection.execute(
            "update quality.releases set state = 'candidate',"
            " built_at = clock_timestamp()"
            " where release_id = %s and state = 'building'",
            [release_id],
        )
        if not changed.rowcount:
            raise UnfinishedBuildError(
                f"build {release_id} is no longer the latest: build again"
            )


def lock(connection: Connection) -> Publishing:
    """Lock the release state until the transaction ends.

    Held until the transaction ends.

    Raises:
        LockHeldError: Somebody else held it too long; the message names who.
    """
    with (
        naming_holders(connection, "quality.publishing"),
        connection.cursor(row_factory=class_row(Publishing)) as cursor,
    ):
        row = cursor.execute(
            "select pinned, pinned_at, pinned_by from quality.publishing for update"
        ).fetchone()
    if row is None:  # the schema puts the row there
        raise UnfinishedBuildError("quality.publishing is empty: run `bloc prepare`")
    return row


def release_in(connection: Connection, state: str) -> Release | None:
    """Return the release in a state, None when there is none."""
    with connection.cursor(row_factory=class_row(Release)) as cursor:
        return cursor.execute(
            "select release_id, state, built_at, audit_run_id, audit_outcome,"
            " published_at, published_by, rolled_back_at, is_fully_blocked, change_id,"
            " lists_sha256, is_full, full_reason, scope_size from quality.releases"
            " where state = %s",
            [state],
        ).fetchone()


def candidate(connection: Connection) -> int | None:
    """Return the number of the unpublished build in ``marts_candidate``, None without.

    Raises:
        UnfinishedBuildError: The last build did not finish, or somebody built by hand
            since.
    """
    if unfinished := release_in(connection, "building"):
        raise UnfinishedBuildError(
            f"build {unfinished.release_id} is not finished; where nothing runs any"
            " more, run `bloc build` again"
        )
    release = release_in(connection, "candidate")
    if release and (stray := describe_stray_writes(connection)):
        raise UnfinishedBuildError(
            f"build {release.release_id} does not stand as it was built: {stray};"
            " run `bloc build` again"
        )
    return release.release_id if release else None


def discard(connection: Connection, release_id: int) -> None:
    """Give a candidate up; what it took up waits for the next build."""
    connection.execute(
        "update quality.releases set state = 'discarded'"
        " where release_id = %s and state = 'candidate'",
        [release_id],
    )


def record_audit(connection: Connection, release_id: int, run_id: int) -> None:
    """Keep an audit's outcome with the release, and what blocks it."""
    reasons = _critical_findings(connection, run_id)
    connection.execute(
        """
        update quality.releases set
            audit_run_id = runs.run_id,
            audited_at = runs.finished_at,
            audit_outcome = case
                when runs.critical_count > 0 then 'critical'
                when runs.warning_count > 0 then 'warned'
                else 'passed'
            end,
            blocked_reasons = %s,
            blocked_at = null
        from quality.runs
        where runs.run_id = %s and releases.release_id = %s
            and releases.state = 'candidate'
        """,
        [Jsonb(reasons) if reasons else None, run_id, release_id],
    )
    record_blocks(connection, release_id, run_id)


def record_publication(
    connection: Connection,
    release_id: int,
    by: str,
    reason: str | None,
    *,
    is_overridden: bool,
) -> None:
    """Keep that the candidate is live now, and which release it replaces."""
    for old, new in (("previous", "retired"), ("live", "previous")):
        connection.execute(
            "update quality.releases set state = %s where state = %s", [new, old]
        )
    connection.execute(
        "update quality.releases set state = 'live', published_at = clock_timestamp(),"
        " published_by = %s, publish_reason = %s, is_overridden = %s,"
        " blocked_at = case when audit_outcome = 'critical'"
        " then coalesce(blocked_at, clock_timestamp()) end where release_id = %s",
        [by, reason, is_overridden, release_id],
    )


def record_override(connection: Connection, release_id: int, reason: str) -> None:
    """Keep that what was kept back from the live release is shown, and why."""
    connection.execute(
        "update quality.releases set is_overridden = true, publish_reason = %s"
        " where release_id = %s",
        [reason, release_id],
    )


def record_rollback(connection: Connection, live: int, earlier: int, by: str) -> None:
    """Keep that the release before is live again, and pin."""
    # one of each state may exist, so the live one steps aside first
    for state, release_id in (
        ("retired", live), ("live", earlier), ("previous", live)
    ):  # fmt: skip
        connection.execute(
            "update quality.releases set state = %s where release_id = %s",
            [state, release_id],
        )
    connection.execute(
        "update quality.releases set rolled_back_at = clock_timestamp(),"
        " rolled_back_by = %s where release_id = %s",
        [by, live],
    )
    connection.execute(
        "update quality.publishing set pinned = true, pinned_at = clock_timestamp(),"
        " pinned_by = %s",
        [by],
    )


def _critical_findings(connection: Connection, run_id: int) -> list[dict[str, Any]]:
    rows = connection.execute(
        "select to_jsonb(findings) - 'run_id' from quality.findings"
        " where run_id = %s and severity = 'critical'"
        " order by rule, bloc_code, period_code limit %s",
        [run_id, _LISTED_REASONS],
    )
    return [finding for (finding,) in rows]
