"""Yearly ratings: all units of a lineage solved together, for each year.

The ceiling (excellent at most a fifth of good, in every unit) leaves under two percent
of room over the whole bloc. A unit of R rated members can have at most R // 6 excellent
ones, so the members that are neither excellent nor good are placed where they cost
nothing: into the rest that R leaves when divided by six.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bloc_samples.apportion import apportion, stream, times, uneven
from bloc_samples.scenario import DAK_LAK_RATINGS, TERM_YEARS, RatingShares

_SIXTH = 6  # one excellent member needs five good ones beside


@dataclass(frozen=True, slots=True)
class Rating:
    """How many of a kind of subject were rated, and on which level."""

    total: int
    exempt: int
    not_rated: int
    excellent: int
    good: int
    completed: int
    not_completed: int

    @property
    def rated(self) -> int:
        """Subjects that were rated."""
        return self.total - self.exempt - self.not_rated


@dataclass(frozen=True, slots=True)
class UnitRatings:
    """One unit's return of a year."""

    member: Rating
    sub_cell: Rating
    unit: Rating


@dataclass(frozen=True, slots=True)
class _Levels:
    """The bloc's totals of a year, beside those who are good."""

    excellent: int
    completed: int
    not_completed: int

    @property
    def lower(self) -> int:
        return self.completed + self.not_completed


def draw_shares(seed: int, lineage: str, years: Sequence[int]) -> list[RatingShares]:
    """Return the shares of each year: those in print, else some that move slowly."""
    rng = stream(seed, "shares", lineage)
    units = rng.randint(89, 93)
    excellent, good = rng.randint(1240, 1330), rng.randint(7850, 7950)
    drawn = []
    for year in years:
        excellent += rng.randint(-10, 30)
        good += rng.randint(-10, 40)
        units += rng.randint(-1, 1)
        completed = 10_000 - excellent - good - rng.randint(40, 60)
        shares = RatingShares(excellent, good, completed, units)
        is_printed = lineage == "DLK" and year in TERM_YEARS
        drawn.append(DAK_LAK_RATINGS if is_printed else shares)
    return drawn


def draw_ratings(
    rng: random.Random,
    shares: RatingShares,
    closings: Mapping[str, int],
    sub_cells: Mapping[str, int],
) -> dict[str, UnitRatings]:
    """Return unit → ratings of a year, given members and cells at its end."""
    members = _members(rng, shares, closings)
    units = _units(rng, shares.units_good, sorted(closings))
    return {
        code: UnitRatings(members[code], _cells(rng, sub_cells[code]), units[code])
        for code in sorted(closings)
    }


def reads_as(part: int, whole: int, printed: int, *, digits: int) -> bool:
    """Whether a share in percent reads as printed, rounded or cut to its digits.

    ``printed`` has no decimal mark: 81,24 % is 8124 with two digits.
    """
    scale = 100 * int(10**digits)
    cut = part * scale // whole
    rounded = (2 * part * scale + whole) // (2 * whole)
    return printed in (cut, rounded)


def _members(
    rng: random.Random, shares: RatingShares, closings: Mapping[str, int]
) -> dict[str, Rating]:
    codes = sorted(closings)
    present = [closings[code] - times(rng, closings[code], 0.022) for code in codes]
    rated, levels = _with_levels(rng, shares, present)
    lower = _lower_levels(rng, rated, levels)
    rooms = [
        (count - below) // _SIXTH for count, below in zip(rated, lower, strict=True)
    ]
    excellent = apportion(levels.excellent, _weights(rng, rooms), upper=rooms)
    not_completed = apportion(levels.not_completed, _weights(rng, lower), upper=lower)
    ratings = {}
    for index, code in enumerate(codes):
        absent = closings[code] - rated[index]
        exempt = times(rng, absent, 0.7)
        ratings[code] = Rating(
            total=closings[code],
            exempt=exempt,
            not_rated=absent - exempt,
            excellent=excellent[index],
            good=rated[index] - excellent[index] - lower[index],
            completed=lower[index] - not_completed[index],
            not_completed=not_completed[index],
        )
    return ratings


def _with_levels(
    rng: random.Random, shares: RatingShares, present: list[int]
) -> tuple[list[int], _Levels]:
    """Rate fewer members, one by one, until the totals can be hit in every unit.

    Raises:
        ValueError: No number of rated members will do.
    """
    rated = list(present)
    for _ in range(sum(present) // 20):
        levels = _levels(rng, shares, sum(rated))
        if levels and _room(rated, levels) >= levels.excellent:
            return rated, levels
        index = max(range(len(rated)), key=lambda at: (rated[at] % _SIXTH, rated[at]))
        rated[index] -= 1
    raise ValueError(f"no ratings fit {sum(present)} members")


def _levels(rng: random.Random, shares: RatingShares, whole: int) -> _Levels | None:
    """Return totals that read as the printed percentages; None when none do."""
    good = _counts(whole, shares.good)
    completed = _counts(whole, shares.completed)
    if not good or not completed:
        return None
    excellent = -(-whole * shares.excellent_at_least // 10_000)
    chosen = rng.choice(completed)
    rest = whole - excellent - rng.choice(good) - chosen
    return _Levels(excellent, chosen, rest) if rest >= 0 else None


def _counts(whole: int, printed: int) -> list[int]:
    middle = whole * printed // 10_000
    return [
        count
        for count in range(middle - 1, middle + 3)
        if reads_as(count, whole, printed, digits=2)
    ]


def _room(rated: Sequence[int], levels: _Levels) -> int:
    """Return how many can be excellent once the lower levels stand in the rests."""
    blocks = _extra_blocks(rated, levels)
    return sum(count // _SIXTH for count in rated) - blocks


def _extra_blocks(rated: Sequence[int], levels: _Levels) -> int:
    """Return how many blocks of six the lower levels need beside the rests."""
    rests = sum(count % _SIXTH for count in rated)
    return max(0, -(-(levels.lower - rests) // _SIXTH))


def _lower_levels(
    rng: random.Random, rated: Sequence[int], levels: _Levels
) -> list[int]:
    """Place those who are neither excellent nor good where they cost least room."""
    tops = [count % _SIXTH for count in rated]
    largest = sorted(range(len(rated)), key=lambda at: (-rated[at], at))
    for index in largest[: _extra_blocks(rated, levels)]:
        tops[index] += _SIXTH
    return apportion(levels.lower, _weights(rng, tops), upper=tops)


def _weights(rng: random.Random, sizes: Sequence[int]) -> list[float]:
    draws = uneven(rng, len(sizes), spread=0.3)
    return [(size + 0.1) * draw for size, draw in zip(sizes, draws, strict=True)]


def _cells(rng: random.Random, count: int) -> Rating:
    completed = times(rng, count, 0.05)
    excellent = times(rng, (count - completed) // _SIXTH, 0.9)
    good = count - completed - excellent
    return Rating(count, 0, 0, excellent, good, completed, 0)


def _units(rng: random.Random, share: int, codes: Sequence[str]) -> dict[str, Rating]:
    """Rate every unit: a share in percent at least good, the others completed."""
    fitting = [
        count
        for count in range(len(codes) + 1)
        if reads_as(count, len(codes), share, digits=0)
    ]
    order = rng.sample(codes, len(codes))
    good = fitting[0] if fitting else len(codes) * share // 100  # few units
    excellent = good // _SIXTH
    return {
        code: Rating(
            total=1,
            exempt=0,
            not_rated=0,
            excellent=int(place < excellent),
            good=int(excellent <= place < good),
            completed=int(place >= good),
            not_completed=0,
        )
        for place, code in enumerate(order)
    }
