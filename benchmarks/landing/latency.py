"""``make bench-latency``: how long after a file is dropped readers have its figures.

Publishes the samples in a warehouse of its own, starts Airflow as ``make up`` does, and
drops one corrected workbook after another at random moments; the first two are not
counted. Prints how long each took
until its release was live, the times in between of one, and what Airflow's processes
and the server spent.
"""

import argparse
import os
import random
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from benchmarks.landing.corrections import corrections
from bloc_samples.files.batching import Parcel
from bloc_samples.files.writing import write_parcels
from bloc_samples.make import make_samples
from bloc_warehouse import airflow_local, pipeline
from bloc_warehouse.airflow_local.api import AirflowApi
from bloc_warehouse.airflow_local.follow import Patience, wait_until_read
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.embedded.process import free_port
from bloc_warehouse.settings import Settings, get_settings

_DAGS = ("ingest_submissions", "build_warehouse")
_NEVER = "0 0 29 2 *"
_AIM_SECONDS, _GOAL_SECONDS = 20, 60
_LONGEST_SECONDS = 600
_WARMING = 2  # the first releases of a warehouse are whole builds
_PAUSE_SECONDS = 5.0  # at most, between a release and the next drop

# the file, and the first release that was begun after it had been answered
_PUBLISHED = """
select
    files.state, files.registered_at, files.answered_at, releases.build_started_at,
    releases.built_at, releases.audited_at, releases.published_at
from raw.files
left join lateral (
    select * from quality.releases
    where releases.build_started_at >= files.answered_at
        and releases.published_at is not null
    order by releases.release_id
    limit 1
) as releases on true
where files.path = %s
"""


@dataclass(frozen=True, slots=True)
class Drop:
    """One file, from the moment it was dropped: what happened after how many seconds.

    Attributes:
        cpu_seconds: What Airflow's processes and the server spent meanwhile.
    """

    steps: Sequence[tuple[str, float]]
    cpu_seconds: float

    @property
    def seconds(self) -> float:
        """Until readers had it."""
        return self.steps[-1][1]


def main() -> int:
    """Run the bench; return 1 where the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drops", type=int, default=20)
    parser.add_argument("--data", type=Path, help="keep the warehouse here")
    arguments = parser.parse_args()
    # so that a run that is stopped still takes Airflow and the server away
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with _installation(arguments.data) as (settings, api):
        drops = []
        for number, parcel in enumerate(corrections(_WARMING + arguments.drops)):
            time.sleep(random.uniform(0, _PAUSE_SECONDS))  # noqa: S311
            drops.append(_drop(settings, api, parcel))
            noted = "" if number >= _WARMING else " (not counted)"
            print(f"{drops[-1].seconds:.1f} s{noted}", flush=True)
    return _report(drops[_WARMING:])


@contextmanager
def _installation(data: Path | None) -> Iterator[tuple[Settings, AirflowApi]]:
    folder = data or Path(tempfile.mkdtemp(prefix="bloc-bench-latency-"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)  # as root, the server's own user must get in
    os.environ |= {  # of Airflow's processes, too
        "BLOC_DATA_DIR": str(folder),
        "BLOC_DELIVER_SCHEDULE": _NEVER,
        "BLOC_REMIND_SCHEDULE": _NEVER,
    }
    get_settings.cache_clear()
    settings = get_settings().with_changes(
        airflow_port=free_port(), ingest_schedule=_NEVER
    )
    try:
        make_samples(settings)
        pipeline.run(settings, by="bench")
        api = airflow_local.start(settings, report=print).api()
        wait_until_read(api, _DAGS, Patience())
        time.sleep(_PAUSE_SECONDS)  # the triggerer's first look
        yield settings, api
    finally:
        airflow_local.stop(settings)
        embedded.stop(folder)
        if data is None:
            shutil.rmtree(folder, ignore_errors=True)


def _drop(settings: Settings, api: AirflowApi, parcel: Parcel) -> Drop:
    spent = _cpu_seconds(settings)
    dropped = datetime.now(UTC)
    write_parcels([parcel], Path(str(settings.landing_dir)), workers=1)
    until = time.monotonic() + _LONGEST_SECONDS
    while True:
        with connect("ingest", settings=settings) as connection:
            row = connection.execute(_PUBLISHED, [parcel.path]).fetchone()
        if row and row[0] in ("rejected", "held", "duplicate"):
            raise RuntimeError(f"{parcel.path} is {row[0]}")
        if row and row[-1]:
            break
        if time.monotonic() > until:
            raise RuntimeError(f"{parcel.path} is not published")
        time.sleep(0.2)
    cpu_seconds = _cpu_seconds(settings) - spent
    names = (
        "registered", "answered", "build begun", "built", "audited", "published"
    )  # fmt: skip
    moments = [*_task_moments(api, dropped), *zip(names, row[1:], strict=True)]
    steps = sorted(
        ((name, (moment - dropped).total_seconds()) for name, moment in moments),
        key=lambda step: step[1],
    )
    return Drop([step for step in steps if step[1] <= _of(steps, "published")],
                cpu_seconds)  # fmt: skip


def _of(steps: Sequence[tuple[str, float]], name: str) -> float:
    return dict(steps)[name]


def _task_moments(api: AirflowApi, since: datetime) -> Iterator[tuple[str, datetime]]:
    """Yield when each run was made, and when each of its tasks began and ended."""
    for dag_id in _DAGS:
        for run in api.runs(dag_id, limit=3):
            made = _moment(run["queued_at"])
            if made is None or made < since:
                continue
            yield f"{dag_id} is due", made
            for task in api.tasks(dag_id, str(run["dag_run_id"])):
                for key, what in (("start_date", "begins"), ("end_date", "ends")):
                    if moment := _moment(task[key]):
                        yield f"{task['task_id']} {what}", moment


def _moment(value: Any) -> datetime | None:  # noqa: ANN401 - of JSON
    return datetime.fromisoformat(value) if value else None


def _cpu_seconds(settings: Settings) -> float:
    """Return what Airflow's processes and the server have spent, ended ones too."""
    heads = [
        process
        for process in psutil.process_iter()
        if _belongs_to(process, str(settings.data_dir))
    ]
    total = 0.0
    for process in heads:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _belongs_to(process: psutil.Process, folder: str) -> bool:
    try:
        if process.environ().get("BLOC_DATA_DIR") == folder:
            return process.pid != os.getpid()
        return folder in " ".join(process.cmdline()) or _is_backend(process, folder)
    except psutil.Error:
        return False


def _is_backend(process: psutil.Process, folder: str) -> bool:
    parent = process.parent()
    return parent is not None and folder in " ".join(parent.cmdline())


def _report(drops: Sequence[Drop]) -> int:
    seconds = sorted(drop.seconds for drop in drops)
    middle = sorted(drops, key=lambda drop: drop.seconds)[len(drops) // 2]
    print("\nthe times of the one in the middle, in seconds after its drop:")
    for name, after in middle.steps:
        print(f"{after:8.1f}  {name}")
    p95 = seconds[max(0, -(-len(seconds) * 95 // 100) - 1)]
    print(
        f"\n{len(drops)} drops: p50 {statistics.median(seconds):.1f} s,"
        f" p95 {p95:.1f} s, slowest {seconds[-1]:.1f} s"
        f" (goal {_GOAL_SECONDS}, aim {_AIM_SECONDS});"
        f" {statistics.median(drop.cpu_seconds for drop in drops):.1f} CPU seconds each"
    )
    return int(p95 > _GOAL_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
