"""What one reading of a file said: its submissions and faults, to compare readings."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg import Connection

from bloc_warehouse.intake.faults.faults import Fault
from bloc_warehouse.intake.load.batch import Batch
from bloc_warehouse.intake.load.versions import ReceiptOrder

_Identity = tuple[str | int | None, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file was understood to be.

    Attributes:
        identity: Unit and period, if both are known.
        submissions: Form, version, unit, period, number and content of each.
        faults: Code, severity, place and what was found, of each.
        is_kept: Whether the bytes are meant to be in the archive.
    """

    path: str
    state: str
    received: ReceiptOrder
    identity: tuple[str, str] | None
    submissions: frozenset[_Identity]
    faults: frozenset[_Identity]
    fault_counts: Mapping[str, int]
    is_kept: bool = True

    def matches(self, other: "Reading") -> bool:
        """Whether two readings agree in all that matters."""
        return (self.submissions, self.faults) == (other.submissions, other.faults)


def present_readings(
    connection: Connection, file_ids: Sequence[int]
) -> dict[int, Reading]:
    """Return file_id → the reading that counts.

    Files that still wait are left out, and those of which something was withdrawn:
    to read them once more would undo what a person decided.
    """
    submissions: dict[int, set[_Identity]] = defaultdict(set)
    identities: dict[int, tuple[str, str]] = {}
    for file_id, *said in connection.execute(
        "select file_id, form, form_version, unit_code, period_code,"
        " stated_submission_no, content_sha256 from raw.submissions"
        " where file_id = any(%s) and replaced_by_replay_id is null",
        [list(file_ids)],
    ):
        submissions[file_id].add(tuple(said))
        if said[2] and said[3]:
            identities[file_id] = (said[2], said[3])
    faults: dict[int, set[_Identity]] = defaultdict(set)
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for file_id, *said in connection.execute(
        "select faults.file_id, code, severity, sheet, cell, rule, found"
        " from raw.faults inner join raw.files on faults.file_id = files.file_id"
        " where faults.file_id = any(%s)"
        " and faults.replay_id is not distinct from files.replay_id",
        [list(file_ids)],
    ):
        faults[file_id].add(tuple(said))
        counts[file_id][said[4] or said[0]] += 1
    rows = connection.execute(
        "select file_id, path, state, received_at, written_at,"
        " archive_path is not null or sha256 is null from raw.files"
        " where file_id = any(%s) and state not in ('pending', 'withdrawn')"
        " and not exists (select from raw.withdrawals"
        " where withdrawals.file_id = files.file_id)"
        " order by received_at, written_at, file_id for update",
        [list(file_ids)],
    ).fetchall()
    return {
        file_id: Reading(
            path,
            state,
            ReceiptOrder(received_at, written_at, file_id),
            identities.get(file_id),
            frozenset(submissions[file_id]),
            frozenset(faults[file_id]),
            dict(counts[file_id]),
            is_kept,
        )
        for file_id, path, state, received_at, written_at, is_kept in rows
    }


def new_reading(batch: Batch, file_id: int) -> Reading:
    """Return what a file is understood to be now."""
    submissions: set[_Identity] = set()
    for staged_form in batch.forms_of(file_id):
        identity = staged_form.form.identity
        submissions.add(
            (
                identity.form.name,
                identity.form.version,
                identity.unit_code,
                identity.period.code if identity.period else None,
                identity.stated_submission_no,
                staged_form.form.content_sha256,
            )
        )
    own = [fault for owner, _, fault in batch.faults if owner == file_id]
    return Reading(
        path="",
        state="",
        received=batch.received[file_id],
        identity=None,
        submissions=frozenset(submissions),
        faults=frozenset(map(_identity, own)),
        fault_counts={},
    )


def _identity(fault: Fault) -> _Identity:
    return (
        fault.code,
        fault.severity,
        fault.sheet,
        fault.cell,
        fault.rule,
        fault.found,
    )
