"""Totals over a term, its first half and five years, in the small world."""

from datetime import date

from tests.dbt_project.conftest import query
from tests.dbt_project.world import World


def test_a_terms_flows_count_predecessors_and_what_has_fallen_due(
    world: World,
) -> None:
    found = query(
        world,
        "select bloc_code, span_type, total, units_reported, units_expected,"
        " is_complete, last_day, covered_until from rpt_term_totals"
        " where indicator = 'members_admitted' order by bloc_code, span_type",
    )
    half, year = date(2019, 6, 30), date(2019, 12, 31)
    assert found == [
        ("DLK", "five_years", 6, 2, 2, True, year, year),
        ("DLK", "term", 6, 2, 2, True, date(2020, 8, 26), year),
        ("DLKCQ", "five_years", 3, 2, 2, True, date(2021, 12, 31), half),
        ("DLKCQ", "mid_term", 3, 2, 2, True, half, half),
        ("DLKCQ", "term", 3, 2, 2, True, date(2021, 12, 31), half),
    ]


def test_what_has_not_fallen_due_is_in_no_span(world: World) -> None:
    """Long An's half-year came early: its returns fall due three days later."""
    assert query(world, "select * from rpt_term_totals where bloc_code = 'LAN'") == []


def test_confidential_indicators_are_not_there(world: World) -> None:
    found = query(
        world,
        "select indicator from rpt_term_totals where indicator in (select indicator"
        " from reference.ref_summary_indicators where is_confidential)",
    )
    assert found == []
