"""From raw to facts: reference data, current submissions, marts_candidate.

The steps of one build, in their order: ``seed`` (where the project's own lists
changed), ``stage`` (what the cross-check reads), then, after the cross-check,
``build_marts``. The build is announced before it fixes what it rests on, so whatever
comes later counts as unbuilt. Lists that are applied between the two halves end the
build: facts would rest on both.

A build makes anew what changed (``scope``); a full one everything, tables that rest on
lists too. An incremental one runs the incremental models only, and what rests on lists
alone (``tag:lists``) where any were applied: nothing else can have changed since the
full build that it builds upon. dbt makes the relations, where other models did or
somebody built by hand; else what it compiled is executed (``compiled``).
"""

import hashlib
import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bloc_warehouse.build import artefacts, candidate, releases, scope
from bloc_warehouse.build.compiled.executor import execute
from bloc_warehouse.build.compiled.project import compiled_project
from bloc_warehouse.build.dbt_project import (
    models_fingerprint,
    seed_columns,
    seed_files,
)
from bloc_warehouse.build.dbt_runner import read_semantic_manifest, run_dbt
from bloc_warehouse.build.releases import Release
from bloc_warehouse.build.selection import Half, selected
from bloc_warehouse.build.stray_writes import describe_stray_writes, has_stray_seeds
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.locks import Lock, end_readers, lock_for_session
from bloc_warehouse.log_lines import about
from bloc_warehouse.reference.apply import apply_first
from bloc_warehouse.reference.store import last_change_of_all
from bloc_warehouse.settings import DatabaseSettings, ProjectSettings, Settings

logger = logging.getLogger(__name__)


class StagedAnewError(releases.UnfinishedBuildError):
    """Something came between the two halves of a build; it has to be staged anew."""


class ListsChangedError(StagedAnewError):
    """Other lists are in force since the build was staged."""


class BuiltByHandError(StagedAnewError):
    """Somebody built by hand since the build was staged."""


def seed(settings: Settings) -> bool:
    """Load the project's own lists into the warehouse, unless they are loaded already.

    If the installation never had lists in force, those of the reference folder
    are put in force.

    Returns:
        Whether any of the project's own was loaded.

    Raises:
        ReferenceListError: A list of a fresh reference folder is at fault.
        TransformError: dbt could not load them.
    """
    apply_first(settings)
    with _alone(settings):
        content, shape = _fingerprints(settings)
        loaded = None if _seeded_by_hand(settings) else _loaded_fingerprints(settings)
        if loaded == (content, shape):
            return False
        # other columns need other tables, and what depends on them is rebuilt
        refresh = [] if loaded and loaded[1] == shape else ["--full-refresh"]
        if refresh:
            _forget_positions(settings)
        run_dbt(
            settings,
            "build",
            *("--select", "resource_type:seed"),
            *("--indirect-selection", "cautious"),
            *refresh,
        )
        _remember_fingerprints(settings, content, shape)
    return True


def is_up_to_date(settings: DatabaseSettings) -> bool:
    """Tell whether a build has nothing to take up: no change, list, model or setting.

    Files that changed nothing are not asked for: a day that they bring may have more
    fall due (``pipeline.needs_build``).
    """
    now = scope.Basis(0, _loaded_lists(settings), models_fingerprint(settings))
    with connect("transform", settings=settings) as connection:
        return not describe_stray_writes(connection) and scope.is_newest(
            connection, now
        )


def stage(settings: DatabaseSettings, *, full: bool = False) -> None:
    """Begin a build: fix which submissions are current; later ones wait for the next.

    Args:
        settings: Whose warehouse.
        full: Rebuild everything, even what did not change. A build is full anyway
            if lists or models changed, or if the schema's build is unknown.

    Raises:
        TransformError: A model or one of its tests failed.
    """
    with _alone(settings):
        release_id = releases.begin_build(settings)
        with about(release=release_id):
            is_full, with_lists = _open_scope(settings, release_id, full=full)
            _build(
                settings, release_id, "stage", is_full=is_full, with_lists=with_lists
            )
            _close_scope(settings, release_id)


def build_marts(settings: Settings) -> None:
    """Finish a build: all facts into ``marts_candidate``, and their data tests.

    Raises:
        StagedAnewError: Other lists are in force since, or somebody built by hand;
            nothing was written.
        TransformError: A model or one of its tests failed.
    """
    if _release_being_built(settings) is None:
        stage(settings)
    with _alone(settings):
        release, with_lists = _take_up_holds(settings)
        number, is_full = release.release_id, bool(release.is_full)
        with about(release=number):
            _end_readers(settings)
            made = _build(
                settings, number, "marts", is_full=is_full, with_lists=with_lists
            )
            _keep_lineage(settings)
            releases.finish_build(settings, number)
            artefacts.keep(settings, made, number)


def build_docs(settings: Settings) -> Path:
    """Write dbt's documentation as one page into the reports folder and return it.

    Beside it is the semantic layer for BI tools, with the names that readers see.
    """
    with _alone(settings):
        run = run_dbt(settings, "docs", "generate", "--static")
    page = settings.reports_dir / "dbt.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_bytes((run.target / "static_index.html").read_bytes())
    layer = page.with_name("semantic_manifest.json")
    layer.write_text(read_semantic_manifest(settings), encoding="utf-8")
    return page


@contextmanager
def _alone(settings: DatabaseSettings) -> Iterator[None]:
    with connect("transform", autocommit=True, settings=settings) as connection:
        lock_for_session(connection, Lock.DBT)
        yield


def _end_readers(settings: DatabaseSettings) -> None:
    """End the sessions that still read a release which is about to be replaced.

    Nobody enters ``marts_candidate``: who holds a table there has kept a transaction
    open since two releases ago, and would keep the build waiting for as long.
    """
    with connect("transform", settings=settings) as connection:
        end_readers(connection, schema="marts_candidate")


def _keep_lineage(settings: DatabaseSettings) -> None:
    with connect("transform", settings=settings) as connection:
        connection.execute("select quality.keep_lineage()")


def _build(
    settings: DatabaseSettings,
    release_id: int,
    half: Half,
    *,
    is_full: bool,
    with_lists: bool,
) -> Path:
    """Build a half; return the folder with dbt's artefacts of what built it.

    dbt makes the relations; where they stand, what it compiled is executed.
    """
    if is_full and not _relations_stand(settings):
        chosen = selected(half, is_full=True, with_lists=with_lists)
        run = run_dbt(settings, "build", *chosen, "--full-refresh")
        with connect("transform", settings=settings) as connection:
            releases.keep_seconds(connection, release_id, run.seconds)
        if half == "marts":
            compiled_project(settings)  # dbt is loaded: the next build needs none
        return run.target
    began = time.monotonic()
    project = compiled_project(settings)
    with connect("transform", settings=settings) as connection:
        seconds = execute(
            connection, project, half, is_full=is_full, with_lists=with_lists
        )
        releases.keep_seconds(connection, release_id, seconds)
    logger.info("built the half %s in %.1f s", half, time.monotonic() - began)
    return project.folder


def _open_scope(
    settings: DatabaseSettings, release_id: int, *, full: bool
) -> tuple[bool, bool]:
    """Return whether the build is a whole one, and whether it takes up other lists."""
    lists, models = _loaded_lists(settings), models_fingerprint(settings)
    # a whole build needs no rows, but relations: else dbt would have to make them
    if not full or not _relations_stand(settings):
        _catch_up(settings, lists, models)
    with connect("transform", settings=settings) as connection:
        basis, full_reason = scope.open_scope(
            connection, release_id, lists, models, full=full
        )
        releases.record_basis(connection, release_id, basis, full_reason)
        is_full = full_reason is not None
        with_lists = is_full or scope.takes_up_lists(connection, basis.change_id)
    if is_full:
        logger.info("build %s is full: %s", release_id, full_reason)
    return is_full, with_lists


def _catch_up(settings: DatabaseSettings, lists: str, models: str) -> None:
    """Have the candidate hold what is live, so that a build adds what changed since."""
    now = scope.Basis(0, lists, models)
    with connect("transform", settings=settings) as connection:
        if describe_stray_writes(connection) or not candidate.is_behind(
            connection, now
        ):
            return
        end_readers(connection, schema="marts_candidate")
        candidate.catch_up(connection, compiled_project(settings), now)


def _close_scope(settings: DatabaseSettings, release_id: int) -> None:
    with connect("transform", settings=settings) as connection:
        built_on = scope.extend_by_due(connection)
        connection.execute(
            "update quality.releases set built_on = %s, scope_size = %s"
            " where release_id = %s",
            [built_on, scope.scope_size(connection), release_id],
        )


def _take_up_holds(settings: DatabaseSettings) -> tuple[Release, bool]:
    """Return what is being built, and whether it takes up other lists."""
    release = _release_being_built(settings)
    if release is None or release.change_id is None:
        raise releases.UnfinishedBuildError("another build has started in the meantime")
    lists = _loaded_lists(settings)
    with connect("transform", settings=settings) as connection:
        if release.lists_sha256 != lists or scope.lists_changed_since(
            connection, release.change_id
        ):
            raise ListsChangedError(
                f"build {release.release_id} was staged with other lists: build again"
            )
        if stray := describe_stray_writes(connection):
            raise BuiltByHandError(f"build {release.release_id}: {stray}")
        with_lists = bool(release.is_full) or scope.takes_up_lists(
            connection, release.change_id
        )
        change_id = scope.extend_by_holds(connection, release.change_id)
        connection.execute(
            "update quality.releases set change_id = %s, scope_size = %s"
            " where release_id = %s",
            [change_id, scope.scope_size(connection), release.release_id],
        )
    return release, with_lists


def _release_being_built(settings: DatabaseSettings) -> Release | None:
    with connect("transform", settings=settings) as connection:
        return releases.release_in(connection, "building")


def _relations_stand(settings: DatabaseSettings) -> bool:
    with connect("transform", settings=settings) as connection:
        return scope.relations_stand(connection, models_fingerprint(settings))


def _forget_positions(settings: DatabaseSettings) -> None:
    with connect("transform", settings=settings) as connection:
        scope.forget_positions(connection)


def _seeded_by_hand(settings: DatabaseSettings) -> bool:
    with connect("transform", settings=settings) as connection:
        return has_stray_seeds(connection)


def _fingerprints(settings: ProjectSettings) -> tuple[str, str]:
    """Hash the seeds: what they hold, and which columns of which types they have."""
    content = hashlib.sha256()
    for path in seed_files(settings):
        content.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    shape = hashlib.sha256(json.dumps(seed_columns(settings)).encode())
    return content.hexdigest(), shape.hexdigest()


def _loaded_lists(settings: DatabaseSettings) -> str:
    """Hash which lists models read: the seeds, and the last application."""
    seeds = _loaded_fingerprints(settings)
    with connect("transform", settings=settings) as connection:
        applied = last_change_of_all(connection)
    return hashlib.sha256(f"{seeds and seeds[0]} {applied}".encode()).hexdigest()


def _loaded_fingerprints(settings: DatabaseSettings) -> tuple[str, str] | None:
    with connect("transform", settings=settings) as connection:
        connection.execute(
            "create table if not exists reference.seeds_loaded"
            " (content_sha256 text not null, shape_sha256 text not null)"
        )
        found = connection.execute(
            "select content_sha256, shape_sha256 from reference.seeds_loaded"
        ).fetchone()
    return (found[0], found[1]) if found else None


def _remember_fingerprints(
    settings: DatabaseSettings, content: str, shape: str
) -> None:
    with connect("transform", settings=settings) as connection:
        connection.execute("delete from reference.seeds_loaded")
        connection.execute(
            "insert into reference.seeds_loaded values (%s, %s)", [content, shape]
        )
