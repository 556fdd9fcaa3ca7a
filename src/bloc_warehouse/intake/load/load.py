"""One batch of parsed files into raw: one transaction, all or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection, sql
from psycopg.types.json import Jsonb

from bloc_warehouse.database.locks import Lock, lock_until_commit
from bloc_warehouse.forms.registry import Registry
from bloc_warehouse.intake.load.batch import Batch, OwnedFault
from bloc_warehouse.intake.load.closed_periods import mark_corrections
from bloc_warehouse.intake.load.form_rules import (
    StagedForm,
    broken_rules,
    stage,
    staged_tables,
)
from bloc_warehouse.intake.load.record_counts import write_counts
from bloc_warehouse.intake.load.version_history import store_validity_periods
from bloc_warehouse.intake.load.versions import (
    ReceiptOrder,
    Version,
    VersionState,
    update_version_states,
)
from bloc_warehouse.intake.parse.parsed import ParsedFile, ParsedForm


@dataclass(frozen=True, slots=True)
class RegisteredFile:
    """A file that waits to be read."""

    file_id: int
    sender: str
    path: str
    file_name: str
    sha256: str | None
    byte_size: int
    archive_path: str | None
    received_at: datetime
    received_at_source: str
    registered_at: datetime


def load(
    connection: Connection,
    registry: Registry,
    parsed: Mapping[int, ParsedFile],
) -> None:
    """Check the batch's identities and load what is free of errors.

    Files that another run has meanwhile dealt with are left alone. The caller
    commits.

    Args:
        connection: As role ``ingest``, in a transaction.
        registry: All forms.
        parsed: file_id → what the file holds.
    """
    lock_loading(connection)
    received = _still_pending(connection, list(parsed))
    identifiers = reserve_submission_ids(connection, count_forms(parsed, received))
    batch = check_batch(connection, registry, parsed, received, identifiers)
    write_batch(connection, registry, batch)
    _notify_renumbered(connection, update_version_states(connection, batch.returns))
    store_validity_periods(connection, batch.returns)
    write_counts(connection, registry, batch)


def _notify_renumbered(
    connection: Connection, settled: Sequence[tuple[Version, VersionState]]
) -> None:
    """Have those answered again who were told another number of their submission."""
    renumbered = [
        version.file_id
        for version, version_state in settled
        if version.submission_no not in (None, version_state.submission_no)
    ]
    connection.execute(
        "update raw.files set answered_at = null where file_id = any(%s)",
        [renumbered],
    )


def lock_loading(connection: Connection) -> None:
    """Wait until no other transaction loads, settles, withdraws or replays."""
    lock_until_commit(connection, Lock.LOADING)


def check_batch(
    connection: Connection,
    registry: Registry,
    parsed: Mapping[int, ParsedFile],
    received: Mapping[int, ReceiptOrder],
    identifiers: Iterable[int],
) -> Batch:
    """Stage the forms of the files ``received`` and try the forms' rules on them.

    Args:
        connection: In a transaction, whose end removes what is staged.
        registry: All forms.
        parsed: file_id → what the file holds.
        received: file_id → its place in the order of receipt, of those meant.
        identifiers: The ids that their forms get, in order.
    """
    forms = [(file_id, form) for file_id in received for form in parsed[file_id].forms]
    numbered = list(zip(identifiers, forms, strict=False))
    staged = [StagedForm(number, form) for number, (_, form) in numbered]
    owner = {number: file_id for number, (file_id, _) in numbered}
    stage(connection, registry, staged)
    faults = _faults(connection, registry, received, staged, owner, parsed)
    return Batch(received, parsed, staged, owner, faults)


def count_forms(parsed: Mapping[int, ParsedFile], file_ids: Iterable[int]) -> int:
    """Return how many submissions files make."""
    return sum(len(parsed[file_id].forms) for file_id in file_ids)


def write_batch(connection: Connection, registry: Registry, batch: Batch) -> None:
    """Write submissions, faults and, of files without an error, the rows."""
    rejected = batch.rejected
    _insert_submissions(connection, batch, rejected)
    _insert_faults(connection, batch)
    _reject_files(connection, rejected)
    loaded = [
        staged_form
        for staged_form in batch.staged
        if batch.owner[staged_form.submission_id] not in rejected
    ]
    _insert_rows(connection, registry, loaded)
    mark_corrections(connection, [row.submission_id for row in loaded])


def _still_pending(
    connection: Connection, file_ids: Sequence[int]
) -> dict[int, ReceiptOrder]:
    rows = connection.execute(
        "select received_at, written_at, file_id from raw.files"
        " where file_id = any(%s) and state = 'pending' order by file_id for update",
        [file_ids],
    )
    return {row[-1]: ReceiptOrder(*row) for row in rows}


def reserve_submission_ids(connection: Connection, count: int) -> list[int]:
    """Take ids for new submissions."""
    rows = connection.execute(
        "select nextval(pg_get_serial_sequence('raw.submissions', 'submission_id'))"
        " from generate_series(1, %s)",
        [count],
    )
    return [number for (number,) in rows]


def _faults(
    connection: Connection,
    registry: Registry,
    files: Iterable[int],
    staged: Sequence[StagedForm],
    owner: Mapping[int, int],
    parsed: Mapping[int, ParsedFile],
) -> list[OwnedFault]:
    by_sheet = {
        (
            owner[staged_form.submission_id],
            staged_form.form.sheet,
        ): staged_form.submission_id
        for staged_form in staged
    }
    own: list[OwnedFault] = [
        (file_id, by_sheet.get((file_id, fault.sheet or "")), fault)
        for file_id in files
        for fault in parsed[file_id].faults.faults
    ]
    rules = broken_rules(connection, registry, staged)
    return own + [(owner[number], number, fault) for number, fault in rules]


def _insert_submissions(
    connection: Connection, batch: Batch, rejected: set[int]
) -> None:
    copy = (
        "copy raw.submissions (submission_id, file_id, form, form_version, sheet,"
        " unit_code, period_code, period_type, period_year, basis,"
        " stated_submission_no, state, content_sha256, received_at, written_at,"
        " columns, replay_id) from stdin"
    )
    with connection.cursor().copy(copy) as writer:
        for staged_form in batch.staged:
            file_id = batch.owner[staged_form.submission_id]
            state = "rejected" if file_id in rejected else "pending"
            writer.write_row(
                (
                    staged_form.submission_id,
                    file_id,
                    *_submission_values(staged_form.form),
                    state,
                    staged_form.form.content_sha256,
                    batch.received[file_id].received_at,
                    batch.received[file_id].written_at,
                    Jsonb(
                        {table.name: table.columns for table in staged_form.form.tables}
                    ),
                    batch.replay_id,
                )
            )


def _submission_values(form: ParsedForm) -> tuple[Any, ...]:
    identity = form.identity
    period = identity.period
    return (
        identity.form.name,
        identity.form.version,
        form.sheet,
        identity.unit_code,
        period.code if period else None,
        period.type if period else None,
        period.year if period else None,
        period.basis if period else None,
        identity.stated_submission_no,
    )


def _insert_faults(connection: Connection, batch: Batch) -> None:
    copy = (
        "copy raw.faults (file_id, submission_id, replay_id, code, severity, sheet,"
        " cell, rule, found, expected, message_vi, message_en) from stdin"
    )
    with connection.cursor().copy(copy) as writer:
        for file_id, submission_id, fault in batch.faults:
            writer.write_row(
                (file_id, submission_id, batch.replay_id, *fault.as_dict().values())
            )


def _reject_files(connection: Connection, rejected: set[int]) -> None:
    connection.execute(
        "update raw.files set state = 'rejected' where file_id = any(%s)",
        [list(rejected)],
    )


def _insert_rows(
    connection: Connection, registry: Registry, loaded: Sequence[StagedForm]
) -> None:
    for table in staged_tables(loaded):
        columns = registry.raw_tables()[table]
        names = sql.SQL(", ").join(
            map(
                sql.Identifier,
                ["submission_id", "sheet", "sheet_row", *columns, "not_applicable"],
            )
        )
        connection.execute(
            sql.SQL(
                "insert into {} ({names}) select {names} from {} as staged"
                " where staged.submission_id = any(%s)"
                " order by staged.submission_id, staged.sheet_row"
            ).format(
                sql.Identifier("raw", table),
                sql.Identifier("pg_temp", f"staged_{table}"),
                names=names,
            ),
            [[row.submission_id for row in loaded]],
        )
