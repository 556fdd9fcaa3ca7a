"""The stock-and-flow account of every unit: an interval's flows, then the returns."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bloc_samples.apportion import stream, times
from bloc_samples.figures.admissions import Admissions
from bloc_samples.figures.discipline import Discipline
from bloc_samples.figures.member_counts import Sizes, Stock
from bloc_samples.figures.seasons import QUARTER
from bloc_samples.population.units import Population
from bloc_samples.scenario import Lineage
from bloc_warehouse.domain.periods import period_of

Key = tuple[str, str]
Flows = dict[str, int]

INCREASES = (
    "inc_admitted",
    "inc_transfer_internal",
    "inc_transfer_external",
    "inc_restored",
    "inc_structural",
    "inc_other",
)
DECREASES = (
    "dec_transfer_internal",
    "dec_transfer_external",
    "dec_died",
    "dec_expelled",
    "dec_struck_off",
    "dec_resigned",
    "dec_structural",
    "dec_other",
)
_LEAST_OFFICIAL = 3


@dataclass(frozen=True, slots=True)
class Account:
    """One unit's interval: flows since the interval's start, stocks at its end."""

    opening: int
    opening_probationary: int
    flows: Mapping[str, int]
    closing: int
    closing_probationary: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn before, on which the accounts rest."""

    lineage: Lineage
    population: Population
    sizes: Sizes
    admissions: Admissions
    discipline: Discipline


def draw_accounts(seed: int, drawn: Drawn) -> dict[Key, Account]:
    """Return (unit, period) → account of the interval that ends with the period."""
    rng = stream(seed, "membership", drawn.lineage.code)
    accounts: dict[Key, Account] = {}
    probationary: dict[str, int] = {}
    joining: Counter[str] = Counter()
    handovers = _handovers(drawn)
    for period in drawn.lineage.timeline:
        codes = present(drawn.sizes, period)
        transfers = _internal_transfers(rng, drawn, period, codes)
        for code in codes:
            stock = drawn.sizes[code, period]
            known = probationary.get(code)
            opening = _probationary(rng, stock) if known is None else known
            flows = _flows(rng, drawn, (code, period), transfers.get(code, 0))
            flows["inc_probationary"] += joining.pop(code, 0)
            account = _settled(rng, stock, opening, flows)
            probationary[code] = account.closing_probationary
            accounts[code, period] = account
            for successor, share in handovers.get((code, period), ()):
                joining[successor] += int(account.closing_probationary * share)
    return accounts


def present(sizes: Sizes, period: str) -> list[str]:
    """Return the units that are open at a period's end, by code."""
    return sorted(code for code, known in sizes if known == period)


def _handovers(drawn: Drawn) -> dict[Key, list[tuple[str, float]]]:
    """Return (unit, its last period) → who takes its members over, and which share."""
    ends = {period_of(code).end: code for code in drawn.lineage.timeline}
    found: dict[Key, list[tuple[str, float]]] = {}
    for event in drawn.population.handovers:
        period = ends.get(event.effective_date - timedelta(days=1))
        if period:
            heir = event.successor_code, float(event.weight or 1)
            found.setdefault((event.unit_code, period), []).append(heir)
    return found


def cumulative(accounts: Mapping[Key, Account], lineage: Lineage, key: Key) -> Account:
    """Add up a unit's intervals of the year to what its return says."""
    code, period = key
    parts = [accounts[code, part] for part in lineage.periods_to(period)]
    flows = {name: sum(part.flows[name] for part in parts) for name in parts[0].flows}
    return replace(
        parts[-1],
        opening=parts[0].opening,
        opening_probationary=parts[0].opening_probationary,
        flows=flows,
    )


def _internal_transfers(
    rng: random.Random, drawn: Drawn, period: str, codes: Sequence[str]
) -> dict[str, int]:
    """Return unit → members who came from (+) or went to (−) a unit of its bloc.

    They add up to nothing in each bloc. Units that end within the year take no part, so
    that the returns of the units that remain add up to nothing as well.
    """
    until = period_of(f"{period_of(period).year}-Y").end
    blocs: dict[str, list[str]] = {}
    for code in codes:
        unit = drawn.population.unit(code)
        span = unit.span_at(period)
        if span and unit.span_on(until):
            blocs.setdefault(span.bloc_code, []).append(code)
    transfers: dict[str, int] = {}
    for known in blocs.values():
        chosen = rng.sample(known, len(known) // 16 * 2)
        for giver, taker in zip(chosen[::2], chosen[1::2], strict=True):
            members = rng.choice((1, 1, 2))
            transfers[giver] = -members
            transfers[taker] = members
    return transfers


def _flows(rng: random.Random, drawn: Drawn, key: Key, transferred: int) -> Flows:
    """Return an interval's flows: what is drawn, and transfers for the rest."""
    stock = drawn.sizes[key]
    flows = dict.fromkeys((*INCREASES, *DECREASES, "inc_probationary"), 0)
    flows["inc_admitted"] = drawn.admissions.admitted.get(key, 0)
    flows["inc_transfer_internal"] = max(transferred, 0)
    flows["dec_transfer_internal"] = max(-transferred, 0)
    flows["inc_structural"] = stock.joining
    flows["inc_restored"] = times(rng, 1, 0.001)
    flows["dec_died"] = times(rng, stock.opening, 0.003 * QUARTER)
    flows["dec_expelled"] = drawn.discipline.get(key, {}).get("expulsion", 0)
    flows["dec_struck_off"] = times(rng, stock.opening, 0.0015 * QUARTER)
    flows["dec_resigned"] = times(rng, stock.opening, 0.0008 * QUARTER)
    missing = stock.closing - stock.opening - net(flows)
    both_ways = times(rng, stock.opening, 0.02 * QUARTER)
    flows["inc_transfer_external"] = max(missing, 0) + both_ways
    flows["dec_transfer_external"] = max(-missing, 0) + both_ways
    moved = flows["inc_transfer_internal"] + flows["inc_transfer_external"]
    flows["inc_probationary"] = times(rng, moved, 0.05)
    return flows


def net(flows: Mapping[str, int]) -> int:
    """Return increases less decreases."""
    return sum(flows[name] for name in INCREASES) - sum(
        flows[name] for name in DECREASES
    )


def _probationary(rng: random.Random, stock: Stock) -> int:
    most = max(0, stock.opening - _LEAST_OFFICIAL)
    return min(most, times(rng, stock.opening, 0.045))


def _settled(
    rng: random.Random, stock: Stock, probationary: int, flows: Flows
) -> Account:
    """Make members official: probation lasts a year, and three must be official."""
    at_most = probationary + flows["inc_admitted"] + flows["inc_probationary"]
    made = times(rng, probationary, QUARTER)
    made = max(made, at_most - (stock.closing - _LEAST_OFFICIAL))
    return Account(
        opening=stock.opening,
        opening_probationary=probationary,
        flows={**flows, "made_official": made},
        closing=stock.closing,
        closing_probationary=at_most - made,
    )
