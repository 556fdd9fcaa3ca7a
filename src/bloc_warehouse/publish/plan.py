"""Decides what an order to publish leads to: what is published, kept, or blocked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from psycopg import Connection

from bloc_warehouse.build import release_blocs, releases
from bloc_warehouse.build.release_blocs import BlockedBloc
from bloc_warehouse.build.releases import Release
from bloc_warehouse.build.stray_writes import describe_stray_writes
from bloc_warehouse.domain.counting import counted
from bloc_warehouse.publish import blocked_blocs

# how ``by`` begins for a run that publishes on its own: a DAG, or ``bloc run``
SCHEDULE = "schedule"
_NO_PERSON = frozenset({SCHEDULE, "run"})

State = Literal["published", "blocked", "pinned", "nothing", "rolled_back"]


class PublishError(Exception):
    """The order is invalid; the message says what to do instead."""


@dataclass(frozen=True, slots=True)
class PublishOutcome:
    """What became of an order to publish or to roll back.

    Attributes:
        state: ``published`` or ``rolled_back``: BI reads another release now.
            ``blocked``, ``pinned``, ``nothing``: it reads the same as before.
        live: The release that BI reads, None before the first one.
        reasons: Critical findings that block all or some blocs.
        kept: Blocs whose rows stay as they were, because critical findings name them.
    """

    state: State
    message: str
    live: int | None
    reasons: tuple[dict[str, Any], ...] = ()
    kept: tuple[BlockedBloc, ...] = ()

    @property
    def published(self) -> bool:
        """Whether BI reads the candidate now."""
        return self.state == "published"

    @property
    def blocked(self) -> bool:
        """Whether findings block the whole release."""
        return self.state == "blocked"


@dataclass(frozen=True, slots=True)
class Order:
    """An order to publish.

    Attributes:
        by: Who orders it: a person's name for ``bloc publish``; ``schedule:<dag>`` or
            ``run:<name>`` for a run that publishes by the way, and waits where pinned.
        reason: Why, kept with the release; an override needs one.
        override: Publish in spite of critical findings.
        bloc: Override those of this bloc only.
        release: The release that is meant, if it must be no other.
    """

    by: str
    reason: str | None = None
    override: bool = False
    bloc: str | None = None
    release: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A candidate that can be published, and how."""

    release: Release
    kept: tuple[BlockedBloc, ...] = ()
    overridden: tuple[str, ...] = ()
    is_overridden: bool = False


def is_person(by: str) -> bool:
    """Whether somebody ordered just this, rather than a run that does everything."""
    return by.partition(":")[0] not in _NO_PERSON


def make_plan(connection: Connection, order: Order) -> PublishOutcome | Plan:
    """Return what blocks, or else the candidate and how to publish it."""
    pinned = releases.lock(connection).pinned and not is_person(order.by)
    live = live_id(connection)
    candidate = releases.release_in(connection, "candidate")
    if candidate is None:
        return _nothing_newer(connection, live)
    number = candidate.release_id
    check_number(order, number)
    if stray := describe_stray_writes(connection):
        message = (
            f"build {number} does not stand as it was audited: {stray};"
            " it is discarded, run `bloc build`"
        )
        releases.discard(connection, number)
        return PublishOutcome("blocked", message, live)
    if candidate.audit_outcome is None:
        message = f"build {number} was not audited: run `bloc audit`"
        return PublishOutcome("blocked", message, live)
    plan = _plan_of_audited(connection, order, candidate, live)
    if isinstance(plan, Plan) and pinned:
        message = "pinned by a rollback: a person must run `bloc publish`"
        return PublishOutcome("pinned", message, live)
    return plan


def _plan_of_audited(
    connection: Connection, order: Order, candidate: Release, live: int | None
) -> PublishOutcome | Plan:
    if candidate.audit_outcome != "critical":
        return Plan(candidate)
    number = candidate.release_id
    blocked = release_blocs.blocked_codes(connection, number)
    if order.override and order.bloc is None:
        return Plan(candidate, (), tuple(blocked), is_overridden=True)
    overridden = (order.bloc,) if order.bloc else ()
    if order.bloc and order.bloc not in blocked:
        raise PublishError(f"{order.bloc} is not blocked in release {number}")
    left = [bloc for bloc in blocked if bloc not in overridden]
    if candidate.is_fully_blocked:
        return block(connection, number, live, "by a finding over all blocs")
    if not left:
        return Plan(candidate, (), overridden, is_overridden=True)
    if blocked_blocs.blocs_in(connection, "marts_candidate") <= set(left):
        return block(connection, number, live)
    if obstacle := _cannot_keep(connection, left):
        return block(connection, number, live, f"as a whole: {obstacle}")
    kept = release_blocs.blocked_blocs(connection, left, live)
    return Plan(candidate, kept, overridden, is_overridden=bool(overridden))


def _cannot_keep(connection: Connection, blocs: Sequence[str]) -> str | None:
    """Say why blocs cannot stay as they are while the others move."""
    if changed := blocked_blocs.changed_tables(connection):
        return f"{', '.join(changed)} has other columns than in the live release"
    if moved := blocked_blocs.moved_units(connection, blocs):
        return f"{', '.join(moved)} moved to another bloc and would count twice"
    return None


def check_number(order: Order, number: int) -> None:
    """Refuse an order that means another release than the one that waits now.

    Raises:
        PublishError: The release is another one.
    """
    if order.release not in (None, number):
        raise PublishError(
            f"release {order.release} waits no more: it is {number} now; look at"
            " `bloc publish --why-not` and order again"
        )


def _nothing_newer(connection: Connection, live: int | None) -> PublishOutcome:
    """Say why nothing waits, and what was kept back when there was something."""
    message = "nothing newer to publish"
    previous = releases.release_in(connection, "previous")
    if unfinished := releases.release_in(connection, "building"):
        message += f": build {unfinished.release_id} is not finished"
    elif previous and previous.rolled_back_at:
        message += (
            f": release {previous.release_id} was taken back, `bloc build` makes a"
            " new one"
        )
    if live is None:
        return PublishOutcome("nothing", message, live)
    kept = release_blocs.blocked_in(connection, live)
    reasons = reasons_of(connection, live, kept)
    return PublishOutcome("nothing", with_kept(message, kept), live, reasons, kept)


def block(
    connection: Connection, release_id: int, live: int | None, why: str | None = None
) -> PublishOutcome:
    """Record that the candidate was refused; ``why`` ends the message."""
    connection.execute(
        "update quality.releases set"
        " blocked_at = coalesce(blocked_at, clock_timestamp()) where release_id = %s",
        [release_id],
    )
    reasons = reasons_of(connection, release_id)
    why = why or f"by {counted(len(reasons), 'critical finding')}"
    message = f"release {release_id} is blocked {why}"
    return PublishOutcome("blocked", message, live, reasons)


def reasons_of(
    connection: Connection, release_id: int, kept: tuple[BlockedBloc, ...] | None = None
) -> tuple[dict[str, Any], ...]:
    """Return the critical findings of a release, all or those of some blocs.

    One of a closed period also has ``closed_at`` and ``closed_by``: what corrects it
    enters no total until the period is re-opened.
    """
    rows = connection.execute(
        "select finding || coalesce(jsonb_build_object("
        "  'closed_at', closings.closed_at, 'closed_by', closings.closed_by), '{}')"
        " from quality.releases cross join lateral jsonb_array_elements("
        "  coalesce(blocked_reasons, '[]')) with ordinality as found (finding, place)"
        " left join quality.period_closings as closings"
        "  on closings.bloc_code = finding ->> 'bloc_code'"
        "  and closings.period_code = finding ->> 'period_code'"
        "  and closings.reopened_at is null"
        " where release_id = %s order by found.place",
        [release_id],
    ).fetchall()
    blocs = None if kept is None else {bloc.bloc_code for bloc in kept}
    return tuple(
        reason for (reason,) in rows if blocs is None or reason["bloc_code"] in blocs
    )


def with_kept(message: str, kept: tuple[BlockedBloc, ...]) -> str:
    """Return a message that also says which blocs stay as they were."""
    return "; ".join([message, *map(str, kept)])


def live_id(connection: Connection) -> int | None:
    """Return the release that BI reads, None before the first one."""
    live = releases.release_in(connection, "live")
    return live.release_id if live else None
