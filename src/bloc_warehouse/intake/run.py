"""The intake: register, parse, load, answer; by hand, by a DAG, or as a dry run.

One run ingests at a time. By hand the run holds the intake lock alone; the DAG's
batches share it, since the DAG itself runs once at a time.
"""

import logging
import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

import psycopg
from psycopg import Connection

from bloc_warehouse.database import locks
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.locks import Lock
from bloc_warehouse.domain.ids import file_id as named_as_file
from bloc_warehouse.errors import BusyError
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.intake.answer.landing_notes import answer_not_taken
from bloc_warehouse.intake.answer.receipt import answer, receipts_for_people
from bloc_warehouse.intake.faults.faults import Fault
from bloc_warehouse.intake.files.archive import clear_incoming
from bloc_warehouse.intake.files.not_taken import list_not_taken
from bloc_warehouse.intake.files.register import Receipt, register_files
from bloc_warehouse.intake.load.batch import batches
from bloc_warehouse.intake.load.cell_counts import CellCounts
from bloc_warehouse.intake.load.expected import expected_states
from bloc_warehouse.intake.load.form_rules import StagedForm
from bloc_warehouse.intake.load.load import check_batch, load
from bloc_warehouse.intake.load.record_counts import batch_counts
from bloc_warehouse.intake.load.versions import ReceiptOrder
from bloc_warehouse.intake.parse.parsed import ParseContext, ParsedFile
from bloc_warehouse.intake.parse.unit_directory import load_reference
from bloc_warehouse.intake.revise.reread import (
    parse_context,
    reread,
    too_large,
    unloadable,
)
from bloc_warehouse.intake.sandbox.client import parse_apart
from bloc_warehouse.intake.sandbox.lifeline import end_with_parent
from bloc_warehouse.log_lines import current_fields, write_as_json
from bloc_warehouse.settings import DatabaseSettings, LimitSettings, Settings
from bloc_warehouse.storage import locations
from bloc_warehouse.storage.names import shown_name

_FEWEST_IN_BATCH = 100
# what figures, names and dates can do to us; a bug or a lost database stops the run
_ONE_FILES_DOING = (
    psycopg.DataError,
    psycopg.errors.ProgramLimitExceeded,
    ValueError,
    ArithmeticError,
    RecursionError,
)

Progress = Callable[[int, int], None]

logger = logging.getLogger(__name__)


class IntakeBusyError(BusyError):
    """Another run is ingesting."""


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of files: how many are in which state."""

    accepted: int = 0
    rejected: int = 0
    held: int = 0
    duplicate: int = 0
    superseded: int = 0

    def __add__(self, other: "BatchResult") -> "BatchResult":
        return BatchResult(
            self.accepted + other.accepted,
            self.rejected + other.rejected,
            self.held + other.held,
            self.duplicate + other.duplicate,
            self.superseded + other.superseded,
        )

    @property
    def files(self) -> int:
        """How many files were dealt with."""
        return (
            self.accepted + self.rejected + self.held + self.duplicate + self.superseded
        )


@dataclass(frozen=True, slots=True)
class ReturnedFile:
    """A file that was not taken as it is, and where its sender reads why.

    Attributes:
        fault: The first thing that is wrong with it, None of one that is held.
        receipt: The page or the marked workbook in the outbox.
    """

    file: str
    path: str
    state: str
    fault: str | None
    receipt: str


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What one run did.

    Attributes:
        registered: How many files are new.
        batch: What became of those and of what had waited.
        returned: The rejected and the held among all that was answered.
        not_taken: How much in landing is no file to be taken; ``bloc status`` says why.
    """

    registered: int
    batch: BatchResult
    returned: tuple[ReturnedFile, ...] = ()
    not_taken: int = 0


@dataclass(frozen=True, slots=True)
class CheckedReturn:
    """A return that a file was found to hold; None: it does not say."""

    form: str
    unit_code: str | None
    period_code: str | None


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What would become of a file: the answer of a dry run.

    Attributes:
        returns: What it was understood to be: form, unit and period of each return.
    """

    file: str
    state: str
    returns: tuple[CheckedReturn, ...]
    faults: tuple[Fault, ...]
    cells: CellCounts


def ingest(
    settings: Settings,
    *,
    received_at: Receipt | None = None,
    progress: Progress | None = None,
) -> IngestResult:
    """Register, read, check, load and answer everything that waits.

    Args:
        settings: Folders and warehouse.
        received_at: What an operator says of the time of receipt of new files.
        progress: Called with (files done, files in all).

    Raises:
        IntakeBusyError: Another run is at it.
    """
    with intake_lock(settings):
        began_at = _clock(settings)
        registered = register_new_files(settings, received_at)
        result = BatchResult()
        waiting = pending_batches(settings)
        total = sum(map(len, waiting))
        for batch in _batch_results(settings, waiting):
            result += batch
            if progress:
                progress(result.files, total)
        write_receipts(settings)
    return _told(settings, began_at, registered, result)


@contextmanager
def intake_lock(settings: DatabaseSettings, *, shared: bool = False) -> Iterator[None]:
    """Hold the right to ingest: alone, or together with the DAG's other batches.

    Raises:
        IntakeBusyError: Somebody else has it (only when asked for alone).
    """
    with connect("ingest", autocommit=True, settings=settings) as connection:
        if shared:
            locks.lock_for_session(connection, Lock.INTAKE, shared=True)
            yield
            return
        if not locks.try_lock_for_session(connection, Lock.INTAKE):
            raise IntakeBusyError(
                "another run is ingesting; try again when it is done: "
                + locks.holders(connection, Lock.INTAKE)
            )
        yield


def register_new_files(settings: Settings, received_at: Receipt | None = None) -> int:
    """Archive and register what is new in landing; return how many files are new."""
    with connect("ingest", settings=settings) as connection:
        before = list_not_taken(connection)
        new = register_files(connection, settings, received_at)
        now = list_not_taken(connection)
        answer_not_taken(settings, load_reference(connection), before, now)
        return new


def pending_batches(settings: Settings) -> list[list[int]]:
    """Return the ids of the files that wait, oldest receipt first, in batches."""
    with connect("ingest", settings=settings) as connection:
        rows = connection.execute(
            "select file_id from raw.files where state = 'pending'"
            " order by received_at, written_at, file_id"
        ).fetchall()
    # few files are shared evenly, too few are not worth another process
    share = -(-len(rows) // settings.workers)
    size = min(settings.batch_size, max(share, _FEWEST_IN_BATCH))
    return batches([file_id for (file_id,) in rows], size)


def ingest_batch(settings: Settings, file_ids: list[int]) -> BatchResult:
    """Read, check, load and answer one batch; safe to repeat after a crash."""
    with intake_lock(settings, shared=True):
        result = load_batch(settings, file_ids)
        write_receipts(settings)
    return result


def load_batch(settings: Settings, file_ids: list[int]) -> BatchResult:
    """Read, check and load one batch in one transaction.

    Where something in a file makes that fail, the batch's files are loaded one by one,
    and that file is rejected for it.
    """
    try:
        return _load(settings, file_ids)
    except _ONE_FILES_DOING as error:
        logger.exception("files %s could not be loaded together", file_ids)
        if len(file_ids) == 1:
            return _load(settings, file_ids, broken_by=error)
    alone = (load_batch(settings, [file_id]) for file_id in file_ids)
    return sum(alone, BatchResult())


def _load(
    settings: Settings, file_ids: list[int], broken_by: Exception | None = None
) -> BatchResult:
    with connect("ingest", settings=settings) as connection:
        waiting = _still_waiting(connection, file_ids)
        if broken_by is None:
            parsed = reread(connection, settings, waiting)
        else:
            parsed = {file_id: unloadable(broken_by) for file_id in waiting}
        load(connection, load_registry(), parsed)
        connection.commit()
        clear_incoming(connection, locations.archive(settings))
        connection.commit()
        states = connection.execute(
            "select state, count(*) from raw.files where file_id = any(%s)"
            " and state not in ('pending', 'withdrawn') group by state",
            [file_ids],
        ).fetchall()
    return BatchResult(**dict(states))


def write_receipts(settings: Settings) -> int:
    """Answer every file that has not been answered; return how many were."""
    with connect("ingest", settings=settings) as connection:
        return answer(connection, settings, load_registry(), load_reference(connection))


def check_files(
    settings: Settings, paths: Sequence[Path], sender: str | None = None
) -> list[CheckedFile]:
    """Say what would become of files, with all their faults; nothing is written.

    Args:
        settings: Forms' limits and the warehouse with its units.
        paths: The files.
        sender: The landing folder they would be sent to; by default the unit that
            each file itself names.
    """
    registry = load_registry()
    with connect("ingest", settings=settings) as connection:
        context = parse_context(connection, settings)
        parsed = {
            number: _parse(path, sender, settings, context)
            for number, path in enumerate(paths, start=1)
        }
        now = datetime.now(UTC)
        received = {number: ReceiptOrder(now, now, number) for number in parsed}
        batch = check_batch(connection, registry, parsed, received, count(1))
        counts = batch_counts(connection, registry, batch)
        states = expected_states(connection, batch)
        connection.rollback()
    return [
        CheckedFile(
            shown_name(str(path)),
            states[number],
            tuple(_checked(staged) for staged in batch.forms_of(number)),
            tuple(fault for owner, _, fault in batch.faults if owner == number),
            counts[number],
        )
        for number, path in enumerate(paths, start=1)
    ]


def _checked(staged: StagedForm) -> CheckedReturn:
    identity = staged.form.identity
    period = identity.period.code if identity.period else None
    return CheckedReturn(identity.form.name, identity.unit_code, period)


def _parse(
    path: Path, sender: str | None, settings: LimitSettings, context: ParseContext
) -> ParsedFile:
    size = path.stat().st_size
    if size > settings.max_file_bytes:
        return too_large(size, settings)
    return parse_apart(shown_name(path.name), path.read_bytes(), sender, context)


def _batch_results(
    settings: Settings, waiting: Sequence[list[int]]
) -> Iterator[BatchResult]:
    load_one = partial(_load_and_answer, settings)
    if len(waiting) < 2 or settings.workers < 2:
        yield from map(load_one, waiting)
        return
    context = multiprocessing.get_context("spawn")
    done = 0
    try:
        with ProcessPoolExecutor(
            settings.workers,
            mp_context=context,
            initializer=_begin_worker,
            initargs=(settings.json_logs, current_fields()),
        ) as pool:
            for result in pool.map(load_one, waiting):
                done += 1
                yield result
    except BrokenProcessPool:
        # the system ended one, e.g. for its memory: what is left is done one by one
        logger.warning("a worker was killed; the rest is read without workers")
        yield from map(load_one, waiting[done:])


def _begin_worker(is_json: bool, fields: Mapping[str, object]) -> None:
    """End with the one that started this process, and log as it does."""
    end_with_parent()
    if is_json:
        write_as_json(**fields)


def _load_and_answer(settings: Settings, file_ids: list[int]) -> BatchResult:
    """Load a batch and answer it; marking workbooks takes longer than reading them."""
    result = load_batch(settings, file_ids)
    write_receipts(settings)
    return result


def _clock(settings: DatabaseSettings) -> datetime:
    """Return the warehouse's own time."""
    with connect("ingest", settings=settings) as connection:
        row = connection.execute("select clock_timestamp()").fetchone()
    return row[0] if row else datetime.now(UTC)


def _told(
    settings: Settings, began_at: datetime, registered: int, batch: BatchResult
) -> IngestResult:
    """Say what a run did, and of which files somebody must hear."""
    with connect("ingest", settings=settings) as connection:
        rows = connection.execute(
            "select files.file_id, sender, file_name, path, state, fault"
            " from raw.files left join lateral ("
            " select concat_ws(' ', coalesce(rule, code), sheet, cell) || ': ' ||"
            " message_en as fault from raw.faults"
            " where faults.file_id = files.file_id and severity = 'error'"
            " and faults.replay_id is not distinct from files.replay_id"
            " order by fault_id limit 1) as first_faults on true"
            " where state in ('rejected', 'held') and answered_at >= %s"
            " order by files.file_id",
            [began_at],
        ).fetchall()
        reference = load_reference(connection)
        not_taken = len(list_not_taken(connection))
    receipts = receipts_for_people(settings, reference, [row[:3] for row in rows])
    returned = tuple(
        ReturnedFile(named_as_file(file_id), path, state, fault, receipt)
        for (file_id, _, _, path, state, fault), receipt in zip(
            rows, receipts, strict=True
        )
    )
    return IngestResult(registered, batch, returned, not_taken)


def _still_waiting(connection: Connection, file_ids: Sequence[int]) -> list[int]:
    rows = connection.execute(
        "select file_id from raw.files where file_id = any(%s) and state = 'pending'",
        [list(file_ids)],
    )
    return [file_id for (file_id,) in rows]
