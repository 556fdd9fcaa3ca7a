"""Which of a return's versions the facts rest on."""

from collections.abc import Callable

from tests.dbt_project.conftest import query
from tests.dbt_project.world import World, membership

from bloc_warehouse.build import transform

UNIT, PERIOD = "LAN-002", "2024-H1"


def versions(world: World) -> list[tuple[int, bool, bool]]:
    """Build, and return what each version says, whether it counts and is the last."""
    transform.stage(world.settings)
    transform.build_marts(world.settings)
    return query(
        world,
        "select closing_total, is_current, reported_to is null"
        " from fct_membership_versions where reporting_unit_code = 'LAN-002'"
        " order by reported_from, _submission_id",
    )


def test_in_a_closed_period_the_version_that_counted_then_stays_current(
    copies: Callable[[], World],
) -> None:
    world = copies()
    assert versions(world) == [(51, True, True)]
    world.close_or_reopen("LAN", PERIOD)
    world.send(
        UNIT, "membership", PERIOD, received="2024-08-01",
        membership=membership(51, 52),
    )  # fmt: skip
    assert versions(world) == [(51, True, False), (52, False, True)]
    assert query(
        world,
        "select closing_total from fct_membership_stocks"
        " where reporting_unit_code = 'LAN-002'",
    ) == [(51,)]
    world.close_or_reopen("LAN", PERIOD)
    assert versions(world) == [(51, False, False), (52, True, True)]
