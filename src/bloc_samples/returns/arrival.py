"""The days on which the office gets the returns."""

import random
from datetime import date, timedelta

from bloc_samples.apportion import stream
from bloc_samples.obligations import Obligation
from bloc_warehouse.domain.periods import period_of

_SATURDAY = 5


def arrival(seed: int, obligation: Obligation, sender: str, period: str) -> date:
    """Return a day in the obligation's window, a working day if there is one.

    Forms of one window come together.
    """
    first, last = obligation.arrives
    rng = stream(seed, "arrival", sender, period, str(first), str(last))
    end = period_of(period).end
    days = [end + timedelta(days=offset) for offset in range(first, last + 1)]
    working = [day for day in days if day.weekday() < _SATURDAY]
    return _chosen(rng, working or days)


def _chosen(rng: random.Random, days: list[date]) -> date:
    """Choose a day; most senders wait until close to the last one."""
    return days[max(rng.randrange(len(days)), rng.randrange(len(days)))]
