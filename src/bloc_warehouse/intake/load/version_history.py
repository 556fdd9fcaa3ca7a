"""When each version counted, for returns of which the order of receipt does not tell.

Elsewhere it does: a version counts from its receipt until the receipt of the next
higher number. A withdrawal breaks that: an older version counts again, a held one or a
duplicate begins to, and numbers are free anew. A duplicate breaks it too, once it is a
version of its own because a lower number came. So the standings are decided once more
for every moment at which something came or went, and kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby

from psycopg import Connection

from bloc_warehouse.intake.load.versions import ReceiptOrder, Version, stand_together

_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LivedVersion:
    """A version that was live from its receipt until it was withdrawn, if it was."""

    version: Version
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class TimeCounted:
    """A time during which a version counted; it still does where ``until`` is None."""

    submission_id: int
    since: datetime
    until: datetime | None = None


def times_counted(lived: Sequence[LivedVersion]) -> list[TimeCounted]:
    """Return when each version of one unit and period counted, form by form.

    A time may be empty: of two versions that came on one dated day the first counted
    for no moment, and yet it was accepted.
    """
    counting: dict[str, TimeCounted] = {}
    past: list[TimeCounted] = []
    for moment, live in _moments(lived):
        standings = stand_together(live)
        accepted = {
            version.form: version.submission_id
            for version in live
            if standings[version.submission_id].state == "accepted"
        }
        for form, time in list(counting.items()):
            if accepted.get(form) != time.submission_id:
                past.append(replace(time, until=moment))
                del counting[form]
        for form, submission_id in accepted.items():
            counting.setdefault(form, TimeCounted(submission_id, moment))
    return past + list(counting.values())


def _moments(
    lived: Sequence[LivedVersion],
) -> Iterable[tuple[datetime, list[Version]]]:
    """Yield each moment at which a file came or a version went, and what is live."""
    last_file = max((one.version.file_id for one in lived), default=0)
    came = {one.version.receipt_order for one in lived}
    went = {
        ReceiptOrder(one.withdrawn_at, _LAST, last_file)
        for one in lived
        if one.withdrawn_at
    }
    for until in sorted(came | went):
        moment = until.received_at
        yield (
            moment,
            sorted(
                (
                    one.version
                    for one in lived
                    if one.version.receipt_order <= until
                    and (one.withdrawn_at is None or one.withdrawn_at > moment)
                ),
                key=lambda version: version.receipt_order,
            ),
        )


def keep_times_counted(
    connection: Connection, returns: Iterable[tuple[str, str]]
) -> None:
    """Write when the versions of (unit, period) pairs counted, where it must be kept.

    To be called after they are settled; the caller commits.
    """
    pairs = sorted(set(returns))
    connection.execute(
        "delete from raw.standings using raw.submissions"
        " where standings.submission_id = submissions.submission_id"
        " and (unit_code, period_code) in"
        " (select * from unnest(%s::text[], %s::text[]))",
        [[unit for unit, _ in pairs], [period for _, period in pairs]],
    )
    lived = _lived_versions(connection, pairs)
    found = [
        time
        for _, group in groupby(
            lived, key=lambda one: (one.version.unit_code, one.version.period_code)
        )
        for time in times_counted(list(group))
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into raw.standings (submission_id, counted_from, counted_to)"
            " values (%s, %s, %s)",
            [(time.submission_id, time.since, time.until) for time in found],
        )


def _lived_versions(
    connection: Connection, pairs: Sequence[tuple[str, str]]
) -> list[LivedVersion]:
    rows = connection.execute(
        """
        with asked as (
            select unit_code, period_code
            from unnest(%s::text[], %s::text[]) as pairs (unit_code, period_code)
        ),
        touched as (
            select unit_code, period_code
            from raw.submissions
            inner join asked using (unit_code, period_code)
            left join raw.withdrawals using (submission_id, file_id)
            where replaced_by_replay_id is null
                and (state in ('accepted', 'superseded') or withdrawn_at is not null)
            group by unit_code, period_code, form
            having count(withdrawn_at) > 0
                or count(*) > count(distinct content_sha256)
        )
        select
            withdrawals.withdrawn_at, submissions.submission_id, file_id, received_at,
            unit_code, period_code, form, stated_submission_no, content_sha256, state,
            submission_no, written_at
        from raw.submissions
        inner join (select distinct * from touched) as touched
            using (unit_code, period_code)
        left join raw.withdrawals using (submission_id, file_id)
        where state <> 'rejected' and replaced_by_replay_id is null
            and (state <> 'withdrawn' or withdrawals.withdrawn_at is not null)
        order by unit_code, period_code, received_at, written_at, file_id
        """,
        [[unit for unit, _ in pairs], [period for _, period in pairs]],
    ).fetchall()
    return [LivedVersion(Version(*row), withdrawn) for withdrawn, *row in rows]
