"""Whole numbers with a given sum, between bounds, and the draws behind them."""

import math
import random
from collections.abc import Sequence


def stream(seed: int, *names: str) -> random.Random:
    """Return the random numbers for one purpose; a purpose never disturbs another."""
    return random.Random("/".join((str(seed), *names)))  # noqa: S311 no secrets here


def apportion(
    total: int,
    weights: Sequence[float],
    *,
    lower: Sequence[int] | None = None,
    upper: Sequence[int] | None = None,
) -> list[int]:
    """Split ``total`` into whole numbers, close to the weights and inside the bounds.

    Raises:
        ValueError: No split fits the bounds.
    """
    parts = list(lower or [0] * len(weights))
    tops = list(upper or [total] * len(weights))
    if not sum(parts) <= total <= sum(tops):
        raise ValueError(f"{total} is not between {sum(parts)} and {sum(tops)}")
    left = total - sum(parts)
    while left:
        shares = _shares(left, parts, tops, weights)
        for index, share in shares:
            parts[index] += share
        left = total - sum(parts)
    return parts


def _shares(
    left: int, parts: Sequence[int], tops: Sequence[int], weights: Sequence[float]
) -> list[tuple[int, int]]:
    """What each open part gets now: its whole share, or the largest rests one each."""
    free = [index for index, part in enumerate(parts) if part < tops[index]]
    whole = sum(weights[index] for index in free) or 1.0
    ideal = {index: left * weights[index] / whole for index in free}
    shares = [
        (index, min(int(ideal[index]), tops[index] - parts[index])) for index in free
    ]
    if any(share for _, share in shares):
        return shares
    by_rest = sorted(free, key=lambda index: (-ideal[index], index))
    return [(index, 1) for index in by_rest[:left]]


def times(rng: random.Random, count: int, chance: float) -> int:
    """Return how many of ``count`` independent cases happen.

    It goes from one case that happens to the next, so that rare ones cost little.
    """
    if not 0 < chance < 1:
        return count if chance >= 1 else 0
    happened, log_of_none = -1, math.log1p(-chance)
    at = -1
    while at < count:
        happened += 1
        at += 1 + int(math.log(1.0 - rng.random()) / log_of_none)
    return happened


def uneven(rng: random.Random, count: int, *, spread: float = 0.6) -> list[float]:
    """Return ``count`` positive weights around 1 with a long tail upwards."""
    return [rng.lognormvariate(0.0, spread) for _ in range(count)]
