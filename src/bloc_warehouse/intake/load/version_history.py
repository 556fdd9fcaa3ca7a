"""When each version counted, if the order of receipt alone does not determine it.

Usually it does: a version counts from its receipt until the receipt of the next higher
number. A withdrawal breaks that: an older version counts again, a held one or a
duplicate starts to count, and numbers become free. A duplicate breaks it too, once it
becomes a version of its own because a lower number arrived. So the states are computed
again for every moment at which something arrived or was withdrawn, and stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby

from psycopg import Connection

from bloc_warehouse.intake.load.versions import (
    ReceiptOrder,
    Version,
    resolve_unit_period,
)

_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class VersionLifetime:
    """A version that was live from its receipt until its withdrawal, if any."""

    version: Version
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class ValidityPeriod:
    """A period during which a version counted; it still does if ``until`` is None."""

    submission_id: int
    since: datetime
    until: datetime | None = None


def validity_periods(lifetimes: Sequence[VersionLifetime]) -> list[ValidityPeriod]:
    """Return when each version of one unit and period counted, form by form.

    A period may be empty: of two versions received on one dated day the first counted
    for no moment, and yet it was accepted.
    """
    counting: dict[str, ValidityPeriod] = {}
    past: list[ValidityPeriod] = []
    for moment, live in _changes(lifetimes):
        version_states = resolve_unit_period(live)
        accepted = {
            version.form: version.submission_id
            for version in live
            if version_states[version.submission_id].state == "accepted"
        }
        for form, time in list(counting.items()):
            if accepted.get(form) != time.submission_id:
                past.append(replace(time, until=moment))
                del counting[form]
        for form, submission_id in accepted.items():
            counting.setdefault(form, ValidityPeriod(submission_id, moment))
    return past + list(counting.values())


def _changes(
    lifetimes: Sequence[VersionLifetime],
) -> Iterable[tuple[datetime, list[Version]]]:
    """Yield each moment of a receipt or a withdrawal, and the versions live then."""
    last_file = max((lifetime.version.file_id for lifetime in lifetimes), default=0)
    came = {lifetime.version.receipt_order for lifetime in lifetimes}
    went = {
        ReceiptOrder(lifetime.withdrawn_at, _LAST, last_file)
        for lifetime in lifetimes
        if lifetime.withdrawn_at
    }
    for until in sorted(came | went):
        moment = until.received_at
        yield (
            moment,
            sorted(
                (
                    lifetime.version
                    for lifetime in lifetimes
                    if lifetime.version.receipt_order <= until
                    and (
                        lifetime.withdrawn_at is None or lifetime.withdrawn_at > moment
                    )
                ),
                key=lambda version: version.receipt_order,
            ),
        )


def store_validity_periods(
    connection: Connection, returns: Iterable[tuple[str, str]]
) -> None:
    """Store when the versions of (unit, period) pairs counted, if it must be stored.

    Call it after their states are updated; the caller commits.
    """
    pairs = sorted(set(returns))
    connection.execute(
        "delete from raw.version_validity using raw.submissions"
        " where version_validity.submission_id = submissions.submission_id"
        " and (unit_code, period_code) in"
        " (select * from unnest(%s::text[], %s::text[]))",
        [[unit for unit, _ in pairs], [period for _, period in pairs]],
    )
    lifetimes = _version_lifetimes(connection, pairs)
    found = [
        time
        for _, group in groupby(
            lifetimes,
            key=lambda life: (life.version.unit_code, life.version.period_code),
        )
        for time in validity_periods(list(group))
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into raw.version_validity (submission_id, counted_from, counted_to)"
            " values (%s, %s, %s)",
            [(time.submission_id, time.since, time.until) for time in found],
        )


def _version_lifetimes(
    connection: Connection, pairs: Sequence[tuple[str, str]]
) -> list[VersionLifetime]:
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
    return [VersionLifetime(Version(*row), withdrawn) for withdrawn, *row in rows]
