"""The history: every quarter, what goes wrong in an office, and the same figures."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest
from tests.bloc_samples.cross_rules import breaches
from tests.bloc_samples.drawn import drawn
from tests.bloc_samples.form_rules import broken_rules
from tests.bloc_samples.published import books_of, claims, is_met, values

from bloc_samples.dataset import Dataset
from bloc_samples.files.batching import parcels
from bloc_samples.obligations import obligations
from bloc_samples.returns.model import Row
from bloc_samples.scenario import LAST_DAY, LINEAGES, Lineage
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.forms.registry import load_registry

SEEDS = (0, pytest.param(1, marks=pytest.mark.slow))
LATEST = "2024-Y"


@pytest.fixture(scope="module", params=SEEDS)
def history(request: pytest.FixtureRequest) -> Dataset:
    return drawn(request.param, history=True)


def number(row: Row, name: str) -> int:
    value = row[name]
    return value if isinstance(value, int) else 0


def rows_of(history: Dataset, lineage: Lineage, form: str) -> Iterator[tuple[str, Row]]:
    """Yield period and first row of a form's returns."""
    for sent in history.returns:
        if sent.form == form and sent.bloc_code in lineage.blocs:
            yield sent.period, sent.rows[form][0]


def sums(history: Dataset, lineage: Lineage, form: str, column: str) -> dict[str, int]:
    """Return period → sum of a column over the units."""
    found = dict.fromkeys(lineage.timeline, 0)
    for period, row in rows_of(history, lineage, form):
        found[period] += number(row, column)
    return found


def test_every_claim_is_met(history: Dataset) -> None:
    books = books_of(history)
    unmet = [
        f"{claim['claim_id']}: {float(value)}"
        for claim in claims()
        for value in values(books, claim)
        if not is_met(claim, value)
    ]
    assert unmet == []


def test_rules_warn_of_a_handful_and_of_nothing_critical(history: Dataset) -> None:
    found = Counter(
        line.split()[0]
        for line in (*broken_rules(history), *breaches(history, incomplete=LATEST))
    )
    assert found.pop("M6-small-committee") in (1, 2)  # the latest return may be missing
    assert found == {"P5": 4, "C3": 4, "K-plan": 6}


def test_what_happened_is_the_same_without_the_history(history: Dataset) -> None:
    """So that a warehouse with the few returns can go on with all of them."""
    few = drawn(history.seed)
    assert few.population == history.population
    sent = {
        (each.unit_code, each.form, each.period, each.number): each
        for each in (*history.returns, *history.spoilt)
    }
    for each in few.returns:
        assert sent[each.unit_code, each.form, each.period, 1] == each


def test_all_is_reported_but_for_the_latest_period(history: Dataset) -> None:
    due = {
        (owed.bloc_code, owed.form, period.code)
        for owed in obligations(history=True)
        for period in owed.periods()
    }
    sent: Counter[tuple[str, str]] = Counter()
    owed: Counter[tuple[str, str]] = Counter()
    for unit in history.population.units:
        for bloc, form, period in due:
            span = unit.span_at(period)
            if form == "membership" and span and not unit.is_office:
                owed[bloc, period] += span.bloc_code == bloc
    for found in history.returns:
        assert (found.bloc_code, found.form, found.period) in due
        sent[found.bloc_code, found.period] += found.form == "membership"
    for (bloc, period), units in owed.items():
        share = sent[bloc, period] / units
        assert 0.75 < share < 0.95 if period == LATEST else share == 1, (bloc, period)


def test_some_returns_are_late_and_some_corrected(history: Dataset) -> None:
    due = {
        (owed.bloc_code, owed.form, period.code): owed.due_days
        for owed in obligations(history=True)
        for period in owed.periods()
    }
    late = sum(
        (sent.received - period_of(sent.period).end).days
        > due[sent.bloc_code, sent.form, sent.period]
        for sent in history.returns
    )
    assert 0.02 < late / len(history.returns) < 0.12
    first = {(sent.unit_code, sent.form, sent.period): sent for sent in history.spoilt}
    assert len(first) == len(history.spoilt) > 400
    corrected = [sent for sent in history.returns if sent.number == 2]
    for sent in corrected:
        earlier = first.pop((sent.unit_code, sent.form, sent.period))
        assert earlier.received < sent.received <= LAST_DAY
    assert {sent.period for sent in first.values()} == {LATEST}


def test_a_file_holds_a_form_once(history: Dataset) -> None:
    packed = parcels(history, load_registry())
    for parcel in packed:
        forms = [sent.form for sent in parcel.returns]
        assert len(set(forms)) == len(forms), parcel.path
    assert len({parcel.path for parcel in packed}) == len(packed)


def test_units_merge_and_split_without_losing_members(history: Dataset) -> None:
    """What a unit closes with on the eve is what its successors take over."""
    ended: dict[tuple[str, date], int] = defaultdict(int)
    for event in history.population.handovers:
        key = event.unit_code, event.successor_code
        ended[event.unit_code, event.effective_date] += history.members_carried[key]
    kinds = {event.event_type for event in history.population.handovers}
    assert kinds == {"merge_into", "split"}
    closings = {
        (sent.unit_code, period_of(sent.period).end + timedelta(days=1)): number(
            sent.rows["membership"][0], "closing_total"
        )
        for sent in history.returns
        if sent.form == "membership"
    }
    assert {key: closings[key] for key in ended} == ended


@pytest.mark.parametrize("lineage", LINEAGES, ids=lambda lineage: lineage.code)
def test_the_lines_are_worth_charting(history: Dataset, lineage: Lineage) -> None:
    closing = sums(history, lineage, "membership", "closing_total")
    admitted = sums(history, lineage, "admissions", "admitted_total")
    seasons = [0, 0, 0, 0]
    for year in lineage.years:
        periods = lineage.periods_in(year)
        if LATEST in periods:
            periods = periods[:-1]
        counts = [0, *(admitted[period] for period in periods)]
        for quarter, (before, after) in enumerate(pairwise(counts)):
            seasons[quarter] += after - before
        members = [closing[period] for period in periods]
        assert 1.0 < members[-1] / members[0] < 1.06
    for before_code, code in pairwise(lineage.timeline[:-1]):
        assert 0.99 < closing[code] / closing[before_code] < 1.06, code  # one founded
    assert seasons[1] > seasons[0] > 0  # 19 May before 3 February
    assert seasons[1] > seasons[2] > 0
