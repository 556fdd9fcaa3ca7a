"""Rules run over what changed find what they find over everything."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from psycopg import Connection, sql
from tests.acceptance.recompute import compiled_models, undone
from tests.acceptance.seeded.seeded_faults import ACROSS, Fault
from tests.acceptance.seeded.seeding import AUDITED, own_folders, seed
from tests.expectations.gx_runs import run_suites

from bloc_warehouse.checks import slices
from bloc_warehouse.checks.model import Stage, Suite
from bloc_warehouse.checks.suites import load_suites
from bloc_warehouse.database.changes import position
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.settings import Settings

BLOC = "LAN"
STAGES: dict[Stage, str] = {"cross_check": "building", "audit": "candidate"}
FINDINGS = (
    "select rule, severity, bloc_code, unit_code, form, period_code, subject,"
    " submission_id, concerned_submission_ids, left_value, right_value, message_en"
    " from quality.findings where run_id = %s"
)

Findings = set[tuple[Any, ...]]


def test_a_slice_is_as_good_as_the_whole(published: Settings, tmp_path: Path) -> None:
    before = [rule for rule in ACROSS if rule.bloc != BLOC]
    after = [rule for rule in ACROSS if rule.bloc == BLOC]
    with undone(published) as connection:
        runs = _faults_found(connection, published, tmp_path, before)
        connection.execute("create temporary table kept as table quality.findings")
        since = position(connection)
        _faults_found(connection, published, tmp_path, after)
        _scope(connection, since)
        for stage, run_id in runs.items():
            suites = load_suites(published.project_dir / "expectations", stage)
            _go_back(connection, stage, run_id, suites)
            with connection.transaction(force_rollback=True):
                slice_ = slices.open_slice(
                    connection, stage, suites, slices.rules_sha256(suites)
                )
                assert slice_ is not None
                found = _run(connection, stage, suites, slice_)
            whole = _run(connection, stage, suites, None)
            assert found == whole
            carried = {row for row in whole if row[2] != BLOC}
            assert carried
            assert whole - carried


def _faults_found(
    connection: Connection, settings: Settings, folder: Path, faults: Sequence[Fault]
) -> dict[Stage, int]:
    """Send faults, build and check everything; return the stages' runs."""
    connection.execute("set local role ingest")
    models = compiled_models(settings, *AUDITED)
    seed(connection, own_folders(settings, folder), models, faults)
    for table in load_registry().raw_tables():  # else the end of the transaction does
        staged = sql.Identifier("pg_temp", f"staged_{table}")
        connection.execute(sql.SQL("drop table if exists {}").format(staged))
    last = connection.execute("select stage, max(run_id) from quality.runs group by 1")
    return dict(last.fetchall())


def _scope(connection: Connection, since: int) -> None:
    """Put only the later changes into the scope, the facts into the candidate."""
    connection.execute("set local role transform")
    connection.execute("delete from intermediate.build_scope")
    connection.execute(
        "insert into intermediate.build_scope select distinct unit_code, period_year"
        " from raw.changes where change_id > %s",
        [since],
    )
    connection.execute("alter schema marts_candidate rename to marts_aside")
    connection.execute("alter schema marts rename to marts_candidate")
    connection.execute("grant usage on schema marts_candidate to ingest")


def _go_back(
    connection: Connection, stage: Stage, run_id: int, suites: Sequence[Suite]
) -> None:
    """Have the findings of before the changes be the stage's last ones."""
    connection.execute("set local role ingest")
    connection.execute(
        "delete from quality.releases where state in ('building', 'candidate')"
    )
    connection.execute(
        "insert into quality.releases (state, is_full) values (%s, false)",
        [STAGES[stage]],
    )
    last = _new_run(connection, stage, slices.rules_sha256(suites))
    connection.execute("delete from quality.findings")
    connection.execute("update kept set run_id = %s where run_id = %s", [last, run_id])
    connection.execute(
        "insert into quality.findings select * from kept where run_id = %s", [last]
    )


def _new_run(connection: Connection, stage: Stage, fingerprint: str) -> int:
    (run_id,) = connection.execute(
        "insert into quality.runs (stage, rules_sha256, finished_at)"
        " values (%s, %s, now()) returning run_id",
        [stage, fingerprint],
    ).fetchone() or (0,)
    return int(run_id)


def _run(
    connection: Connection,
    stage: Stage,
    suites: Sequence[Suite],
    slice_: slices.Slice | None,
) -> Findings:
    run_id = _new_run(connection, stage, "")
    slices.drop_replaced(connection, stage, run_id, slice_)
    run_suites(connection, run_id, suites, slice_)
    return {
        tuple(tuple(value) if isinstance(value, list) else value for value in row)
        for row in connection.execute(FINDINGS, [run_id])
    }
