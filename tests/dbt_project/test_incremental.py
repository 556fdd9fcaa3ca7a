"""What is built step by step is what a full refresh makes, whatever happened before."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)
from psycopg.errors import UniqueViolation
from tests.conftest import _execute
from tests.dbt_project.compiled_build import Undbted
from tests.dbt_project.world import World, membership

from bloc_warehouse.build import releases, scope, transform
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.intake.revise.withdraw import withdraw
from bloc_warehouse.pipeline import finish_build
from bloc_warehouse.publish.plan import PublishError
from bloc_warehouse.publish.publish import rollback
from bloc_warehouse.settings import Settings

UNITS = ("LAN-001", "LAN-002", "CQ-001", "CQ-002")
OFFICES = ("LAN-VP", "DLKCQ-VP", "DLK-VP")
PERIODS = ("2019-Q1", "2019-H1", "2019-Y", "2020-Y", "2024-H1", "2024-Y")
MONTHLY = ("2024-T01", "2024-T02", "2024-T03", "2024-Q1", "2024-T04", "2024-Q2")
RETURNS = st.one_of(
    st.tuples(
        st.sampled_from(UNITS),
        st.sampled_from(("membership", "admissions", "inspections")),
        st.sampled_from(PERIODS),
    ),
    st.tuples(
        st.sampled_from(UNITS[:2]), st.just("inspections"), st.sampled_from(MONTHLY)
    ),
)
COUNTS = st.integers(0, 9)


class Histories(RuleBasedStateMachine):
    """Submissions, corrections, withdrawals, holds, events, builds and publishing."""

    copy: Callable[[], World]
    undbted: Undbted
    drop: Callable[[str], None]

    def __init__(self) -> None:
        """Begin with the small world."""
        super().__init__()
        self.world = self.copy()
        self.settings: Settings = self.world.settings
        self.day = 1

    def teardown(self) -> None:
        """Build what is left, compare, and drop the database."""
        try:
            self.build()
        finally:
            self.drop(self.settings.warehouse_url.get_secret_value().rpartition("/")[2])

    @rule(key=RETURNS, figure=COUNTS, is_rejected=st.booleans())
    def send(self, key: tuple[str, str, str], figure: int, is_rejected: bool) -> None:
        """A return, or a correction of one."""
        unit, form, period = key
        lines: dict[str, list[Any]] = {
            "membership": membership(40, 40 + figure),
            "admissions": [{"plan_year": 9, "admitted_total": figure}],
            "inspections": [
                {"body": body, "subject": "member", "kind": kind, "done": figure}
                for body in ("cell", "grassroots_committee")
                for kind in ("finance_inspection", "thematic_supervision")
            ],
        }
        self.world.send(
            unit,
            form,
            period,
            state="rejected" if is_rejected else "accepted",
            received=f"2024-08-{self.day:02d}",
            **({} if is_rejected else {form: lines[form]}),
        )

    @rule(
        office=st.sampled_from(OFFICES),
        year=st.sampled_from((2019, 2020)),
        planned_year=st.sampled_from((2019, 2020)),
        unit=st.sampled_from(UNITS),
        figure=COUNTS,
    )
    def plan(
        self, office: str, year: int, planned_year: int, unit: str, figure: int
    ) -> None:
        """A plan, perhaps for the same unit and year as another one's."""
        years = {"from_year": planned_year, "to_year": planned_year}
        lines = [
            {"scope": "unit_year", "planned_unit_code": unit, **years},
            {"scope": "bloc_term", "from_year": 2015, "to_year": 2020},
        ]
        self.world.send(
            office,
            "admission_plan",
            f"{year}-Y",
            received=f"2024-08-{self.day:02d}",
            admission_plan=[{**line, "planned_admissions": figure} for line in lines],
        )

    @rule(number=st.integers(0, 99))
    def withdraw(self, number: int) -> None:
        """A submission is taken back; another one may count again."""
        with connect("ingest", settings=self.settings) as connection:
            live = connection.execute(
                "select submission_id from raw.submissions"
                " where state in ('accepted', 'superseded') order by submission_id"
            ).fetchall()
        if live:
            (submission_id,) = live[number % len(live)]
            withdraw(self.settings, f"S-{submission_id}", "t", "t")

    @rule(key=RETURNS)
    def hold(self, key: tuple[str, str, str]) -> None:
        """The cross-check holds figures, whether there are any or not."""
        try:
            self.world.hold(*key)
        except UniqueViolation:
            self.world.release_all()

    @rule()
    def days_pass(self) -> None:
        """What was not due falls due with the next file."""
        self.day = min(self.day + 9, 28)

    @rule(bloc=st.sampled_from(("LAN", "DLK")), period=st.sampled_from(PERIODS))
    def close_or_reopen(self, bloc: str, period: str) -> None:
        """A bloc's period is closed; where it is, it is opened again."""
        self.world.close_or_reopen(bloc, period)

    @rule(day=st.sampled_from((None, "2019-03-01", "2019-07-01", "2024-02-01")))
    def event(self, day: str | None) -> None:
        """A unit ends on another day, so the lists are others."""
        with connect("owner", settings=self.settings) as connection:
            connection.execute(
                "update reference.ref_unit_spans set valid_to = %s"
                " where unit_code = 'CQ-002'",
                [day],
            )
            connection.execute(
                "update reference.seeds_loaded set content_sha256 = %s",
                [f"ended {day}"],
            )

    @rule(is_full=st.booleans())
    def build(self, is_full: bool = False) -> None:
        """Build, and see that a full refresh would have made the same."""
        transform.stage(self.settings, full=is_full)
        transform.build_marts(self.settings)
        with connect("transform", settings=self.settings) as connection:
            built = self.undbted.rows(connection)
            connection.execute("delete from intermediate.build_scope")
            scope._extend(connection, "scope_all")
            for is_staged in (True, False):
                self.undbted.build(connection, is_full=True, is_staged=is_staged)
            refreshed = self.undbted.rows(connection)
            connection.rollback()
        differing = [name for name in refreshed if built[name] != refreshed[name]]
        assert differing == []

    @rule(key=RETURNS, figure=COUNTS)
    def build_while_files_come(self, key: tuple[str, str, str], figure: int) -> None:
        """What arrives between the two halves waits, except holds."""
        transform.stage(self.settings)
        self.send(key=key, figure=figure, is_rejected=False)
        self.hold(key=key)
        transform.build_marts(self.settings)

    @rule(day=st.sampled_from((None, "2019-05-01")))
    def build_while_lists_are_loaded(self, day: str | None) -> None:
        """Lists that come between the two halves end the build; the next is whole."""
        transform.stage(self.settings)
        before = self._lists()
        self.event(day=day)
        if before != self._lists():
            with pytest.raises(transform.ListsChangedError):
                transform.build_marts(self.settings)
        self.build()

    @rule(made=st.integers(0, 60))
    def die_half_way(self, made: int) -> None:
        """A build ends in the middle, with some of its tables made, or all."""
        first = Undbted(self.undbted.models[:made])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(transform, "run_dbt", first.run)
            patch.setattr(releases, "finish_build", lambda *_: None)
            transform.stage(self.settings)
            transform.build_marts(self.settings)

    @precondition(lambda self: self._state("candidate"))
    @rule()
    def publish(self) -> None:
        """Rotate the schemas."""
        self.world.publish()

    @rule()
    def roll_back(self) -> None:
        """Swap them back, where there is something to go back to."""
        try:
            rollback(self.settings, by="t")
        except PublishError:
            return

    def _lists(self) -> object:
        with connect("transform", settings=self.settings) as connection:
            return connection.execute(
                "select content_sha256 from reference.seeds_loaded"
            ).fetchone()

    def _state(self, state: str) -> bool:
        with connect("transform", settings=self.settings) as connection:
            return releases.release_in(connection, state) is not None


def test_lists_loaded_half_way_make_the_build_begin_again(
    copies: Callable[[], World], without_dbt: Undbted
) -> None:
    world = copies()
    units = "select bloc_code, valid_to::text from {} where unit_code = 'LAN-001'"
    transform.stage(world.settings, full=True)
    with connect("owner", settings=world.settings) as connection:
        connection.execute(
            "update reference.ref_unit_spans set valid_to = '2024-02-01'"
            " where unit_code = 'LAN-001'"
        )
        connection.execute("update reference.seeds_loaded set content_sha256 = 'new'")
    with pytest.raises(transform.ListsChangedError):
        transform.build_marts(world.settings)
    assert _one(world, units.format("marts_candidate.dim_units")) == ("LAN", None)
    assert finish_build(world.settings) is not None
    assert _one(world, units.format("marts_candidate.dim_units")) == (
        "LAN",
        "2024-02-01",
    )
    assert _one(
        world,
        "select count(distinct lists_sha256), bool_and(is_full) from quality.releases"
        " where state in ('candidate', 'discarded') and built_at is null"
        " or state = 'candidate'",
    ) == (2, True)
    transform.stage(world.settings)
    assert finish_build(world.settings) is None


def _one(world: World, query: str) -> object:
    with connect("transform", settings=world.settings) as connection:
        return connection.execute(query).fetchone()  # type: ignore[call-overload]


def test_step_by_step_is_as_good_as_at_once(
    copies: Callable[[], World], without_dbt: Undbted, server: embedded.Server
) -> None:
    def drop(name: str) -> None:
        _execute(server, "drop database {} with (force)", name)

    machine = type(
        "TheseHistories",
        (Histories,),
        {
            "copy": staticmethod(copies),
            "undbted": without_dbt,
            "drop": staticmethod(drop),
        },
    )
    run_state_machine_as_test(
        machine,
        settings=hypothesis_settings(
            max_examples=4,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            phases=(Phase.explicit, Phase.generate),  # shrinking takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
