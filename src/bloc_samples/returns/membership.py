"""Form BDV: members, increases and decreases."""

from collections.abc import Mapping
from dataclasses import dataclass

from bloc_samples.apportion import apportion, stream
from bloc_samples.figures.membership import (
    DECREASES,
    INCREASES,
    Account,
)
from bloc_samples.returns.model import CellValue, Clerk, Rows

_AGE_BANDS = ("to_30", "31_40", "41_50", "51_60", "over_60")
_THEORY = ("elementary", "intermediate", "advanced")
_SOMETIMES_BLANK = ("inc_restored", "inc_other", "inc_structural", "dec_other")
_ETHNIC_SHARES = {"LSN": 0.7, "DLK": 0.14}


@dataclass(frozen=True, slots=True)
class Profile:
    """The make-up of a unit's members, as shares."""

    female: float
    ethnic: float
    religious: float
    exempt: float
    ages: tuple[float, ...]
    theory: tuple[float, ...]


def draw_profile(seed: int, code: str, lineage: str) -> Profile:
    """Draw what does not change from one return of a unit to the next."""
    rng = stream(seed, "profile", code)
    ages = (0.13, 0.34, 0.29, 0.2, 0.04)
    theory = (0.31, 0.28, 0.11)
    return Profile(
        female=rng.uniform(0.25, 0.6),
        ethnic=_ETHNIC_SHARES.get(lineage, 0.02) * rng.uniform(0.7, 1.3),
        religious=rng.uniform(0.0, 0.06),
        exempt=rng.uniform(0.0, 0.04),
        ages=tuple(share * rng.uniform(0.7, 1.3) for share in ages),
        theory=tuple(share * rng.uniform(0.6, 1.3) for share in theory),
    )


def membership_rows(
    account: Account, profile: Profile, clerk: Clerk, *, sub_cells: int, with_ages: bool
) -> Rows:
    """Return the form's one row from the year's account."""
    row: dict[str, CellValue] = {
        "opening_total": account.opening,
        "opening_probationary": account.opening_probationary,
    }
    row |= _flows(account.flows, clerk)
    row |= {
        "closing_total": account.closing,
        "closing_official": account.closing - account.closing_probationary,
        "closing_probationary": account.closing_probationary,
        "sub_cells": sub_cells,
    }
    row |= _make_up(account.closing, profile, clerk, with_ages=with_ages)
    return {"membership": (row,)}


def _flows(flows: Mapping[str, int], clerk: Clerk) -> dict[str, CellValue]:
    row: dict[str, CellValue] = dict(flows)
    for name in _SOMETIMES_BLANK:
        row[name] = clerk.optional(flows[name])
    row["inc_total"] = sum(flows[name] for name in INCREASES)
    row["dec_total"] = sum(flows[name] for name in DECREASES)
    return row


def _make_up(
    closing: int, profile: Profile, clerk: Clerk, *, with_ages: bool
) -> dict[str, CellValue]:
    row: dict[str, CellValue] = {
        "closing_female": round(closing * profile.female),
        "closing_ethnic": round(closing * profile.ethnic),
        "closing_religious": clerk.optional(round(closing * profile.religious)),
        "closing_exempt": round(closing * profile.exempt),
    }
    ages = apportion(closing, profile.ages)
    for band, members in zip(_AGE_BANDS, ages, strict=True):
        row[f"closing_age_{band}"] = members if with_ages else None
    for level, share in zip(_THEORY, profile.theory, strict=True):
        row[f"closing_theory_{level}"] = int(closing * share)
    return row
