"""Which harm is done in which phase of the way from a file to readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

# phase -> the DAG and the task in which it happens
PHASES = {
    "register": ("ingest_submissions", "find_new_files"),
    "load": ("ingest_submissions", "load_batch"),
    "stage": ("build_warehouse", "stage_submissions"),
    "cross-check": ("build_warehouse", "cross_check"),
    "build": ("build_warehouse", "build_marts"),
    "audit": ("build_warehouse", "audit_marts"),
    "publish": ("build_warehouse", "publish_marts"),
    "deliver": ("deliver_alerts", "deliver_alerts"),
}
NOTHING = "nothing"  # an undisturbed run, for comparison

_SERVERS = (
    "scheduler",
    "warehouse",
    "metadata",
    "api-server",
    "triggerer",
    "dag-processor",
)
KILLED = {"": _SERVERS, "celery": ("worker", "redis", *_SERVERS)}
# other harm, each with the phases in which it tells something
OTHERS = {
    "": {
        "warehouse cut off": ("load", "build"),
        "warehouse's disk full": ("load", "build"),
        "archive's disk full": ("register",),
        "archive read-only": ("register",),
        "run marked failed": ("cross-check",),
    },
    "celery": {
        "worker cut off": ("load", "build"),
        "store silent": ("register", "load"),
        "run marked failed": ("cross-check",),
    },
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One harm in one phase."""

    harm: str
    phase: str

    def __str__(self) -> str:
        return f"{self.harm}@{self.phase}"


def all_cells(profile: str) -> list[Cell]:
    """Return every kill in every phase, and the other harm."""
    killed = map(kill, KILLED[profile])
    kills = [Cell(harm, phase) for harm, phase in product(killed, PHASES)]
    return kills + _others(profile)


def chosen_cells(profile: str, shift: int = 0) -> list[Cell]:
    """Return a diagonal: every service is killed, and there is a kill in every phase.

    Args:
        profile: Compose's: empty, or ``celery``.
        shift: Another diagonal; as many as there are phases make the whole matrix.
    """
    killed, phases = KILLED[profile], list(PHASES)
    diagonal = [
        Cell(kill(_nth(killed, place)), _nth(phases, place + shift))
        for place in range(max(len(killed), len(phases)))
    ]
    return diagonal + _others(profile)


def named_cells(names: str) -> list[Cell]:
    """Return the cells of a list such as ``scheduler killed@build,store silent@load``.

    Raises:
        ValueError: There is no such phase; which harm there is, ``harms.py`` knows.
    """
    cells = [Cell(*name.strip().split("@", 1)) for name in names.split(",")]
    for cell in cells:
        if cell.phase not in PHASES:
            raise ValueError(f"no phase is called {cell.phase}: {', '.join(PHASES)}")
    return cells


def kill(service: str) -> str:
    """Name the harm of a killed service."""
    return f"{service} killed"


def _others(profile: str) -> list[Cell]:
    return [
        Cell(harm, phase)
        for harm, phases in OTHERS[profile].items()
        for phase in phases
    ]


def _nth(names: Sequence[str], place: int) -> str:
    return names[place % len(names)]
