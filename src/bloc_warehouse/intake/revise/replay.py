"""Reads archived files once more after a form, an alias or a rule was put right.

Nothing is lost: what an earlier reading made stays, with its faults, and is marked as
replaced. A file whose new reading says the same is not touched, so a replay can be
repeated. Three things a replay reports and leaves to people: an accepted file that
would now be rejected, a rejected file whose sender has meanwhile sent a version that
counts, and a file whose bytes are gone. Bytes that are not kept, for personal data, are
no such loss. Personal data that only now is found goes as it does at first receipt.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Literal

from psycopg import Connection
from psycopg.types.json import Jsonb

from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.ids import file_id as named_as_file
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.intake.files.archive import clear_incoming, forget_files
from bloc_warehouse.intake.load.batch import Batch, batches
from bloc_warehouse.intake.load.load import (
    check_batch,
    count_forms,
    lock_loading,
    reserve_submission_ids,
    write_batch,
)
from bloc_warehouse.intake.load.record_counts import write_counts
from bloc_warehouse.intake.load.version_history import store_validity_periods
from bloc_warehouse.intake.load.versions import (
    ReceiptOrder,
    live_versions,
    update_version_states,
)
from bloc_warehouse.intake.parse.parsed import ParsedFile
from bloc_warehouse.intake.revise.lookup import find_file
from bloc_warehouse.intake.revise.reading import Reading, new_reading, present_readings
from bloc_warehouse.intake.revise.reread import reread
from bloc_warehouse.settings import Settings
from bloc_warehouse.storage import locations

Outcome = Literal[
    "unchanged", "replaced", "would_be_rejected", "overtaken", "bytes_gone", "not_kept"
]
_QUIET = ("unchanged", "not_kept")

_CARRY_EXPLANATIONS = """
insert into raw.explanations
    (fault_id, submission_id, reason, explained_by, explained_at)
select distinct
    fresh.fault_id, fresh.submission_id, explanations.reason,
    explanations.explained_by, explanations.explained_at
from raw.faults as fresh
inner join raw.faults as older
    on older.file_id = fresh.file_id
    and older.replay_id is distinct from fresh.replay_id
    and older.code = fresh.code
    and older.rule is not distinct from fresh.rule
    and older.sheet is not distinct from fresh.sheet
    and older.cell is not distinct from fresh.cell
    and older.found is not distinct from fresh.found
    and older.expected is not distinct from fresh.expected
inner join raw.explanations on older.fault_id = explanations.fault_id
where fresh.replay_id = %s and fresh.severity = 'warning'
order by explanations.explained_at
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which files to read once more.

    Attributes:
        file: One file, ``F-12`` or a path.
        since: Received at or after.
        rule: With a fault of this rule or code.
        rejected_only: Not those that were taken.
    """

    file: str | None = None
    since: datetime | None = None
    rule: str | None = None
    rejected_only: bool = True


@dataclass(frozen=True, slots=True)
class ReplayedFile:
    """What reading a file once more gave."""

    file: str
    path: str
    outcome: Outcome
    state_before: str
    state: str
    faults_before: Mapping[str, int]
    faults: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay did; ``files`` leaves out the unchanged and those not kept."""

    read: int
    outcomes: Mapping[str, int]
    files: tuple[ReplayedFile, ...]


def replay(settings: Settings, selection: Selection, by: str) -> Replay:
    """Read archived files once more and apply what changed.

    Args:
        settings: The warehouse and its archive.
        selection: Which files.
        by: Who asked for it; kept.

    Raises:
        WrongRequestError: The file that is named does not exist.
    """
    archive = locations.archive(settings)
    with connect("ingest", settings=settings) as connection:
        file_ids = _selected(connection, selection)
        connection.commit()
        replayed: list[ReplayedFile] = []
        for some in batches(file_ids, settings.batch_size):
            parsed = reread(connection, settings, some)
            replayed += _replay_some(connection, some, parsed, selection, by)
            personal = {file_id for file_id, file in parsed.items() if file.is_personal}
            forget_files(connection, archive, personal)
            connection.commit()
            clear_incoming(connection, archive)
            connection.commit()
    return Replay(
        len(replayed),
        dict(Counter(replayed_file.outcome for replayed_file in replayed)),
        tuple(
            replayed_file
            for replayed_file in replayed
            if replayed_file.outcome not in _QUIET
        ),
    )


def _selected(connection: Connection, selection: Selection) -> list[int]:
    if selection.file is not None:
        return [find_file(connection, selection.file).file_id]
    rows = connection.execute(
        "select file_id from raw.files"
        " where (state = 'rejected'"
        " or (not %(rejected_only)s and state not in ('pending', 'withdrawn')))"
        " and (%(since)s::timestamptz is null or received_at >= %(since)s)"
        " and (%(rule)s::text is null or exists ("
        " select from raw.faults where faults.file_id = files.file_id"
        " and faults.replay_id is not distinct from files.replay_id"
        " and %(rule)s in (faults.rule, faults.code)))"
        " order by received_at, file_id",
        asdict(selection),
    )
    return [file_id for (file_id,) in rows]


def _replay_some(
    connection: Connection,
    file_ids: Sequence[int],
    parsed: Mapping[int, ParsedFile],
    selection: Selection,
    by: str,
) -> list[ReplayedFile]:
    registry = load_registry()
    lock_loading(connection)
    present = present_readings(connection, file_ids)
    received = {
        file_id: present[file_id].received for file_id in parsed if file_id in present
    }
    identifiers = reserve_submission_ids(connection, count_forms(parsed, received))
    batch = check_batch(connection, registry, parsed, received, identifiers)
    outcomes = _outcomes(connection, present, batch)
    changed = {
        file_id for file_id, outcome in outcomes.items() if outcome == "replaced"
    }
    if changed:
        made = _new_replay(connection, selection, by)
        _replace_readings(connection, changed, made)
        again = replace(batch.only(changed), replay_id=made)
        write_batch(connection, registry, again)
        connection.execute(_CARRY_EXPLANATIONS, [made])
        left = {present[file_id].identity for file_id in changed}
        _update_states(connection, again, {file_id for file_id in left if file_id})
        write_counts(connection, registry, again)
    return _report(connection, present, batch, outcomes)


def _outcomes(
    connection: Connection, present: Mapping[int, Reading], batch: Batch
) -> dict[int, Outcome]:
    overtaken = _overtaken(connection, present, batch)
    rejected = batch.rejected
    outcomes: dict[int, Outcome] = {}
    for file_id, before in present.items():
        if file_id not in batch.received:
            outcomes[file_id] = "bytes_gone" if before.is_kept else "not_kept"
        elif new_reading(batch, file_id).matches(before):
            outcomes[file_id] = "unchanged"
        elif before.state != "rejected" and file_id in rejected:
            outcomes[file_id] = "would_be_rejected"
        elif file_id in overtaken and file_id not in rejected:
            outcomes[file_id] = "overtaken"
        else:
            outcomes[file_id] = "replaced"
    return outcomes


def _overtaken(
    connection: Connection, present: Mapping[int, Reading], batch: Batch
) -> set[int]:
    """Rejected files after which a live version of the same return was received."""
    latest: dict[tuple[str, str, str], ReceiptOrder] = {}
    for version in live_versions(connection, batch.returns):
        key = (version.unit_code, version.period_code, version.form)
        latest[key] = version.receipt_order
    return {
        file_id
        for file_id in batch.received
        if present[file_id].state == "rejected"
        for staged_form in batch.forms_of(file_id)
        if (identity := staged_form.form.identity).unit_code
        and identity.period
        and latest.get(
            (identity.unit_code, identity.period.code, identity.form.name),
            batch.received[file_id],
        )
        > batch.received[file_id]
    }


def _new_replay(connection: Connection, selection: Selection, by: str) -> int:
    said = {
        name: str(value) if isinstance(value, datetime) else value
        for name, value in asdict(selection).items()
    }
    row = connection.execute(
        "insert into raw.replays (replayed_by, selection) values (%s, %s)"
        " returning replay_id",
        [by, Jsonb(said)],
    ).fetchone()
    if row is None:
        raise LookupError("insert returned no row")
    return int(row[0])


def _replace_readings(
    connection: Connection, file_ids: Set[int], replay_id: int
) -> None:
    connection.execute(
        "update raw.submissions set replaced_by_replay_id = %s, state ="
        " case when state = 'rejected' then 'rejected' else 'superseded' end"
        " where file_id = any(%s) and replaced_by_replay_id is null"
        " and state <> 'withdrawn'",
        [replay_id, list(file_ids)],
    )
    connection.execute(
        "update raw.files set replay_id = %s, state = 'pending', answered_at = null"
        " where file_id = any(%s)",
        [replay_id, list(file_ids)],
    )


def _update_states(
    connection: Connection, batch: Batch, left: Set[tuple[str, str]]
) -> None:
    settled = update_version_states(connection, batch.returns | left)
    store_validity_periods(connection, batch.returns | left)
    connection.execute(
        "update raw.files set answered_at = null where file_id = any(%s)",
        [[version.file_id for version, _ in settled]],
    )


def _report(
    connection: Connection,
    present: Mapping[int, Reading],
    batch: Batch,
    outcomes: Mapping[int, Outcome],
) -> list[ReplayedFile]:
    states: dict[int, str] = dict(
        connection.execute(
            "select file_id, state from raw.files where file_id = any(%s)",
            [list(present)],
        ).fetchall()
    )
    faults: dict[int, Counter[str]] = defaultdict(Counter)
    for file_id, _, fault in batch.faults:
        faults[file_id][fault.rule or fault.code] += 1
    return [
        ReplayedFile(
            named_as_file(file_id),
            before.path,
            outcomes[file_id],
            before.state,
            states[file_id],
            before.fault_counts,
            dict(faults[file_id]),
        )
        for file_id, before in present.items()
    ]
