"""One thing that was looked at, and what came of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from bloc_warehouse.errors import SetupError

State = Literal["ok", "skipped", "warning", "failed"]
_STATES = get_args(State)  # from fine to bad


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the examination.

    Attributes:
        name: What was looked at, in a word or two.
        state: ``skipped`` what cannot be there in this installation, ``warning`` what
            should be mended and stops nothing, ``failed`` what stops something.
        found: What was seen.
        cure: What to do about it; empty if nothing.
    """

    name: str
    state: State
    found: str
    cure: str = ""


def worst(states: Iterable[State]) -> State:
    """Return the worst of the states; ``ok`` if there are none, or all were skipped."""
    known = max((_STATES.index(state) for state in states), default=0)
    return "ok" if _STATES[known] == "skipped" else _STATES[known]


def tried(name: str, attempt: Callable[[], str], cure: str) -> Check:
    """Return a check that is fine if the attempt raises no error of the environment."""
    try:
        return Check(name, "ok", attempt())
    except (SetupError, OSError, ValueError) as error:
        return Check(name, "failed", " ".join(str(error).split()), cure)
