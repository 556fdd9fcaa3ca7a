"""Takes versions out of what counts: kept, with who and why, and the rest settled."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import Connection

from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.ids import file_id as named_as_file
from bloc_warehouse.domain.ids import number_of, submission_id
from bloc_warehouse.errors import WrongRequestError
from bloc_warehouse.intake.load.load import lock_loading
from bloc_warehouse.intake.load.version_history import store_validity_periods
from bloc_warehouse.intake.load.versions import (
    Version,
    update_file_states,
    update_version_states,
)
from bloc_warehouse.intake.revise.lookup import (
    KnownSubmission,
    find_file,
    find_submission,
    submissions_of,
)
from bloc_warehouse.settings import DatabaseSettings

LIVE = ("accepted", "superseded", "held", "duplicate")


@dataclass(frozen=True, slots=True)
class Moved:
    """A submission whose state changed."""

    submission: str
    file: str
    form: str
    unit_code: str | None
    period_code: str | None
    before: str
    after: str
    submission_no: int | None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a withdrawal did: the versions withdrawn, and those whose state changed."""

    file: str
    withdrawn: tuple[Moved, ...]
    settled: tuple[Moved, ...]
    reason: str
    by: str


def withdraw(settings: DatabaseSettings, name: str, reason: str, by: str) -> Withdrawal:
    """Withdraw a submission, or a file with all of its submissions.

    What it held back or superseded may count: an older version counts again, a
    held one is free. Withdrawing twice is once.

    Args:
        settings: The warehouse.
        name: ``S-12``, ``F-12`` or the file's path in landing.
        reason: Why; kept, and told to the sender.
        by: Who says so.

    Raises:
        WrongRequestError: There is no such thing, or it was never taken.
    """
    if not reason.strip():
        raise WrongRequestError("a withdrawal needs a reason")
    with connect("ingest", settings=settings) as connection:
        lock_loading(connection)
        file, chosen = _chosen(connection, name)
        if not chosen:
            return _set_aside(connection, file, reason.strip(), by)
        live = [submission for submission in chosen if submission.state in LIVE]
        if not live and not all(
            submission.state == "withdrawn" for submission in chosen
        ):
            raise WrongRequestError(
                f"{name} is {chosen[0].state}: it never counted, so nothing is there"
                " to withdraw"
            )
        return _withdraw(connection, file, live, reason.strip(), by)


def _chosen(connection: Connection, name: str) -> tuple[int, Sequence[KnownSubmission]]:
    if number_of(name, "S", or_bare=True) is not None:
        submission = find_submission(connection, name)
        if submission.is_replaced:
            raise WrongRequestError(
                f"{name} was replaced when its file was read again; withdraw the file"
                f" {named_as_file(submission.file_id)}"
            )
        return submission.file_id, [submission]
    file = find_file(connection, name)
    return file.file_id, submissions_of(connection, file.file_id)


def _set_aside(connection: Connection, file: int, reason: str, by: str) -> Withdrawal:
    """Withdraw a file without a return, so that none is awaited any more."""
    name = named_as_file(file)
    aside = connection.execute(
        "with aside as (update raw.files set state = 'withdrawn', state_reason = %s,"
        " answered_at = null where file_id = %s and state = 'rejected'"
        " returning file_id) insert into raw.withdrawals (file_id, state_before,"
        " reason, withdrawn_by) select file_id, 'rejected', %s, %s from aside",
        [reason, file, reason, by],
    )
    if aside.rowcount:
        gone = Moved(name, name, "", None, None, "rejected", "withdrawn", None)
        return Withdrawal(name, (gone,), (), reason, by)
    (state,) = connection.execute(
        "select state from raw.files where file_id = %s", [file]
    ).fetchone() or ("",)
    if state != "withdrawn":
        raise WrongRequestError(
            f"{name} is {state} and holds no submission to withdraw"
        )
    return Withdrawal(name, (), (), reason, by)


def _withdraw(
    connection: Connection,
    file: int,
    live: Sequence[KnownSubmission],
    reason: str,
    by: str,
) -> Withdrawal:
    ids = [version.submission_id for version in live]
    # all of a file's submissions leave at one moment: nothing counts in between
    connection.execute(
        "insert into raw.withdrawals (file_id, submission_id, state_before, reason,"
        " withdrawn_by, withdrawn_at)"
        " select %s, submission_id, state_before, %s, %s, moment.taken_at"
        " from unnest(%s::bigint[], %s::text[]) as live (submission_id, state_before)"
        " cross join (select clock_timestamp() as taken_at) as moment",
        [file, reason, by, ids, [version.state for version in live]],
    )
    connection.execute(
        "update raw.submissions set state = 'withdrawn' where submission_id = any(%s)",
        [ids],
    )
    update_file_states(connection, ids)
    returns = {
        (version.unit_code, version.period_code)
        for version in live
        if version.unit_code and version.period_code
    }
    settled = update_version_states(connection, returns)
    store_validity_periods(connection, returns)
    if live:
        _notify(connection, file, [version.file_id for version, _ in settled], reason)
    return Withdrawal(
        named_as_file(file),
        tuple(moved(version, "withdrawn", None) for version in live),
        tuple(
            moved(version, version_state.state, version_state.submission_no)
            for version, version_state in settled
        ),
        reason,
        by,
    )


def _notify(
    connection: Connection, file: int, others: Sequence[int], reason: str
) -> None:
    """Keep the reason with the file; have all answered whose state changed."""
    connection.execute(
        "update raw.files set state_reason = %s"
        " where file_id = %s and state = 'withdrawn'",
        [reason, file],
    )
    connection.execute(
        "update raw.files set answered_at = null where file_id = any(%s)",
        [[file, *others]],
    )


def moved(version: KnownSubmission | Version, after: str, number: int | None) -> Moved:
    """Return a submission's state before and now."""
    return Moved(
        submission_id(version.submission_id),
        named_as_file(version.file_id),
        version.form,
        version.unit_code,
        version.period_code,
        version.state,
        after,
        number,
    )
