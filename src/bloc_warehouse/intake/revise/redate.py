"""Corrects a file's day of receipt, and with it the order of versions."""

from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg import Connection

from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.ids import file_id as named_as_file
from bloc_warehouse.errors import WrongRequestError
from bloc_warehouse.intake.load.load import lock_loading
from bloc_warehouse.intake.load.version_history import store_validity_periods
from bloc_warehouse.intake.load.versions import update_version_states
from bloc_warehouse.intake.revise.lookup import find_file, submissions_of
from bloc_warehouse.intake.revise.withdraw import Moved, moved
from bloc_warehouse.settings import DatabaseSettings


@dataclass(frozen=True, slots=True)
class Redating:
    """What another time of receipt did: the file's, and the versions that moved."""

    file: str
    path: str
    received_at_before: datetime
    received_at: datetime
    settled: tuple[Moved, ...]
    reason: str
    by: str


def redate(
    settings: DatabaseSettings, name: str, received_at: datetime, reason: str, by: str
) -> Redating:
    """Say when a file really was received; kept, with who and why.

    Args:
        settings: The warehouse.
        name: ``F-12`` or the file's path in landing.
        received_at: When.
        reason: Why; kept.
        by: Who says so.

    Raises:
        WrongRequestError: There is no such file, or that time is still to come.
    """
    if not reason.strip():
        raise WrongRequestError("another time of receipt needs a reason")
    if received_at > datetime.now(UTC):
        raise WrongRequestError("that time of receipt is still to come")
    with connect("ingest", settings=settings) as connection:
        lock_loading(connection)
        file = find_file(connection, name)
        before = _write(connection, file.file_id, received_at, reason.strip(), by)
        returns = {
            (submission.unit_code, submission.period_code)
            for submission in submissions_of(connection, file.file_id)
            if submission.unit_code and submission.period_code
        }
        settled = update_version_states(connection, returns)
        store_validity_periods(connection, returns)
        connection.execute(
            "update raw.files set answered_at = null"
            " where file_id = any(%s) and state <> 'pending'",
            [[file.file_id, *(version.file_id for version, _ in settled)]],
        )
    return Redating(
        named_as_file(file.file_id),
        file.path,
        before,
        received_at,
        tuple(
            moved(version, version_state.state, version_state.submission_no)
            for version, version_state in settled
        ),
        reason.strip(),
        by,
    )


def _write(
    connection: Connection, file_id: int, received_at: datetime, reason: str, by: str
) -> datetime:
    """Write the time to the file and its submissions; return what it was before."""
    row = connection.execute(
        "insert into raw.redatings"
        " (file_id, received_at_before, received_at, reason, redated_by)"
        " select file_id, received_at, %s, %s, %s from raw.files where file_id = %s"
        " returning received_at_before",
        [received_at, reason, by, file_id],
    ).fetchone()
    connection.execute(
        "update raw.files set received_at = %s, received_at_source = 'operator',"
        " received_at_by = %s where file_id = %s",
        [received_at, by, file_id],
    )
    connection.execute(
        "update raw.submissions set received_at = %s where file_id = %s",
        [received_at, file_id],
    )
    if row is None:
        raise LookupError("insert returned no row")
    before: datetime = row[0]
    return before
