"""The made year and what must come of it, without a warehouse."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from tests.simulation.actions import (
    BLOCS,
    H1,
    LAST_DAY,
    LAST_YEAR,
    PERIODS,
    ApproveOverride,
    Declare,
    Kill,
    Send,
    Withdraw,
)
from tests.simulation.oracle import Expected, Table, Total
from tests.simulation.scenario import Year, make_year

SEEDS = (1, 2, 3)


@pytest.fixture(params=SEEDS, scope="module")
def year(request: pytest.FixtureRequest) -> Year:
    return make_year(request.param)


@pytest.fixture(scope="module")
def expected(year: Year) -> dict[date, Expected]:
    return table(year)


def table(year: Year) -> dict[date, Expected]:
    return {day: expected for day, _, expected in Table(year).days(LAST_DAY)}


def test_a_seed_gives_one_year_and_another_seed_another() -> None:
    assert make_year(1) == make_year(1)
    assert make_year(1).actions == make_year(1).actions
    assert make_year(1).actions != make_year(2).actions


def test_everything_that_may_happen_does(year: Year) -> None:
    done = [action for actions in year.actions.values() for action in actions]
    assert {type(action).__name__ for action in done} == {
        *("Send", "Declare", "Withdraw", "Merge", "Found", "AskToClose"),
        *("ApproveClosing", "Reopen", "AskToOverride", "ApproveOverride"),
        *("Kill", "MailDown", "MailUp"),
    }
    kills = [day.month for day, done in year.actions.items()
             if any(isinstance(action, Kill) for action in done)]  # fmt: skip
    assert kills == list(range(1, 13))
    assert any(action.is_broken for action in done if isinstance(action, Send))


def test_figures_follow_from_each_other(year: Year) -> None:
    """Else the units' own returns would contradict each other."""
    for unit in year.units:
        sent = [
            action for _, actions in sorted(year.actions.items())
            for action in actions
            if isinstance(action, Send) and action.unit == unit.code
            and action.period is not LAST_YEAR
        ]  # fmt: skip
        assert len({action.figures.opening for action in sent}) == 1
        by_period = {action.period: action.figures for action in sent}
        flows = [by_period[period] for period in PERIODS if period in by_period]
        for before, after in pairwise(flows):
            assert before.admitted <= after.admitted
            assert before.died <= after.died
    for merged in (unit for unit in year.units if unit.code == "BAC-005"):
        last = next(
            action for actions in year.actions.values() for action in actions
            if isinstance(action, Send) and action.unit == merged.code
            and action.period is H1
        )  # fmt: skip
        assert last.figures.closing == 0


def test_the_year_ends_with_everything_in_order(
    expected: dict[date, Expected],
) -> None:
    end = expected[LAST_DAY]
    assert set(end.returns.values()) == {"accepted"}
    assert end.alerts == end.blocked == frozenset()
    assert {total.computed - (total.declared or 0) for total in end.totals.values()
            if total.computed is not None} == {0}  # fmt: skip
    assert {bloc for bloc, _ in end.totals} == set(BLOCS)


def test_a_wrong_summary_keeps_its_bloc_back_until_it_is_put_right(
    year: Year, expected: dict[date, Expected]
) -> None:
    for day, actions in year.actions.items():
        for action in actions:
            if isinstance(action, Declare) and action.off:
                before, after = expected[day - timedelta(days=1)], expected[day]
                assert after.blocked == {action.bloc}
                assert (
                    "publish_blocked", "critical", action.bloc, "", action.period.code
                ) in after.alerts  # fmt: skip
                assert _of(after, action.bloc) == _of(before, action.bloc)
            if isinstance(action, ApproveOverride):
                assert expected[day].is_overridden
                assert expected[day].blocked == frozenset()


def _of(expected: Expected, bloc: str) -> dict[tuple[str, str], Total]:
    return {key: total for key, total in expected.totals.items() if key[0] == bloc}


def test_what_is_withdrawn_is_missing(
    year: Year, expected: dict[date, Expected]
) -> None:
    for day, actions in year.actions.items():
        for action in actions:
            if isinstance(action, Withdraw):
                state = expected[day].returns[
                    action.unit, "membership", action.period.code
                ]
                assert state in {"missing", "rejected"}


def test_the_table_notices_a_return_that_never_came() -> None:
    """A check that cannot fail would prove nothing."""
    year = make_year(1)
    day, actions = next(iter(year.actions.items()))
    lost = replace(year, actions=year.actions | {day: actions[1:]})
    assert table(lost)[LAST_DAY].returns != table(year)[LAST_DAY].returns
