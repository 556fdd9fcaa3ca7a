"""dbt by hand, as its documentation has it: each command, in the project's folder."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import pytest
from tests.conftest import _execute
from tests.dbt_project.world import World
from tests.paths import DBT_PROJECT

from bloc_warehouse.build import artefacts, releases
from bloc_warehouse.build.dbt_environment import environment_by_hand
from bloc_warehouse.build.dbt_runner import run_dbt
from bloc_warehouse.build.releases import UnfinishedBuildError
from bloc_warehouse.build.transform import BuiltByHandError, build_marts, stage
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.locks import Lock
from bloc_warehouse.pipeline import finish_build
from bloc_warehouse.publish.publish import publish

pytestmark = pytest.mark.slow

DBT = Path(sys.executable).with_name("dbt")
PLAIN = {"PATH": os.defpath, "HOME": "/nonexistent", "DO_NOT_TRACK": "1"}
LIVE = ("--target", "live")
TRAINING = "select sum(attendees) from {}.fct_training"


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody at a shell, who has evaluated what ``bloc dbt-env`` prints."""

    world: World
    environment: Mapping[str, str]

    def dbt(self, *words: str, fails: bool = False, **variables: str) -> str:
        """Run a command in the project's folder; return what it says."""
        done = subprocess.run(
            [DBT, *words],
            cwd=DBT_PROJECT,
            env={**PLAIN, **self.environment, **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout + done.stderr
        assert (done.returncode != 0) == fails, said
        return said

    def run_training(self) -> None:
        """Build one mart by hand."""
        self.dbt("run", "--select", "fct_training")

    def one(self, statement: LiteralString) -> tuple[object, ...] | None:
        """Return the first row of a query."""
        with connect("transform", settings=self.world.settings) as connection:
            return connection.execute(statement).fetchone()

    def build(self) -> None:
        """Build as the pipeline does; say of it that its audit found nothing."""
        stage(self.world.settings)
        build_marts(self.world.settings)
        with connect("ingest", settings=self.world.settings) as connection:
            connection.execute(
                "update quality.releases set audit_outcome = 'passed'"
                " where state = 'candidate'"
            )

    def last_full_reason(self) -> object:
        """Return why the last build was a whole one, if it was."""
        found = self.one(
            "select full_reason from quality.releases order by release_id desc limit 1"
        )
        return found[0] if found else None


@pytest.fixture(scope="module")
def hand(
    copies: Callable[[], World],
    server: embedded.Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Hand]:
    """At a copy of the small world, built by dbt and published."""
    world = copies()
    folder = tmp_path_factory.mktemp("by_hand")
    world.settings = world.settings.with_changes(data_dir=folder)
    assert world.publish().published
    yield Hand(world, environment_by_hand(world.settings))
    database = world.settings.warehouse_url.get_secret_value().rpartition("/")[2]
    _execute(server, "drop database {} with (force)", database)


def test_what_was_built_by_hand_is_never_published(hand: Hand) -> None:
    settings = hand.world.settings
    hand.build()
    hand.run_training()  # between build and audit
    with (
        connect("transform", settings=settings) as connection,
        pytest.raises(UnfinishedBuildError, match=r"built \S+\.fct_training"),
    ):
        releases.candidate(connection)
    hand.build()
    assert "by hand" in str(hand.last_full_reason())
    hand.run_training()  # between audit and publication
    live = hand.one(TRAINING.format("marts"))
    refused = publish(settings, by="lan")
    assert (refused.state, "by hand" in refused.message) == ("blocked", True)
    assert hand.one(TRAINING.format("marts")) == live
    assert publish(settings, by="lan").state == "nothing"

    hand.build()
    assert publish(settings, by="lan").published
    before = hand.one(TRAINING.format("marts"))
    hand.run_training()  # after publication
    assert hand.one(TRAINING.format("marts")) == before
    stage(settings)
    assert "by hand" in str(hand.last_full_reason())
    # between the two halves of a build, of which the second one makes the views
    hand.dbt("run", "--select", "+fct_training")
    with pytest.raises(BuiltByHandError):
        build_marts(settings)
    assert finish_build(settings) is not None
    assert hand.one("select count(*) from quality.stray_writes") == (0,)


def test_what_is_no_model_of_the_project_is_not_published_along(hand: Hand) -> None:
    with connect("transform", settings=hand.world.settings) as connection:
        connection.execute(
            "create table marts_candidate.mine as select 'LAN' as bloc_code;"
            "select quality.announce_write('marts_candidate', 'mine')"
        )
    hand.build()
    assert publish(hand.world.settings, by="lan").published
    assert hand.one("select to_regclass('marts.mine')") == (None,)


def test_commands_work_as_dbts_documentation_has_them(hand: Hand) -> None:
    """After a publication, and as where nobody has built; nothing is written here."""
    with connect("transform", settings=hand.world.settings) as connection:
        connection.execute("truncate intermediate.build_scope")
    before = set(DBT_PROJECT.rglob("*"))
    hand.dbt("parse")
    hand.dbt("build", "--full-refresh")
    members: LiteralString = "select sum(closing_total) from {}.fct_membership_stocks"
    assert hand.one(members.format("marts_candidate")) == hand.one(
        members.format("marts")
    )
    hand.dbt("compile", "--select", "fct_membership")
    assert "fct_training" in hand.dbt("ls", "--select", "stg_raw__training+")
    hand.dbt("run", "--select", "fct_training+")
    hand.dbt("test", "--select", "fct_training")
    hand.dbt("source", "freshness")
    hand.dbt("docs", "generate", "--static")
    target = Path(hand.environment["DBT_TARGET_PATH"])
    assert "fct_membership" in (target / "static_index.html").read_text("utf-8")
    assert set(DBT_PROJECT.rglob("*")) == before


def test_a_run_that_failed_is_retried(hand: Hand) -> None:
    with connect("transform", autocommit=True, settings=hand.world.settings) as build:
        build.execute("select pg_advisory_lock(%s)", [Lock.DBT])
        said = hand.dbt("run", "--select", "fct_training", fails=True)
        assert "a build or a publication runs" in said
    assert "fct_training" in hand.dbt("retry")


def test_changed_models_are_told_by_the_state_of_what_is_live(
    hand: Hand, tmp_path: Path
) -> None:
    made = run_dbt(hand.world.settings, "parse")
    (live,) = hand.one("select release_id from quality.releases where state = 'live'")
    artefacts.keep(hand.world.settings, made.target, live)
    state = environment_by_hand(hand.world.settings)["BLOC_DBT_STATE"]
    chosen = ("ls", "--select", "state:modified+", "--state", state)
    assert "No nodes selected" in hand.dbt(*chosen)
    own = tmp_path / "edited"
    shutil.copytree(DBT_PROJECT, own)
    model = next(own.rglob("fct_training.sql"))
    model.write_text(f"{model.read_text('utf-8')}\n-- edited\n", "utf-8")
    edited = {"DBT_PROJECT_DIR": str(own), "DBT_PROFILES_DIR": str(own)}
    said = hand.dbt(*chosen, **edited)
    assert "fct_training" in said
    assert "fct_membership" not in said


def test_parsing_needs_no_environment(tmp_path: Path) -> None:
    options = ("--target-path", tmp_path, "--log-path", tmp_path)
    done = subprocess.run(
        [DBT, "parse", *options],
        cwd=DBT_PROJECT,
        env=PLAIN,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_target_live_only_reads(hand: Hand) -> None:
    rows: LiteralString = "select array_agg(t.xmin::text) from marts.fct_training as t"
    before = hand.one(rows)
    hand.dbt("test", "--select", "fct_training", *LIVE)
    hand.dbt("docs", "generate", *LIVE)
    assert "only reads" in hand.dbt("build", *LIVE, fails=True)
    assert hand.one(rows) == before
    # were the project's own refusal not there, the role's rights are
    with connect("bi_reader", settings=hand.world.settings) as reader:
        found = reader.execute(
            "select has_schema_privilege('marts', 'create'),"
            " has_table_privilege('marts.fct_training', 'insert, update, delete')"
        )
        assert found.fetchone() == (False, False)
