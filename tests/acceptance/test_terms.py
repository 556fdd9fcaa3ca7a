"""Totals over a term meet what was printed of the same days."""

from datetime import date

import pytest

from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import Settings


@pytest.mark.parametrize(
    ("claim", "indicator", "printed", "covered_until"),
    [
        # the claims end on the term's last day, 26 August: the half-year's end counts
        ("001-10", "members_admitted", 1940, date(2020, 6, 30)),
        # a plan is of whole years: that of 2020 is not in the term
        ("001-12", "planned_admissions", 1600, date(2019, 12, 31)),
    ],
)
def test_a_terms_totals_are_the_printed_ones(
    published: Settings, claim: str, indicator: str, printed: int, covered_until: date
) -> None:
    with connect("ingest", settings=published) as connection:
        found = connection.execute(
            "select total, covered_from, covered_until, is_complete"
            " from marts.rpt_term_totals where bloc_code = 'DLK' and term = '2015-2020'"
            " and span_type = 'term' and indicator = %s",
            [indicator],
        ).fetchall()
        recomputed = connection.execute(
            "select recomputed::integer from marts.rpt_published_totals"
            " where claim_id = %s",
            [claim],
        ).fetchone()
    assert found == [(printed, date(2015, 1, 1), covered_until, True)]
    assert recomputed == (printed,)


def test_a_terms_flows_are_its_years_and_its_stocks_its_last_ones(
    published: Settings,
) -> None:
    """Against the facts themselves, of the bloc and of its two predecessors."""
    with connect("ingest", settings=published) as connection:
        admitted = connection.execute(
            "select span_type, sum(facts.admitted_total)::integer = max(total)"
            " from marts.rpt_term_totals as spans"
            " inner join marts.fct_admissions as facts"
            " on facts.interval_start >= covered_from"
            " and facts.interval_end <= covered_until"
            " where spans.bloc_code = 'DLK' and term = '2015-2020'"
            " and indicator = 'members_admitted'"
            " and facts.bloc_code in ('DLK', 'DLKCQ', 'DLKDN')"
            " group by span_type order by 1"
        ).fetchall()
        members = connection.execute(
            "select span_type, covered_until, sum(facts.closing_total)::integer"
            " = max(total) from marts.rpt_term_totals as spans"
            " inner join marts.fct_membership_stocks as facts"
            " on facts.interval_end = covered_until"
            " where spans.bloc_code = 'DLK' and term = '2015-2020'"
            " and indicator = 'member_count'"
            " and facts.bloc_code in ('DLK', 'DLKCQ', 'DLKDN')"
            " group by span_type, covered_until order by 1"
        ).fetchall()
    assert admitted == [("five_years", True), ("mid_term", True), ("term", True)]
    assert members == [
        ("five_years", date(2019, 12, 31), True),
        ("mid_term", date(2017, 12, 31), True),
        ("term", date(2020, 6, 30), True),
    ]
