"""Whatever the seed: the published figures come out, and no rule is broken."""

from collections import Counter

import pytest
from tests.bloc_samples.cross_rules import breaches
from tests.bloc_samples.drawn import drawn
from tests.bloc_samples.form_rules import broken_rules
from tests.bloc_samples.published import books_of, claims, is_met, values

from bloc_samples.dataset import Dataset, draw_dataset
from bloc_samples.obligations import obligations
from bloc_warehouse.domain.periods import period_of

SEEDS = (*range(3, 10), 0, 1, 2)  # others read the last ones again


@pytest.fixture(scope="module", params=SEEDS)
def any_world(request: pytest.FixtureRequest) -> Dataset:
    return drawn(request.param)


def test_every_claim_is_met(any_world: Dataset) -> None:
    books = books_of(any_world)
    unmet = [
        f"{claim['claim_id']}: {float(value)}"
        for claim in claims()
        for value in values(books, claim)
        if not is_met(claim, value)
    ]
    assert unmet == []


def test_no_rule_of_a_form_is_broken(any_world: Dataset) -> None:
    assert broken_rules(any_world) == []


def test_no_rule_between_returns_is_broken(any_world: Dataset) -> None:
    assert breaches(any_world) == []


def test_there_are_33_claims() -> None:
    assert len(claims()) == 33


def test_the_same_seed_draws_the_same_world() -> None:
    assert draw_dataset(1) == drawn(1)


def test_another_seed_draws_other_units() -> None:
    names = [
        {span.unit_name for unit in drawn(seed).population.units for span in unit.spans}
        for seed in (1, 2)
    ]
    assert names[0] != names[1]
    sizes = [
        [
            sent.rows["membership"][0]["closing_total"]
            for sent in drawn(seed).returns
            if sent.form == "membership"
        ]
        for seed in (1, 2)
    ]
    assert sizes[0] != sizes[1]


def test_every_return_that_is_owed_is_sent_in_time_and_no_other() -> None:
    due = {
        (owed.bloc_code, owed.form, period.code): owed.due_days
        for owed in obligations()
        for period in owed.periods()
    }
    sent: Counter[tuple[str, str, str]] = Counter()
    for submitted in drawn(1).returns:
        key = submitted.bloc_code, submitted.form, submitted.period
        sent[key] += 1
        assert (submitted.received - period_of(submitted.period).end).days <= due[key]
    assert set(sent) == set(due)


@pytest.mark.parametrize(
    ("bloc", "period", "units"),
    [("LAN", "2024-H1", 80), ("DLK", "2019-Y", 114), ("DLK", "2020-H1", 114)],
)
def test_all_units_report(bloc: str, period: str, units: int) -> None:
    reporting = {
        sent.unit_code
        for sent in drawn(1).returns
        if (sent.bloc_code, sent.form, sent.period) == (bloc, "membership", period)
    }
    assert len(reporting) == units


def test_the_merger_takes_117_units_to_114() -> None:
    before = [
        sent
        for sent in drawn(1).returns
        if (sent.form, sent.period) == ("membership", "2018-Y")
    ]
    assert len(before) == 117
    merged = drawn(1).population.merged_into
    assert sum(code.startswith("CQ-") for code in merged) == 3
