"""An embedded warehouse of the bench's own, and ingesting into it as ``bloc`` does."""

import multiprocessing
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

import psutil

from benchmarks.intake.files import Order, unit_rows
from benchmarks.processor import postmaster_seconds
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.prepare import prepare
from bloc_warehouse.intake.run import ingest
from bloc_warehouse.settings import MEGABYTE, Settings

_EVERY_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Ingested:
    """One run of intake over a landing folder.

    Attributes:
        accepted: Files that were accepted.
        seconds: From the first look at landing to the last receipt.
        cpu_seconds: Of the run and its workers, without the database server.
        server_seconds: What the database server's processes took meanwhile.
        peak_mb: The most memory (RSS) that the run and its workers held together.
        largest_mb: The most that one of these processes held.
    """

    accepted: int
    seconds: float
    cpu_seconds: float
    server_seconds: float
    peak_mb: float
    largest_mb: float

    @property
    def processor_seconds(self) -> float:
        """Of the client and the server."""
        return self.cpu_seconds + self.server_seconds


@contextmanager
def bench_warehouse(workers: int) -> Iterator[Settings]:
    """Give settings with a prepared, empty warehouse in a folder that is removed."""
    folder = Path(tempfile.mkdtemp(prefix="bloc-bench-intake-"))
    folder.chmod(0o755)  # as root, the server's own user must get in
    try:
        settings = Settings.from_environment(
            {"BLOC_DATA_DIR": str(folder), "BLOC_WORKERS": str(workers)}
        )
        prepare(settings)
        yield settings
    finally:
        embedded.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


def write_units(settings: Settings, orders: Sequence[Order], at_least: int) -> None:
    """Let the warehouse know the senders, as the reference lists would."""
    with (
        connect("ingest", settings=settings) as connection,
        connection.cursor().copy(
            "copy reference.ref_unit_spans (unit_code, bloc_code, unit_kind, unit_name,"
            " valid_from, valid_to) from stdin"
        ) as copy,
    ):
        for row in unit_rows(orders, at_least):
            copy.write_row(row)


def in_landing(settings: Settings, landing: Path) -> Settings:
    """Return the same with another landing folder."""
    return settings.with_changes(landing_dir=landing)


def ingest_apart(settings: Settings) -> Ingested:
    """Ingest in a process of its own and watch what it and its workers hold."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    before = server_seconds(settings)
    process = context.Process(target=_ingest, args=(settings, theirs))
    process.start()
    theirs.close()
    peak = largest = 0.0
    while not ours.poll(_EVERY_SECONDS):
        if not process.is_alive():
            raise RuntimeError("the run died")
        held = _held_mb(process.pid)
        peak, largest = max(peak, sum(held)), max(largest, *held, 0.0)
    accepted, seconds, cpu_seconds = ours.recv()
    process.join()
    server = server_seconds(settings) - before
    return Ingested(accepted, seconds, cpu_seconds, server, peak, largest)


def _ingest(settings: Settings, pipe: Pipe) -> None:
    start, cpu = time.perf_counter(), _cpu_seconds()
    result = ingest(settings)
    seconds = time.perf_counter() - start
    pipe.send((result.batch.accepted, seconds, _cpu_seconds() - cpu))


def _cpu_seconds() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in (own, children))


def _held_mb(pid: int | None) -> list[float]:
    held = []
    with suppress(psutil.NoSuchProcess):  # one may end while it is looked at
        run = psutil.Process(pid)
        for process in (run, *run.children(recursive=True)):
            held.append(process.memory_info().rss / MEGABYTE)
    return held


def server_seconds(settings: Settings) -> float:
    """Return the processor time of the server on this machine: all its processes."""
    with connect("ingest", settings=settings) as connection:
        server = psutil.Process(connection.info.backend_pid).ppid()
    return postmaster_seconds(server)


def cells_read(settings: Settings, senders: str) -> int:
    """Return how many cells the files of senders ``<senders>-…`` held."""
    with connect("ingest", settings=settings) as connection:
        row = connection.execute(
            "select coalesce(sum((cells ->> 'read')::bigint), 0)::bigint"
            " from raw.files where sender like %s",
            [f"{senders}-%"],
        ).fetchone()
    return row[0] if row else 0
