"""Looks at an installation from its settings to its alerts, and says what to mend."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from bloc_warehouse.doctor import channels, places, programs, warehouse, work
from bloc_warehouse.doctor.check import Check, State, worst
from bloc_warehouse.settings import Settings

_AREAS: dict[str, Callable[[Settings], Iterator[Check]]] = {
    "places": places.look,
    "warehouse": warehouse.look,
    "programs": programs.look,
    "work": work.look,
}
_OUTSIDE: dict[str, Callable[[Settings], Iterator[Check]]] = {
    "channels": channels.look,
}


@dataclass(frozen=True, slots=True)
class Examination:
    """What was looked at, in the order in which things rest on each other."""

    checks: tuple[Check, ...]

    @property
    def state(self) -> State:
        """The worst of all states."""
        return worst(check.state for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        """Return it as a monitor reads it: the state, and each check."""
        return {"state": self.state, "checks": [asdict(one) for one in self.checks]}


def examine(settings: Settings, *, outside: bool = True) -> Examination:
    """Look at everything; what cannot be looked at is a failed check, never an error.

    Nothing is changed, but for a file that is written to each place and removed again.
    The embedded server is not started: that it is down is what is said.

    Args:
        settings: Whose installation.
        outside: Reach others' servers, too: a monitor asks too often for that.
    """
    found: list[Check] = []
    for area, look in (_AREAS | _OUTSIDE if outside else _AREAS).items():
        try:
            found.extend(look(settings))  # what came before a fault stays
        except Exception as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            found.append(
                Check(area, "failed", reason, "a fault of this program: report it")
            )
    return Examination(tuple(found))
