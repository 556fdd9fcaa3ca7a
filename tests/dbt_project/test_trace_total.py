"""A total leads to the units that are missing in it."""

from collections.abc import Callable

from tests.dbt_project.world import World

from bloc_warehouse.build import transform
from bloc_warehouse.database.connection import connect
from bloc_warehouse.history.totals import Question
from bloc_warehouse.history.trace_total import trace_total


def test_units_missing_from_a_predecessor_are_named(
    copies: Callable[[], World],
) -> None:
    """A unit that merged in July owed its half-year to the bloc before."""
    world = copies()
    with connect("ingest", settings=world.settings) as connection:
        connection.execute(
            "update raw.submissions set state = 'rejected' where unit_code = 'CQ-002'"
        )
    transform.stage(world.settings)
    transform.build_marts(world.settings)
    assert world.publish().published
    found = trace_total(world.settings, Question("DLK", "2019-Y"), "members_admitted")
    assert (found.units_reported, found.units_expected) == (1, 2)
    assert found.missing == ("CQ-002",)
