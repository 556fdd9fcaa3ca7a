"""What is built step by step is what a full refresh makes, whatever happened before."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
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
from tests.conftest import _execute, copied, database_of
from tests.dbt_project.compiled_build import WholeBuild
from tests.dbt_project.world import World, membership
from tests.reference_lists import write_lists

from bloc_warehouse.build import releases, transform
from bloc_warehouse.build.compiled import executor
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.intake.revise.withdraw import withdraw
from bloc_warehouse.pipeline import finish_build
from bloc_warehouse.publish.plan import PublishError
from bloc_warehouse.publish.publish import rollback
from bloc_warehouse.reference.affected import affected_units
from bloc_warehouse.reference.apply import apply
from bloc_warehouse.reference.lists.faults import ReferenceListError
from bloc_warehouse.reference.lists.reading import Values
from bloc_warehouse.reference.lists.shapes import SHAPES
from bloc_warehouse.reference.store import read_applied
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


@dataclass(frozen=True, slots=True)
class ListChange:
    """A line of a list, and what it is from now on; applied again it goes."""

    list: str
    key: str
    line: Mapping[str, str]

    def of(self, lines: Sequence[Values]) -> Sequence[Values]:
        """Return a list's lines with the change done, or undone where it stands."""
        columns = next(shape.columns for shape in SHAPES if shape.name == self.list)
        line = {name: self.line.get(name) for name in columns}
        others = [one for one in lines if one[self.key] != line[self.key]]
        same_key = [one for one in lines if one[self.key] == line[self.key]]
        return [*others, *(() if line in same_key else (line,))]


def _event(number: str, kind: str, day: str, unit: str, **more: str) -> ListChange:
    line = {
        "event_id": number, "event_type": kind, "status": "effective",
        "effective_date": day, "unit_code": unit, **more,
    }  # fmt: skip
    return ListChange("ref_unit_events", "event_id", line)


def _owed(bloc: str, form: str, by: str, period: str, days: str) -> ListChange:
    line = {
        "bloc_code": bloc, "form": form, "owed_by": by, "due_days": days,
        "period_type": period.partition("-")[2], "first_period": period,
    }  # fmt: skip
    return ListChange("ref_obligations", "form", line)


def _claim(number: str, bloc: str, printed: str) -> ListChange:
    line = {
        "claim_id": number, "bloc_code": bloc, "period_type": "H1",
        "period_start": "2024-01-01", "period_end": "2024-06-30",
        "indicator": "member_count", "printed": printed, "value": printed,
        "unit": "count", "qualifier": "exact", "role": "actual", "basis": "stock",
    }  # fmt: skip
    return ListChange("ref_published_totals", "claim_id", line)


# mergers, moves between blocs and their cancelling, renames, what is owed, claims,
# waivers
CHANGES = (
    _event("1", "merge_into", "2019-03-01", "CQ-002", successor_code="CQ-001"),
    _event("1", "dissolve", "2019-07-01", "CQ-002"),
    _event("4", "rename", "2024-02-01", "LAN-001", unit_name="Another"),
    _event("5", "merge_into", "2024-04-01", "LAN-002", successor_code="LAN-001"),
    _event("6", "dissolve", "2024-02-01", "LAN-002"),
    _event("7", "transfer_bloc", "2024-03-01", "LAN-002", bloc_code="DLK"),
    _event("8", "change_kind", "2020-01-01", "CQ-001", unit_kind="cbcs"),
    _owed("LAN", "membership", "unit", "2024-H1", "20"),
    _owed("LAN", "inspections", "unit", "2024-T01", "5"),
    _owed("DLK", "inspections", "unit", "2020-Y", "30"),
    ListChange("ref_units", "unit_code", {
        "unit_code": "LAN-003", "bloc_code": "LAN", "unit_kind": "cbcs",
        "unit_name": "Founded later", "valid_from": "2023-05-01",
    }),
    ListChange("ref_terms", "term", {
        "bloc_code": "LAN", "term": "2015-2020", "first_day": "2015-09-01",
        "last_day": "2020-07-31",
    }),
    _claim("C-1", "LAN", "4851"),
    _claim("C-1", "DLK", "4851"),
    _claim("C-1", "LAN", "5"),
    ListChange("ref_unit_aliases", "alias", {"unit_code": "LAN-001", "alias": "Y tế"}),
    ListChange("ref_accepted_differences", "rule", {
        "rule": "C3", "bloc_code": "LAN", "unit_code": "LAN-002", "form": "ratings",
        "period_code": "2024-Y", "left_value": "1", "right_value": "2",
        "reason": "x", "accepted_by": "x", "valid_until": "2100-01-01",
    }),
)  # fmt: skip


class Histories(RuleBasedStateMachine):
    """Submissions, corrections, withdrawals, holds, events, builds and publishing."""

    copy: Callable[[], World]
    whole_build: WholeBuild
    drop: Callable[[str], None]

    def __init__(self) -> None:
        """Begin with the small world."""
        super().__init__()
        self.world = self.copy()
        self.folder = TemporaryDirectory()
        self.world.settings = self.world.settings.with_changes(
            reference_dir=Path(self.folder.name)
        )
        self.settings: Settings = self.world.settings
        with connect("ingest", settings=self.settings) as connection:
            self.lists: dict[str, Sequence[Values]] = {
                **{shape.name: () for shape in SHAPES},
                **read_applied(connection),
            }
        self.day = 1

    def teardown(self) -> None:
        """Build what is left, compare, and drop the database."""
        try:
            self.build()
        finally:
            self.drop(self.settings.warehouse_url.get_secret_value().rpartition("/")[2])
            self.folder.cleanup()

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

    @rule(change=st.sampled_from(CHANGES))
    def apply_lists(self, change: ListChange) -> None:
        """A line comes, goes or is another; what contradicts the others is refused."""
        changed = dict(self.lists)
        changed[change.list] = change.of(changed[change.list])
        write_lists(self.settings.reference_dir, **changed)
        try:
            apply(self.settings, by="t")
        except ReferenceListError:
            return
        self.lists = changed

    @rule(is_full=st.booleans())
    def build(self, is_full: bool = False) -> None:
        """Build, and see that a full refresh would have made the same."""
        transform.stage(self.settings, full=is_full)
        transform.build_marts(self.settings)
        assert self.whole_build.differing(self.settings) == []

    @rule(key=RETURNS, figure=COUNTS)
    def build_while_files_come(self, key: tuple[str, str, str], figure: int) -> None:
        """What arrives between the two halves waits, except holds."""
        transform.stage(self.settings)
        self.send(key=key, figure=figure, is_rejected=False)
        self.hold(key=key)
        transform.build_marts(self.settings)

    @rule(change=st.sampled_from(CHANGES))
    def build_while_lists_are_applied(self, change: ListChange) -> None:
        """Lists that facts rest on end a build that is half-way."""
        transform.stage(self.settings)
        before = self.lists
        self.apply_lists(change=change)
        if affected_units(before, self.lists) == frozenset():
            transform.build_marts(self.settings)
        else:
            with pytest.raises(transform.ListsChangedError):
                transform.build_marts(self.settings)
        self.build()

    @rule(made=st.integers(0, 60))
    def die_half_way(self, made: int) -> None:
        """A build ends in the middle, with some of its tables made, or all."""
        left = iter(range(made))
        fill = executor.fill

        def fill_while_alive(*arguments: Any) -> int:  # noqa: ANN401
            if next(left, None) is None:
                raise KeyboardInterrupt
            return fill(*arguments)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(executor, "fill", fill_while_alive)
            patch.setattr(releases, "finish_build", lambda *_: None)
            with suppress(KeyboardInterrupt):
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

    def _state(self, state: str) -> bool:
        with connect("transform", settings=self.settings) as connection:
            return releases.release_in(connection, state) is not None


@pytest.fixture(scope="module")
def published(copies: Callable[[], World]) -> World:
    """The small world, built until what becomes the candidate is a release."""
    world = copies()
    for _ in range(3):
        transform.stage(world.settings)
        transform.build_marts(world.settings)
        assert world.publish().published
    return world


@pytest.fixture
def office(
    published: World, server: embedded.Server, tmp_path: Path
) -> Iterator[World]:
    """A copy of it with a reference folder of its own."""
    with copied(server, database_of(published.settings), published.settings) as own:
        settings = own.with_changes(reference_dir=tmp_path / "lists")
        with connect("ingest", settings=settings) as connection:
            write_lists(settings.reference_dir, **read_applied(connection))
        yield World(settings, published.sent)


def _applied(world: World, *changes: ListChange) -> None:
    with connect("ingest", settings=world.settings) as connection:
        lists = {**{shape.name: () for shape in SHAPES}, **read_applied(connection)}
    for change in changes:
        lists[change.list] = change.of(lists[change.list])
    write_lists(world.settings.reference_dir, **lists)
    assert apply(world.settings, by="t").application_id is not None


def test_lists_applied_half_way_make_the_build_begin_again(office: World) -> None:
    units = "select bloc_code, valid_to::text from {} where unit_code = 'LAN-002'"
    transform.stage(office.settings)
    _applied(office, _event("6", "dissolve", "2024-02-01", "LAN-002"))
    with pytest.raises(transform.ListsChangedError):
        transform.build_marts(office.settings)
    assert _one(office, units.format("marts_candidate.dim_units")) == ("LAN", None)
    assert finish_build(office.settings) is not None
    assert _one(office, units.format("marts_candidate.dim_units")) == (
        "LAN",
        "2024-02-01",
    )
    assert _last_build(office)[0] is False
    transform.stage(office.settings)
    assert finish_build(office.settings) is None


def test_lists_of_one_bloc_have_that_bloc_built_anew(office: World) -> None:
    """Other blocs' rows stay as they are, and so does the country."""
    rows = "select array_agg(t.xmin::text order by t.xmin::text) from {} as t where {}"
    other = rows.format("marts_candidate.fct_admissions", "bloc_code <> 'LAN'")
    before = _one(office, other)
    _applied(office, _event("4", "rename", "2024-02-01", "LAN-001", unit_name="New"))
    transform.stage(office.settings)
    transform.build_marts(office.settings)
    assert _last_build(office) == (False, None)
    scope_of = "select array_agg(distinct unit_code) from intermediate.build_scope"
    assert _one(office, scope_of) == (["LAN-001", "LAN-002", "LAN-VP"],)
    assert _one(office, other) == before
    name = "select unit_name from {} where unit_code = 'LAN-001' and valid_to is null"
    assert _one(office, name.format("marts_candidate.dim_units")) == ("New",)


def test_a_claim_has_its_bloc_built_anew_and_one_that_goes_everything(
    office: World,
) -> None:
    claims = "select array_agg(verdict) from {} where claim_id = 'C-1'"
    verdict = claims.format("marts_candidate.rpt_published_totals")
    for printed, judged in (("4851", "met"), ("5", "not_met")):
        _applied(office, _claim("C-1", "LAN", printed))
        transform.stage(office.settings)
        transform.build_marts(office.settings)
        assert _last_build(office) == (False, None)
        assert _one(office, verdict) == ([judged],)
    _applied(office, _claim("C-1", "LAN", "5"))
    transform.stage(office.settings)
    transform.build_marts(office.settings)
    assert (_last_build(office) or (None,))[0]
    assert _one(office, verdict) == (None,)


def test_names_and_waivers_have_no_fact_built_anew(office: World) -> None:
    _applied(office, *CHANGES[-2:])
    transform.stage(office.settings)
    transform.build_marts(office.settings)
    assert _last_build(office) == (False, None)
    assert _one(office, "select count(*) from intermediate.build_scope") == (0,)


def test_lists_that_all_facts_rest_on_make_a_build_whole(office: World) -> None:
    (term,) = (change for change in CHANGES if change.list == "ref_terms")
    _applied(office, term)
    transform.stage(office.settings)
    is_full, reason = _last_build(office)
    assert is_full
    assert "other reference lists" in str(reason)


def _last_build(world: World) -> tuple[bool | None, str | None]:
    with connect("transform", settings=world.settings) as connection:
        return connection.execute(
            "select is_full, full_reason from quality.releases"
            " order by release_id desc limit 1"
        ).fetchone() or (None, None)


def _one(world: World, query: str) -> object:
    with connect("transform", settings=world.settings) as connection:
        return connection.execute(query).fetchone()  # type: ignore[call-overload]


def test_step_by_step_is_as_good_as_at_once(
    copies: Callable[[], World], whole_build: WholeBuild, server: embedded.Server
) -> None:
    def drop(name: str) -> None:
        _execute(server, "drop database {} with (force)", name)

    machine = type(
        "TheseHistories",
        (Histories,),
        {
            "copy": staticmethod(copies),
            "whole_build": whole_build,
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
