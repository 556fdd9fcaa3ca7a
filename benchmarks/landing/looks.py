"""``make bench-looks``: what a look at landing costs, as more and more was registered.

Landing holds the same files at each size. Those that were registered before and are
gone since are inserted as rows.
"""

import argparse
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.intake.warehouse import bench_warehouse, server_seconds
from bloc_warehouse.database.connection import connect
from bloc_warehouse.intake.run import register_new_files
from bloc_warehouse.settings import MEGABYTE, Settings

_SIZES = (1_000, 100_000, 1_000_000)
_IN_LANDING = 1_000
_LOOKS = 5

_REGISTERED = """
insert into raw.files (
    sender, path, file_name, sha256, byte_size, received_at, received_at_source,
    landing_version, written_at, answered_at, state
)
select
    'Z-' || number %% 50000, 'Z-' || number %% 50000 || '/' || number || '.xlsx',
    number || '.xlsx', md5(number::text), 9000, now(), 'found',
    '9000-' || number || '-1-1', now(), now(), 'accepted'
from generate_series(%s::bigint + 1, %s::bigint) as numbers (number)
"""


@dataclass(frozen=True, slots=True)
class Looked:
    """One look, on average.

    Attributes:
        known: Files that are registered.
        seconds: By the clock.
        cpu_seconds: Of the look itself,
        server_seconds: and of the database server.
        rows_read: Of ``raw.files``.
        peak_mb: The most memory that this process has held so far.
    """

    known: int
    seconds: float
    cpu_seconds: float
    server_seconds: float
    rows_read: int
    peak_mb: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--known", type=int, nargs="+", default=_SIZES)
    options = parser.parse_args(arguments)
    print(f"{_IN_LANDING:,} files in landing; one look, the mean of {_LOOKS}")
    print("registered   seconds   CPU s   server's   rows read   peak MB")
    for look in run_bench(options.known):
        print(
            f"{look.known:10,}   {look.seconds:7.3f}   {look.cpu_seconds:5.3f}"
            f"   {look.server_seconds:8.3f}   {look.rows_read:9,}"
            f"   {look.peak_mb:7,.0f}"
        )
    return 0


def run_bench(sizes: Sequence[int], in_landing: int = _IN_LANDING) -> Iterator[Looked]:
    """Yield what a look costs at each size, smallest first."""
    with bench_warehouse(1) as settings:
        folder = settings.data_dir / "landing" / "LAN-001"
        folder.mkdir(parents=True)
        for number in range(in_landing):
            (folder / f"{number}.csv").write_bytes(b"%d" % number)
        time.sleep(2 * settings.settle_seconds)
        register_new_files(settings)
        before = 0
        for known in sorted(sizes):
            with connect("ingest", settings=settings) as connection:
                connection.execute(_REGISTERED, [before, known])
            with connect("owner", autocommit=True, settings=settings) as connection:
                connection.execute("vacuum analyze raw.files")
            before = known
            yield _looked(settings, known)


def _looked(settings: Settings, known: int) -> Looked:
    rows, server = _rows_read(settings), server_seconds(settings)
    clock, cpu = time.perf_counter(), time.process_time()
    for _ in range(_LOOKS):
        if register_new_files(settings):
            raise RuntimeError("a look found something new")
    return Looked(
        known,
        (time.perf_counter() - clock) / _LOOKS,
        (time.process_time() - cpu) / _LOOKS,
        (server_seconds(settings) - server) / _LOOKS,
        (_rows_read(settings) - rows) // _LOOKS,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEGABYTE,
    )


def _rows_read(settings: Settings) -> int:
    with connect("ingest", autocommit=True, settings=settings) as connection:
        connection.execute("select pg_stat_force_next_flush()")
        row = connection.execute(
            "select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables"
            " where schemaname = 'raw' and relname = 'files'"
        ).fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    sys.exit(main())
