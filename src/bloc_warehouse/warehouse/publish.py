"""Publishing: rotates the three marts schemas in one transaction, or swaps them back.

``marts_candidate`` → ``marts`` → ``marts_previous`` → ``marts_candidate``. A reader
sees the old release or the new one, whole. ``marts_previous`` is always the release
that was live before, so a rollback can never show an unaudited build.
"""

import logging
from dataclasses import dataclass, replace
from typing import Any, Literal

from psycopg import Connection, sql

from bloc_warehouse.quality import releases
from bloc_warehouse.quality.releases import Release
from bloc_warehouse.settings import Settings
from bloc_warehouse.warehouse.connection import connect

# how ``by`` begins for a run that nobody ordered to publish: a DAG, or ``bloc run``
SCHEDULE = "schedule"
_NO_PERSON = frozenset({SCHEDULE, "run"})

State = Literal["published", "blocked", "pinned", "nothing", "rolled_back"]

_ROTATION = (
    ("marts_previous", "marts_rotating"),
    ("marts", "marts_previous"),
    ("marts_candidate", "marts"),
    ("marts_rotating", "marts_candidate"),
)
_SWAP = (
    ("marts", "marts_rotating"),
    ("marts_previous", "marts"),
    ("marts_rotating", "marts_previous"),
)

logger = logging.getLogger(__name__)


class PublishError(Exception):
    """The order makes no sense as given; the message says what to do instead."""


@dataclass(frozen=True, slots=True)
class PublishOutcome:
    """What became of an order to publish or to roll back.

    Attributes:
        state: ``published`` or ``rolled_back``: BI reads another release now.
            ``blocked``, ``pinned``, ``nothing``: it reads the same as before.
        live: The release that BI reads, None before the first one.
        reasons: Critical findings of the candidate's audit, for ``blocked``.
    """

    state: State
    message: str
    live: int | None
    reasons: tuple[dict[str, Any], ...] = ()

    @property
    def published(self) -> bool:
        """Whether BI reads the candidate now."""
        return self.state == "published"

    @property
    def blocked(self) -> bool:
        """Whether findings stand in the way."""
        return self.state == "blocked"


def publish(
    settings: Settings, *, by: str, reason: str | None = None, override: bool = False
) -> PublishOutcome:
    """Show the audited candidate to BI.

    Args:
        settings: Where the warehouse is.
        by: Who orders it: a person's name for ``bloc publish``; ``schedule:<dag>`` or
            ``run:<name>`` for a run that publishes by the way, and waits where pinned.
        reason: Why, kept with the release; an override needs one.
        override: Publish in spite of critical findings.

    Raises:
        PublishError: An override without a reason, or not by a person.
    """
    if override and not (reason and is_person(by)):
        raise PublishError("an override needs a person and a reason (--reason)")
    with connect("transform", settings=settings) as connection:
        outcome = _publish(connection, by, reason, override)
    logger.info("publish by %s: %s", by, outcome.message)
    return outcome


def rollback(settings: Settings, *, by: str) -> PublishOutcome:
    """Show the release before again, and pin: only a person publishes from here on.

    Raises:
        PublishError: There is no earlier release.
    """
    with connect("transform", settings=settings) as connection:
        releases.lock(connection)
        live = releases.release_in(connection, "live")
        earlier = releases.release_in(connection, "previous")
        if live is None or earlier is None or earlier.rolled_back_at:
            raise PublishError(
                "there is no earlier release to go back to; `bloc publish` publishes "
                "the next build"
            )
        _rename(connection, _SWAP)
        _swap_states(connection, live.release_id, earlier.release_id, by)
        connection.execute(
            "update quality.publishing set pinned = true,"
            " pinned_at = clock_timestamp(), pinned_by = %s",
            [by],
        )
    message = (
        f"release {earlier.release_id} is live again, {live.release_id} was taken back;"
        " pinned until a person runs `bloc publish`"
    )
    logger.info("rollback by %s: %s", by, message)
    return PublishOutcome("rolled_back", message, earlier.release_id)


def why_not(settings: Settings) -> PublishOutcome:
    """Say what an order to publish would meet now; nothing is changed."""
    with connect("transform", settings=settings) as connection:
        obstacle = _obstacle(connection, SCHEDULE, override=False)
        live = _live_id(connection)
        connection.rollback()
    if isinstance(obstacle, PublishOutcome):
        return obstacle
    message = f"nothing: `bloc publish` would show release {obstacle.release_id}"
    return PublishOutcome("published", message, live)


def is_person(by: str) -> bool:
    """Whether somebody ordered just this, rather than a run that does everything."""
    return by.partition(":")[0] not in _NO_PERSON


def _publish(
    connection: Connection, by: str, reason: str | None, override: bool
) -> PublishOutcome:
    obstacle = _obstacle(connection, by, override=override)
    unpinned = is_person(by) and _unpin(connection)
    if isinstance(obstacle, PublishOutcome):
        note = "; unpinned, scheduled runs publish again" if unpinned else ""
        return replace(obstacle, message=obstacle.message + note)
    _rename(connection, _ROTATION)
    connection.execute(
        "update quality.releases set state = 'retired' where state = 'previous'"
    )
    connection.execute(
        "update quality.releases set state = 'previous' where state = 'live'"
    )
    connection.execute(
        "update quality.releases set state = 'live', published_at = clock_timestamp(),"
        " published_by = %s, publish_reason = %s,"
        " is_overridden = audit_outcome = 'critical' where release_id = %s",
        [by, reason, obstacle.release_id],
    )
    message = f"release {obstacle.release_id} is live"
    return PublishOutcome("published", message, obstacle.release_id)


def _unpin(connection: Connection) -> bool:
    changed = connection.execute(
        "update quality.publishing set pinned = false, pinned_at = null,"
        " pinned_by = null where pinned"
    )
    return changed.rowcount > 0


def _obstacle(
    connection: Connection, by: str, *, override: bool
) -> PublishOutcome | Release:
    """Return what stands in the way, or else the release that can be published."""
    pinned = releases.lock(connection).pinned and not is_person(by)
    live = _live_id(connection)
    candidate = releases.release_in(connection, "candidate")
    if candidate is None:
        return PublishOutcome("nothing", _nothing_newer(connection), live)
    number = candidate.release_id
    if candidate.audit_outcome is None:
        message = f"build {number} was not audited: run `bloc audit`"
        return PublishOutcome("blocked", message, live)
    if candidate.audit_outcome == "critical" and not override:
        return _block(connection, number, live)
    if pinned:
        message = "pinned by a rollback: a person must run `bloc publish`"
        return PublishOutcome("pinned", message, live)
    return candidate


def _nothing_newer(connection: Connection) -> str:
    message = "nothing newer to publish"
    if unfinished := releases.release_in(connection, "building"):
        return f"{message}: build {unfinished.release_id} is not finished"
    previous = releases.release_in(connection, "previous")
    if previous and previous.rolled_back_at:
        return (
            f"{message}: release {previous.release_id} was taken back, `bloc build`"
            " makes a new one"
        )
    return message


def _block(connection: Connection, release_id: int, live: int | None) -> PublishOutcome:
    """Record that the candidate was refused."""
    row = connection.execute(
        "update quality.releases set"
        " blocked_at = coalesce(blocked_at, clock_timestamp())"
        " where release_id = %s returning coalesce(blocked_reasons, '[]')",
        [release_id],
    ).fetchone()
    reasons = tuple(row[0]) if row else ()
    message = f"release {release_id} is blocked by {len(reasons)} critical findings"
    return PublishOutcome("blocked", message, live, reasons)


def _live_id(connection: Connection) -> int | None:
    live = releases.release_in(connection, "live")
    return live.release_id if live else None


def _swap_states(connection: Connection, live: int, earlier: int, by: str) -> None:
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


def _rename(connection: Connection, moves: tuple[tuple[str, str], ...]) -> None:
    """Rename the schemas, and let BI enter the live one and no other."""
    for old, new in moves:
        connection.execute(
            sql.SQL("alter schema {} rename to {}").format(
                sql.Identifier(old), sql.Identifier(new)
            )
        )
    connection.execute("grant usage on schema marts to bi_reader")
    connection.execute("grant select on all tables in schema marts to bi_reader")
    connection.execute(
        "revoke usage on schema marts_previous, marts_candidate from bi_reader"
    )
