"""Which version of a return counts: computed from all its submissions, in any order.

The rules, for one unit, form and period, in the order of receipt (of files received at
one moment, e.g. on a dated folder's day, the one written later is the later one):

* the same content as the version that counts is a *duplicate*;
* a blank number becomes the next one after all stated numbers;
* a submission with the number of a live one is *held* until somebody decides, and its
  whole file with it;
* of the rest the highest number counts (*accepted*), the others are *superseded*;
* a duplicate leaves its number free, but a later submission with a lower number does
  not count above it: then the duplicate becomes a version of its own.

Rejected and withdrawn submissions leave their numbers free. The result depends only on
the set of submissions, so a run that died half-way is simply repeated.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from psycopg import Connection
from psycopg.rows import class_row

from bloc_warehouse.storage.base import UNKNOWN_TIME


class ReceiptOrder(NamedTuple):
    """What puts files into the order of receipt.

    Attributes:
        received_at: When the office got the file; of a dated folder only the day.
        written_at: The time of the file itself.
        file_id: In which order they were registered.
    """

    received_at: datetime
    written_at: datetime
    file_id: int


@dataclass(frozen=True, slots=True)
class Version:
    """A live submission."""

    submission_id: int
    file_id: int
    received_at: datetime
    unit_code: str
    period_code: str
    form: str
    stated_submission_no: int | None
    content_sha256: str
    state: str
    submission_no: int | None
    written_at: datetime = UNKNOWN_TIME

    @property
    def receipt_order(self) -> ReceiptOrder:
        """What puts versions into the order of receipt."""
        return ReceiptOrder(self.received_at, self.written_at, self.file_id)


@dataclass(frozen=True, slots=True)
class VersionState:
    """The state of a submission and its number among its return's versions."""

    state: str
    submission_no: int | None


class _Numbers:
    """Which version has which number of one return, in the order of receipt."""

    def __init__(self) -> None:
        self.taken: dict[int, int] = {}
        self._repeated: dict[int, int] = {}  # by duplicates of what counts
        self._content: str | None = None  # of what counts

    def take(self, version: Version) -> VersionState | None:
        """Give a version its number; return its state if it gets none."""
        stated = version.stated_submission_no
        if version.content_sha256 == self._content:
            if stated:
                self._repeated.setdefault(stated, version.submission_id)
            return VersionState("duplicate", None)
        highest = max(self.taken, default=0)
        repeated = max(self._repeated, default=0)
        number = stated or max(highest, repeated) + 1
        if number in self.taken:
            return VersionState("held", number)
        self.taken[number] = version.submission_id
        if highest < number < repeated:
            self.taken[repeated] = self._repeated[repeated]
        elif number > highest:
            self._content = version.content_sha256
            self._repeated.clear()
        return None


def resolve_versions(
    versions: Sequence[Version], held_files: frozenset[int] = frozenset()
) -> dict[int, VersionState]:
    """Return the state of each submission of one unit, form and period.

    Args:
        versions: Live submissions in the order of receipt.
        held_files: Files held for another of their forms.
    """
    numbers = _Numbers()
    version_states: dict[int, VersionState] = {}
    for version in versions:
        if version.file_id in held_files:
            version_state = VersionState("held", version.stated_submission_no)
        else:
            version_state = numbers.take(version) or VersionState("superseded", None)
        version_states[version.submission_id] = version_state
    counting = max(numbers.taken, default=0)
    for number, submission_id in numbers.taken.items():
        state = "accepted" if number == counting else "superseded"
        version_states[submission_id] = VersionState(state, number)
    return version_states


def resolve_unit_period(versions: Sequence[Version]) -> dict[int, VersionState]:
    """Return the states for all forms of a unit and period; files are held whole."""
    held: frozenset[int] = frozenset()
    by_form = sorted(versions, key=lambda version: version.form)
    while True:
        version_states: dict[int, VersionState] = {}
        for _, group in groupby(by_form, key=lambda version: version.form):
            version_states |= resolve_versions(list(group), held)
        now_held = frozenset(
            version.file_id
            for version in versions
            if version_states[version.submission_id].state == "held"
        )
        if now_held == held:
            return version_states
        held |= now_held


def file_state(states: Iterable[str]) -> str:
    """Return the one state that a file's submissions make."""
    present = set(states)
    order = ("held", "accepted", "superseded", "duplicate")
    return next((state for state in order if state in present), "withdrawn")


def counted_before(
    versions: Sequence[Version], form: str, received: ReceiptOrder
) -> int | None:
    """Return the submission of a form that counted when a file was received.

    Args:
        versions: Live submissions of the unit and period, in the order of receipt.
        form: The form's name.
        received: The file's place in the order of receipt.
    """
    earlier = [version for version in versions if version.receipt_order < received]
    version_states = resolve_unit_period(earlier)
    return next(
        (
            version.submission_id
            for version in earlier
            if version.form == form
            and version_states[version.submission_id].state == "accepted"
        ),
        None,
    )


def update_version_states(
    connection: Connection, returns: Iterable[tuple[str, str]]
) -> list[tuple[Version, VersionState]]:
    """Write the state of every submission of the given (unit, period) pairs.

    Returns:
        The submissions whose state changed, as they were, with their new state.
    """
    changed: list[tuple[Version, VersionState]] = []
    for _, group in groupby(
        live_versions(connection, returns),
        key=lambda version: (version.unit_code, version.period_code),
    ):
        versions = list(group)
        version_states = resolve_unit_period(versions)
        changed += [
            (version, version_states[version.submission_id])
            for version in versions
            if version_states[version.submission_id]
            != VersionState(version.state, version.submission_no)
        ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "update raw.submissions set state = %s, submission_no = %s"
            " where submission_id = %s",
            [
                (
                    version_state.state,
                    version_state.submission_no,
                    version.submission_id,
                )
                for version, version_state in changed
            ],
        )
    update_file_states(connection, [version.submission_id for version, _ in changed])
    return changed


def live_versions(
    connection: Connection, returns: Iterable[tuple[str, str]]
) -> list[Version]:
    """Return the live submissions of (unit, period) pairs, in the order of receipt."""
    pairs = sorted(set(returns))
    with connection.cursor(row_factory=class_row(Version)) as cursor:
        return cursor.execute(
            "select submission_id, file_id, received_at, unit_code, period_code, form,"
            " stated_submission_no, content_sha256, state, submission_no, written_at"
            " from raw.submissions"
            " where state not in ('rejected', 'withdrawn')"
            " and replaced_by_replay_id is null"
            " and (unit_code, period_code) in"
            " (select * from unnest(%s::text[], %s::text[]))"
            " order by unit_code, period_code, received_at, written_at, file_id",
            [[unit for unit, _ in pairs], [period for _, period in pairs]],
        ).fetchall()


def update_file_states(connection: Connection, submission_ids: Sequence[int]) -> None:
    """Give the files of these submissions the state that follows from them."""
    connection.execute(
        """
        with touched as (
            select distinct file_id from raw.submissions
            where submission_id = any(%s)
        ),
        file_states as (
            select
                submissions.file_id,
                case
                    when bool_or(submissions.state = 'held') then 'held'
                    when bool_or(submissions.state = 'accepted') then 'accepted'
                    when bool_or(submissions.state = 'superseded') then 'superseded'
                    when bool_or(submissions.state = 'duplicate') then 'duplicate'
                    else 'withdrawn'
                end as state
            from raw.submissions
            inner join touched on submissions.file_id = touched.file_id
            where submissions.replaced_by_replay_id is null
                and submissions.state <> 'rejected'
            group by submissions.file_id
        )
        update raw.files set state = file_states.state from file_states
        where files.file_id = file_states.file_id
            and files.state is distinct from file_states.state
        """,
        [list(submission_ids)],
    )
