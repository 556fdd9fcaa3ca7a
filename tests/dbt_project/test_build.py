"""What one build makes of a small world: facts, totals, claims."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.dbt_project.conftest import build, query
from tests.dbt_project.world import TERMS, World, membership
from tests.labels import IN_TWO_LANGUAGES

from bloc_warehouse.build.dbt_runner import run_dbt
from bloc_warehouse.build.transform import build_marts, seed, stage
from bloc_warehouse.database.connection import connect
from bloc_warehouse.reference.apply import apply

History = dict[str, list[tuple[Any, ...]]]


def test_each_step_has_the_grain_that_it_says(world: World) -> None:
    """Builds do not read steps once more for it; their marts are tested."""
    run = run_dbt(world.settings, "test", "--select", "tag:not_in_builds")
    assert run.nodes > 60
    assert run.warnings == ()


def test_a_full_build_drops_what_no_model_is_called(
    copies: Callable[[], World],
) -> None:
    settings = copies().settings
    with connect("transform", settings=settings) as connection:
        connection.execute("create table intermediate.int_of_before (unit_code text)")
        connection.execute(
            "create view staging.stg_of_before as"
            " select unit_code from intermediate.int_of_before"
        )
    run_dbt(settings, "run", "--select", "stg_build__scope", "--full-refresh")
    with connect("transform", settings=settings) as connection:
        left = connection.execute(
            "select to_regclass('intermediate.int_of_before'),"
            " to_regclass('staging.stg_of_before'),"
            " to_regclass('intermediate.int_submissions_current') is not null,"
            " to_regclass('intermediate.build_scope') is not null"
        ).fetchone()
    assert left == (None, None, True, True)


def test_a_year_is_two_intervals_in_two_blocs(world: World) -> None:
    found = query(
        world,
        "select reporting_unit_code, bloc_code, interval_start::text,"
        " interval_end::text, admitted_total from fct_admissions order by 1, 4",
    )
    assert found == [
        ("CQ-001", "DLKCQ", "2019-01-01", "2019-06-30", 2),
        ("CQ-001", "DLK", "2019-07-01", "2019-12-31", 3),
        ("CQ-002", "DLKCQ", "2019-01-01", "2019-06-30", 1),
    ]


def test_a_blocs_flows_count_its_predecessors_and_their_merged_units(
    world: World,
) -> None:
    found = query(
        world,
        "select bloc_code, period_code, computed_total, units_reported, units_expected,"
        " is_complete from rpt_bloc_totals where indicator = 'members_admitted'"
        " order by period_code",
    )
    assert found == [
        ("DLKCQ", "2019-H1", 3, 2, 2, True),
        ("DLK", "2019-Y", 6, 2, 2, True),
    ]


def test_only_the_last_accepted_version_is_a_fact(world: World) -> None:
    found = query(
        world,
        "select reporting_unit_code, closing_total, inc_transfer_external,"
        " flows._sheet_row, flows._file_sha256 from fct_membership as flows"
        " inner join fct_membership_stocks using (reporting_unit_code, interval_end)"
        " order by 1",
    )
    assert found == [
        ("LAN-001", 4800, 100, 9, "file-2"),
        ("LAN-002", 51, 0, 9, "file-3"),
    ]


def test_declared_and_computed_totals_stand_side_by_side(world: World) -> None:
    found = query(
        world,
        "select computed_total, declared_total, difference from rpt_bloc_totals"
        " where indicator = 'member_count'",
    )
    assert found == [(4851, 4852, -1)]


def test_not_applicable_differs_from_blank(world: World) -> None:
    found = query(
        world,
        "select programme, attendees_masses, not_applicable from fct_training"
        " order by programme",
    )
    assert found == [
        ("new_members", None, ["attendees_masses"]),
        ("political_theory", None, []),
    ]


def test_only_effective_events_change_a_unit(world: World) -> None:
    found = query(
        world,
        "select unit_code, bloc_code, latest_bloc_code, opening_events, closing_events,"
        " successor_unit_code from dim_units where unit_code in ('CQ-002', 'LAN-001')"
        " order by 1",
    )
    assert found == [
        ("CQ-002", "DLKCQ", "DLK", None, "merge_into", "CQ-001"),
        ("LAN-001", "LAN", "LAN", None, None, None),
    ]


def test_returns_say_what_is_missing(world: World) -> None:
    found = query(
        world,
        "select unit_code, form, state, is_late from fct_returns"
        " where bloc_code = 'LAN' order by form, unit_code",
    )
    assert found == [
        ("LAN-001", "awards_training", "accepted", False),
        ("LAN-002", "awards_training", "not_due", False),
        ("LAN-VP", "bloc_summary", "accepted", False),
        ("LAN-001", "membership", "accepted", False),
        ("LAN-002", "membership", "accepted", False),
    ]


def test_every_claim_has_its_verdict(world: World) -> None:
    found = query(
        world,
        "select claim_id, verdict, reason, recomputed, units_reported, units_expected"
        " from rpt_published_totals where claim_id in"
        " ('000-1', '000-4', '001-10', '004-4') order by claim_id",
    )
    assert found == [
        ("000-1", "not_met", "differs", 2.0, 2, 2),
        ("000-4", "met", None, 4851.0, 2, 2),
        ("001-10", "not_met", "differs", 6.0, 2, 2),
        ("004-4", "not_recomputable", "context", None, 0, 0),
    ]


def test_the_marts_are_explained_in_the_database_in_two_languages(
    world: World,
) -> None:
    found = query(
        world,
        "select attrelid::regclass::text, attname::text,"
        " coalesce(col_description(attrelid, attnum), ''),"
        " coalesce(obj_description(attrelid, 'pg_class'), '')"
        " from pg_attribute inner join pg_class on attrelid = pg_class.oid"
        " where relnamespace = 'marts_candidate'::regnamespace"
        " and relkind in ('r', 'v')"
        " and attnum > 0 and not attisdropped",
    )
    unclear = [
        (table, column)
        for table, column, meaning, grain in found
        if not IN_TWO_LANGUAGES.match(meaning)
        or not IN_TWO_LANGUAGES.match(grain.strip())
    ]
    assert len({table for table, *_ in found}) > 20
    assert unclear == []


@pytest.fixture(scope="module")
def history(world: World) -> History:
    """What the marts said at each step of a story, after which all is as before.

    While a build is under way LAN-001 corrects itself, and LAN-002's figures are held;
    then LAN-001 takes the correction back and the hold is released.
    """
    told = {"before": _all_memberships(world)}
    _tell(world, told)
    told["after"] = _all_memberships(world)
    return told


def _tell(world: World, told: History) -> None:
    stage(world.settings)
    world.send("LAN-001", "membership", "2024-H1", membership=membership(4700, 4801))
    world.hold("LAN-002", "membership", "2024-H1")
    build_marts(world.settings)
    told["closing"] = query(world, _CLOSING)
    told["claims"] = query(world, _CLAIMS)
    told["total"] = query(world, _TOTAL)
    told["return"] = query(world, _RETURN)
    world.send("LAN-001", "membership", "2024-H1", membership=membership(4700, 4800))
    world.release_all()
    build(world)


_CLOSING = (
    "select reporting_unit_code, closing_total from fct_membership_stocks"
    " order by reporting_unit_code"
)
_CLAIMS = (
    "select claim_id, verdict, reason, recomputed, units_reported, units_expected"
    " from rpt_published_totals where claim_id in ('000-1', '000-4') order by claim_id"
)
_TOTAL = (
    "select computed_total, units_reported, units_expected, is_complete"
    " from rpt_bloc_totals where indicator = 'member_count'"
)
_RETURN = (
    "select state from fct_returns where unit_code = 'LAN-002' and form = 'membership'"
)


def _all_memberships(world: World) -> list[tuple[Any, ...]]:
    return query(
        world,
        "select to_jsonb(facts) - '_submission_id' - '_file_sha256'"
        " from fct_membership as facts order by reporting_unit_code",
    )


def test_what_comes_while_a_build_runs_waits_for_the_next(history: History) -> None:
    assert ("LAN-001", 4800) in history["closing"]


def test_what_is_held_is_no_fact_while_the_rest_goes_on(history: History) -> None:
    assert [unit for unit, _ in history["closing"]] == ["LAN-001"]
    assert history["return"] == [("held",)]


def test_what_is_held_leaves_claims_incomplete_never_wrong(history: History) -> None:
    assert history["claims"] == [
        ("000-1", "not_recomputable", "incomplete", None, 1, 2),
        ("000-4", "not_recomputable", "incomplete", None, 1, 2),
    ]
    assert history["total"] == [(4800, 1, 2, False)]


def test_the_same_submissions_make_the_same_facts(history: History) -> None:
    assert history["after"] == history["before"]


def test_lists_are_loaded_only_when_they_changed(
    copies: Callable[[], World], tmp_path: Path
) -> None:
    world = copies()
    lists = shutil.copytree(world.settings.reference_dir, tmp_path / "lists")
    world.settings = world.settings.with_changes(reference_dir=lists)
    loaded = query(world, "select loaded_at from reference.lists_loaded")
    more = {"bloc_code": "LAN", "term": "2015-2020", "first_day": "2015-09-01"}
    world.list("ref_terms", [*TERMS, more])
    assert not seed(world.settings)  # a list in the folder is not yet in force
    assert query(world, "select loaded_at from reference.lists_loaded") == loaded
    apply(world.settings, by="test")
    assert query(world, "select loaded_at from reference.lists_loaded") > loaded
    found = query(
        world,
        "select term, last_day from reference.ref_terms where bloc_code = 'LAN'"
        " order by term",
    )
    assert found == [("2015-2020", None), ("2020-2025", None)]
