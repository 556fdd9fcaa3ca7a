"""From raw to facts: reference data, current submissions, marts_candidate, by dbt.

The steps of one build, in their order: ``seed`` (where the lists changed), ``stage``
(what the cross-check reads), then, after the cross-check, ``build_marts``. The build is
announced before it fixes what it rests on, so whatever comes later counts as unbuilt.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bloc_warehouse.quality import releases
from bloc_warehouse.reference.apply import apply_first, lay_out
from bloc_warehouse.reference.store import last_application
from bloc_warehouse.settings import Settings
from bloc_warehouse.warehouse.connection import connect
from bloc_warehouse.warehouse.dbt_project import fixed_lists, list_columns
from bloc_warehouse.warehouse.dbt_runner import DbtRun, TransformError, run_dbt

__all__ = [
    "DbtRun",
    "TransformError",
    "build_docs",
    "build_marts",
    "seed",
    "stage",
]

_LOCK = 7_201_904  # one dbt at a time in a database


def seed(settings: Settings) -> bool:
    """Load the lists in force into the warehouse, unless they are loaded already.

    Where none ever were in force, those of the reference folder are put in force.

    Returns:
        Whether anything was loaded.

    Raises:
        ReferenceListError: A list of a fresh reference folder is at fault.
        TransformError: dbt could not load them.
    """
    apply_first(settings)
    with _alone(settings):
        content, shape = _fingerprints(settings)
        loaded = _loaded_fingerprints(settings)
        if loaded == (content, shape):
            return False
        lay_out(settings)
        # other columns need other tables, and what depends on them is made anew
        refresh = [] if loaded and loaded[1] == shape else ["--full-refresh"]
        run_dbt(
            settings,
            "build",
            *("--select", "resource_type:seed"),
            *("--indirect-selection", "cautious"),
            *refresh,
        )
        _remember_fingerprints(settings, content, shape)
    return True


def stage(settings: Settings) -> DbtRun:
    """Begin a build: fix which submissions are current; later ones wait for the next.

    Raises:
        TransformError: A model or one of its tests failed.
    """
    with _alone(settings):
        releases.begin_build(settings)
        return run_dbt(
            settings,
            "build",
            *("--select", "tag:stage"),
            *("--indirect-selection", "cautious"),
            *("--exclude-resource-type", "unit_test", "seed"),
        )


def build_marts(settings: Settings) -> DbtRun:
    """Finish a build: all facts into ``marts_candidate``, and their data tests.

    Raises:
        TransformError: A model or one of its tests failed.
    """
    with _alone(settings):
        release_id = _release_being_built(settings)
        run = run_dbt(
            settings,
            "build",
            *("--exclude", "tag:stage"),
            *("--exclude-resource-type", "unit_test", "seed"),
        )
        releases.finish_build(settings, release_id)
    return run


def build_docs(settings: Settings) -> Path:
    """Write dbt's documentation as one page into the reports folder and return it."""
    with _alone(settings):
        run = run_dbt(settings, "docs", "generate", "--static")
    page = settings.reports_dir / "dbt.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    (run.target / "static_index.html").replace(page)
    return page


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    with connect("transform", autocommit=True, settings=settings) as connection:
        connection.execute("select pg_advisory_lock(%s)", [_LOCK])
        yield


def _release_being_built(settings: Settings) -> int:
    with connect("transform", settings=settings) as connection:
        begun = releases.release_in(connection, "building")
    return begun.release_id if begun else releases.begin_build(settings)


def _fingerprints(settings: Settings) -> tuple[str, str]:
    """Hash the lists: what they hold, and which columns of which types they have."""
    with connect("ingest", settings=settings) as connection:
        applied = last_application(connection)
    content = hashlib.sha256(str(applied and applied.application_id).encode())
    for path in fixed_lists(settings):
        content.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    shape = hashlib.sha256(json.dumps(list_columns(settings)).encode())
    return content.hexdigest(), shape.hexdigest()


def _loaded_fingerprints(settings: Settings) -> tuple[str, str] | None:
    with connect("transform", settings=settings) as connection:
        connection.execute(
            "create table if not exists reference.seeds_loaded"
            " (content_sha256 text not null, shape_sha256 text not null)"
        )
        found = connection.execute(
            "select content_sha256, shape_sha256 from reference.seeds_loaded"
        ).fetchone()
    return (found[0], found[1]) if found else None


def _remember_fingerprints(settings: Settings, content: str, shape: str) -> None:
    with connect("transform", settings=settings) as connection:
        connection.execute("delete from reference.seeds_loaded")
        connection.execute(
            "insert into reference.seeds_loaded values (%s, %s)", [content, shape]
        )
