"""Denunciations and complaints, which are resolved or wait for the next year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bloc_samples.apportion import stream
from bloc_samples.scenario import OFFICE_SUFFIX, Lineage

KINDS = ("denunciation", "complaint")
_MOST_AT_AN_OFFICE = 2
_CHANCE_IN_A_UNIT = 0.01


@dataclass(frozen=True, slots=True)
class Petitions:
    """An interval's petitions of one kind."""

    carried_over: int
    received: int
    pending: int

    @property
    def resolved(self) -> int:
        """What was settled in the interval."""
        return self.carried_over + self.received - self.pending


def draw_petitions(
    seed: int, lineage: Lineage, keys: Sequence[tuple[str, str]]
) -> Mapping[tuple[str, str], Mapping[str, Petitions]]:
    """Return (sender, period) → kind → petitions; most units have none.

    A unit settles what it gets; an office may carry one over into its next interval,
    except the last one.
    """
    rng = stream(seed, "petitions", lineage.code)
    last = dict(keys)
    waiting: dict[tuple[str, str], int] = {}
    drawn: dict[tuple[str, str], dict[str, Petitions]] = {}
    for code, period in keys:
        for kind in KINDS:
            before = waiting.pop((code, kind), 0)
            if code.endswith(OFFICE_SUFFIX):
                received = rng.randint(0, _MOST_AT_AN_OFFICE)
                pending = rng.randint(0, min(1, received)) * (last[code] != period)
                waiting[code, kind] = pending
            else:
                received = int(rng.random() < _CHANCE_IN_A_UNIT)
                pending = 0
            if before or received:
                found = Petitions(before, received, pending)
                drawn.setdefault((code, period), {})[kind] = found
    return drawn
