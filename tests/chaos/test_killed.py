"""A run that is killed, during load and during build, and run again ends the same.

By ``make chaos``: three whole runs in processes of their own. What dies half-way inside
a process is among the other tests.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.acceptance.conftest import discard, fresh_settings

from bloc_samples.make import make_samples
from bloc_warehouse.database.connection import connect
from bloc_warehouse.pipeline import prepare
from bloc_warehouse.settings import Settings
from bloc_warehouse.variables import process_environment

SENDERS = "LAN-00*"  # a few units' files are enough
MARTS = (
    "dim_units",
    "fct_membership",
    "fct_admissions",
    "fct_returns",
    "rpt_bloc_totals",
    "rpt_published_totals",
)


@pytest.fixture
def small(settings: Settings) -> Iterator[Callable[[], Settings]]:
    """Makes data folders that hold the files of a bloc's first units."""
    made: list[Settings] = []
    make_samples(settings)

    def make() -> Settings:
        own = fresh_settings()
        made.append(own)
        shutil.copytree(settings.reference_dir, own.reference_dir)
        for folder in settings.landing_dir.glob(SENDERS):
            shutil.copytree(folder, own.landing_dir / folder.name)
        prepare(own)
        return own

    yield make
    for own in made:
        discard(own)


def start(settings: Settings) -> "subprocess.Popen[bytes]":
    environment = process_environment() | {
        "BLOC_DATA_DIR": str(settings.data_dir),
        "BLOC_BATCH_SIZE": "5",
    }
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from bloc_warehouse.cli.app import main; main()",
            "run",
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def finish(settings: Settings) -> None:
    process = start(settings)
    assert process.wait(timeout=300) == 0


def kill_when(settings: Settings, query: str) -> None:
    """Run, and kill the run with its workers as soon as the query finds a row."""
    process = start(settings)
    with connect("ingest", settings=settings, autocommit=True) as connection:
        while connection.execute(query).fetchone() is None:  # type: ignore[arg-type]
            assert process.poll() is None, "the run ended before it could be killed"
            time.sleep(0.02)
    subprocess.run(["pkill", "-KILL", "-s", str(process.pid)], check=False)  # noqa: S607
    process.wait(timeout=30)


def contents(settings: Settings) -> dict[str, list[Any]]:
    """Everything that does not name a moment or a running number."""
    tables: dict[str, list[Any]] = {}
    with connect("ingest", settings=settings) as connection:
        tables["files"] = connection.execute(
            "select path, sha256, state, received_at from raw.files order by path"
        ).fetchall()
        tables["submissions"] = connection.execute(
            "select unit_code, form, period_code, state, submission_no, content_sha256"
            " from raw.submissions order by 1, 2, 3, 4, 5"
        ).fetchall()
        for table in MARTS:
            tables[table] = connection.execute(
                "select to_jsonb(one) - '_submission_id' - 'submission_id' as row"  # type: ignore[arg-type]
                f" from marts.{table} as one order by 1"
            ).fetchall()
    tables["receipts"] = sorted(
        path.parent.name for path in settings.outbox_dir.rglob("*.json")
    )
    return tables


def test_a_run_killed_twice_and_repeated_ends_like_an_undisturbed_one(
    small: Callable[[], Settings],
) -> None:
    undisturbed, disturbed = small(), small()
    finish(undisturbed)
    kill_when(disturbed, "select from raw.files where state = 'accepted' limit 1")
    assert answered(disturbed) < answered(undisturbed)
    kill_when(disturbed, "select from quality.releases where state = 'building'")
    finish(disturbed)
    assert contents(disturbed) == contents(undisturbed)


def answered(settings: Settings) -> int:
    with connect("ingest", settings=settings) as connection:
        row = connection.execute(
            "select count(*) from raw.files where answered_at is not null"
        ).fetchone()
    return int(row[0]) if row else 0
