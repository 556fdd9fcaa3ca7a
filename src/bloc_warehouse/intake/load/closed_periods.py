"""Corrections to closed periods: taken and kept, and marked when they are received.

Which version counts for the facts of a closed period was fixed when it was closed
(``quality.closed_returns``); what comes later waits until the period is re-opened.
"""

from collections.abc import Sequence
from datetime import datetime

from psycopg import Connection

_COVERED = """
select submissions.submission_id, closings.closed_at
from raw.submissions
inner join quality.period_closings as closings
    on submissions.period_code = closings.period_code
        and closings.reopened_at is null
where submissions.submission_id = any(%s)
    and closings.bloc_code
        = quality.bloc_of_return(submissions.unit_code, submissions.period_code)
"""


def closed_since(
    connection: Connection, submission_ids: Sequence[int]
) -> dict[int, datetime]:
    """Return submission_id → since when its period is closed, if it is."""
    if not _any_closed(connection):
        return {}
    return dict(connection.execute(_COVERED, [list(submission_ids)]).fetchall())


def mark_corrections(connection: Connection, submission_ids: Sequence[int]) -> None:
    """Mark those of newly taken submissions whose period is closed."""
    connection.execute(
        "update raw.submissions set closed_at_receipt = true"
        " where submission_id = any(%s)",
        [list(closed_since(connection, submission_ids))],
    )


def _any_closed(connection: Connection) -> bool:
    found = connection.execute(
        "select exists (select from quality.period_closings where reopened_at is null)"
    )
    return found.fetchone() == (True,)
