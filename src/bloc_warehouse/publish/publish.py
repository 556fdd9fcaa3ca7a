"""Publishing: rotates the three marts schemas in one transaction, or swaps them back.

``marts_candidate`` → ``marts`` → ``marts_previous`` → ``marts_candidate``. A reader
sees either the old release or the new one. ``marts_previous`` is always the release
that was live before, so a rollback can never show an unaudited build.
"""

import logging
from dataclasses import replace

from psycopg import Connection, Error, errors

from bloc_warehouse.build import release_blocs, releases, scope
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.locks import Lock, lock_until_commit
from bloc_warehouse.database.rotation import ROTATION, SWAP, rename
from bloc_warehouse.log_lines import about
from bloc_warehouse.publish import blocked_blocs
from bloc_warehouse.publish.plan import (
    SCHEDULE,
    Order,
    Plan,
    PublishError,
    PublishOutcome,
    State,
    block,
    check_number,
    is_person,
    live_id,
    make_plan,
    reasons_of,
    with_kept,
)
from bloc_warehouse.publish.publication_log import record_publication
from bloc_warehouse.settings import DatabaseSettings

_WHOEVER_ASKS = "whoever asks"  # a person, whom no pin stops

logger = logging.getLogger(__name__)


def publish(
    settings: DatabaseSettings,
    *,
    by: str,
    reason: str | None = None,
    override: bool = False,
    bloc: str | None = None,
    release: int | None = None,
) -> PublishOutcome:
    """Show the audited candidate to BI; blocs that findings name stay as they were.

    An override without a new candidate shows what was kept back from the live release.
    The arguments are those of ``Order``.

    Raises:
        PublishError: An override without a reason, or not by a person; or what is to
            be overridden is not there.
    """
    if override and not (reason and reason.strip() and is_person(by)):
        raise PublishError("an override needs a person and a reason (--reason)")
    if bloc and not override:
        raise PublishError("a bloc is named to override what blocks it (--override)")
    order = Order(by, reason, override, bloc, release)
    with connect("transform", settings=settings) as connection:
        outcome = _publish(connection, order)
    with about(release=outcome.live):
        logger.info("publish by %s: %s", by, outcome.message)
        if outcome.published:
            _prune(settings)
    return outcome


def rollback(
    settings: DatabaseSettings, *, by: str, reason: str | None = None
) -> PublishOutcome:
    """Show the release before again, and pin: only a person publishes from here on.

    Args:
        settings: The warehouse.
        by: Who orders it.
        reason: Why; kept with the log of what readers saw.

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
        rename(connection, SWAP)
        releases.record_rollback(connection, live.release_id, earlier.release_id, by)
        record_publication(connection, earlier.release_id, "rolled_back", by, reason)
    message = (
        f"release {earlier.release_id} is live again, {live.release_id} was taken back;"
        " scheduled runs do not publish until a person does: `bloc run`, then"
        " `bloc publish`"
    )
    with about(release=earlier.release_id):
        logger.info("rollback by %s: %s", by, message)
    return PublishOutcome("rolled_back", message, earlier.release_id)


def why_not(settings: DatabaseSettings) -> PublishOutcome:
    """Say what a person's order to publish would meet now; nothing is changed.

    If a rollback keeps scheduled runs from publishing, the message says so, and the
    state of a build that only this holds up is ``pinned``.
    """
    with connect("transform", settings=settings) as connection:
        publishing = releases.lock(connection)
        plan = make_plan(connection, Order(_WHOEVER_ASKS))
        live = live_id(connection)
        if isinstance(plan, Plan):
            number = plan.release.release_id
            kept, reasons = plan.kept, reasons_of(connection, number, plan.kept)
            message = f"`bloc publish` would show release {number}"
            is_free = not kept and not publishing.pinned
            message = f"nothing: {message}" if is_free else with_kept(message, kept)
            state: State = "pinned" if publishing.pinned else "published"
            plan = PublishOutcome(state, message, live, reasons, kept)
        if publishing.pinned:
            pin = f"pinned by {publishing.pinned_by}: scheduled runs do not publish"
            plan = replace(plan, message=f"{plan.message}; {pin}")
        connection.rollback()
    return plan


def describe_blocked(
    settings: DatabaseSettings, *, release: int, bloc: str | None = None
) -> str:
    """Describe what an override of this release would publish, for the approver.

    Raises:
        PublishError: Another release waits, or nothing of it is blocked.
    """
    found = why_not(settings)
    number = overridable_release(settings)
    check_number(Order(SCHEDULE, release=release), number or 0)
    reasons = [
        reason for reason in found.reasons if bloc in (None, reason["bloc_code"])
    ]
    if not reasons:
        raise PublishError(f"nothing blocks {bloc or f'release {release}'}")
    lines = [
        f"- {reason['rule']} {reason['bloc_code'] or ''}"
        f" {reason['period_code'] or ''}:"
        f" {reason['message_vi']} / {reason['message_en']}"
        for reason in reasons
    ]
    return "\n".join([found.message, "", *lines])


def overridable_release(settings: DatabaseSettings) -> int | None:
    """Return the release that an override means: the build that waits, or the live."""
    with connect("transform", settings=settings) as connection:
        candidate = releases.release_in(connection, "candidate")
        return candidate.release_id if candidate else live_id(connection)


def _prune(settings: DatabaseSettings) -> None:
    """Shorten the log of changes, apart: no failure here may undo a publication."""
    try:
        with connect("transform", settings=settings) as connection:
            releases.lock(connection)
            dropped = scope.prune_changes(connection)
    except Error:
        logger.exception("the log of changes could not be pruned")
    else:
        logger.info("%s changes that no build needs any more were dropped", dropped)


def _publish(connection: Connection, order: Order) -> PublishOutcome:
    if releases.release_in(connection, "candidate"):
        # nobody builds by hand from here on, and who does is waited for
        lock_until_commit(connection, Lock.DBT)
    plan = make_plan(connection, order)
    if isinstance(plan, PublishOutcome) and plan.state == "nothing" and order.override:
        plan = _show_kept_back(connection, order, plan.live)
    unpinned = is_person(order.by) and _unpin(connection)
    if isinstance(plan, PublishOutcome):
        note = "; unpinned, scheduled runs publish again" if unpinned else ""
        if order.reason and not plan.published:
            note += "; nothing was published, so the reason is not kept"
            note += " (--override publishes what is blocked)" if plan.reasons else ""
        return replace(plan, message=plan.message + note)
    number = plan.release.release_id
    blocs = blocked_blocs.blocs_in(connection, "marts_candidate")
    try:
        with connection.transaction():
            _keep(connection, plan)
    except errors.ForeignKeyViolation as error:
        why = f"as a whole: blocked blocs' rows do not fit, {_detail(error)}"
        return block(connection, number, live_id(connection), why)
    rename(connection, ROTATION)
    releases.record_publication(
        connection, number, order.by, order.reason, is_overridden=plan.is_overridden
    )
    release_blocs.record_published(connection, number, blocs)
    message = with_kept(f"release {number} is live", plan.kept)
    reasons = reasons_of(connection, number, plan.kept)
    if plan.overridden:
        release_blocs.record_override(
            connection, number, plan.overridden, order.by, order.reason or ""
        )
    record_publication(connection, number, "published", order.by, order.reason)
    return PublishOutcome("published", message, number, reasons, plan.kept)


def _keep(connection: Connection, plan: Plan) -> None:
    """Have the blocked blocs stay as they are, and remember whose rows were kept."""
    number = plan.release.release_id
    if plan.kept:
        blocs = [bloc.bloc_code for bloc in plan.kept]
        blocked_blocs.keep_live_rows(connection, blocs)
        scope.take_back(connection, blocs)
        release_blocs.record_blocked(connection, number, plan.kept)
    else:
        blocked_blocs.empty_kept_back(connection)
    connection.execute(
        "update quality.publishing set kept_back_release_id = %s",
        [number if plan.kept else None],
    )


def _detail(error: errors.ForeignKeyViolation) -> str:
    return f"{error.diag.table_name}: {error.diag.message_detail}"


def _unpin(connection: Connection) -> bool:
    changed = connection.execute(
        "update quality.publishing set pinned = false, pinned_at = null,"
        " pinned_by = null where pinned"
    )
    return changed.rowcount > 0


def _show_kept_back(
    connection: Connection, order: Order, live: int | None
) -> PublishOutcome:
    """Show, in the live release, what was kept back from it.

    Raises:
        PublishError: Nothing was kept back, or not of this bloc or release; or it does
            not fit beside the rows of the others.
    """
    row = connection.execute(
        "select kept_back_release_id from quality.publishing"
    ).fetchone()
    kept = release_blocs.blocked_in(connection, live) if live and row == (live,) else ()
    blocs = [bloc.bloc_code for bloc in kept if order.bloc in (None, bloc.bloc_code)]
    if live is None or not blocs:
        raise PublishError(
            "nothing of "
            + (order.bloc or "any bloc")
            + " is kept back from the live release; `bloc publish --why-not` says more"
        )
    check_number(order, live)
    try:
        blocked_blocs.show_kept_back(connection, blocs)
    except errors.ForeignKeyViolation as error:
        raise PublishError(
            f"what is kept back does not fit into the live release, {_detail(error)};"
            " `bloc build` makes a release of which all fits"
        ) from error
    reason = order.reason or ""
    release_blocs.record_override(connection, live, blocs, order.by, reason)
    releases.record_override(connection, live, reason)
    record_publication(connection, live, "overridden", order.by, reason)
    message = f"release {live} shows {', '.join(blocs)} in spite of critical findings"
    rest = tuple(bloc for bloc in kept if bloc.bloc_code not in blocs)
    return PublishOutcome("published", with_kept(message, rest), live, (), rest)
