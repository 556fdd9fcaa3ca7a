"""What a claim can be about: the project's indicators, and how each is recomputed."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from bloc_warehouse.domain.claims import CLAIM_PERIODS, CONTEXT
from bloc_warehouse.domain.periods import CUMULATIVE
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.project import project_root

_PERIODS_OF = {
    "stock": (*CUMULATIVE, "DAY", "EVENT"),
    "flow": (*CUMULATIVE, "TERM", "FIVE_YEARS"),
    "plan": (*CUMULATIVE, "TERM", "FIVE_YEARS"),
    "rating": ("Y", "EACH_YEAR", "TERM"),
    "merit": ("FIVE_YEARS",),
}
_KEYS = {"inspections": "inspections", "awards_training": "awards"}


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator.

    Attributes:
        name: Its code.
        label_vi: What it is called.
        label_en: The same in English.
        unit_vi: What it counts.
        roles: ``actual``, ``target``; empty: it is printed as context only.
        form: The form that the figure comes from; empty for context.
        accrual: Which days count (``int_claim_parts_dated``); empty for context.
        basis: How a claim is recomputed.
        subjects: Of what it may be told apart; empty: of nothing.
        is_subject_needed: Whether it must be told apart.
        bodies: Who may have conducted it; empty: nobody is named.
    """

    name: str
    label_vi: str
    label_en: str
    unit_vi: str
    roles: tuple[str, ...]
    form: str
    accrual: str
    basis: str
    subjects: tuple[str, ...]
    is_subject_needed: bool
    bodies: tuple[str, ...]

    @property
    def is_percentage(self) -> bool:
        """Whether it is printed in percent."""
        return self.name.endswith("_pct")

    @property
    def units(self) -> tuple[str, ...]:
        """What a claim's value may be in."""
        return ("percent",) if self.is_percentage else ("count", "turns")

    @property
    def periods(self) -> tuple[str, ...]:
        """The kinds of period that it can be recomputed over."""
        return _PERIODS_OF.get(self.accrual, CLAIM_PERIODS)


@cache
def indicators() -> Mapping[str, Indicator]:
    """Return all indicators by code, in the order in which they are shown."""
    sides: dict[str, list[Mapping[str, str]]] = {}
    for row in _seed("ref_indicators"):
        sides.setdefault(row["indicator"], []).append(row)
    stated = {row["indicator"] for row in _seed("ref_summary_indicators")}
    return {
        row["indicator"]: _indicator(row, sides.get(row["indicator"], []))
        for row in _seed("ref_indicator_labels")
        if row["indicator"] in sides or row["indicator"] not in stated
    }


def _indicator(label: Mapping[str, str], sides: list[Mapping[str, str]]) -> Indicator:
    figures = [side for side in sides if side["side"] == "figure"]
    bases = [side for side in sides if side["side"] == "base"]
    figure: Mapping[str, str] = next(
        (side for side in figures if side["role"] == "actual"),
        figures[0] if figures else {},
    )
    form, accrual = figure.get("form", ""), figure.get("accrual", "")
    is_inspected = form == "inspections"
    return Indicator(
        label["indicator"],
        label["label_vi"],
        label["label_en"],
        label["unit_vi"],
        tuple(side["role"] for side in figures),
        form,
        accrual,
        _basis(label["indicator"], accrual, bases),
        _subjects(label["indicator"], form, accrual),
        is_inspected or accrual == "merit",
        _bodies() if is_inspected else (),
    )


def _basis(name: str, accrual: str, bases: list[Mapping[str, str]]) -> str:
    if not accrual:
        return CONTEXT
    if not bases:
        return "stock" if accrual == "stock" else "flow"
    if bases[0]["accrual"] != "plan":
        return "ratio"
    return "excess" if "_over_" in name else "attainment"


def _subjects(name: str, form: str, accrual: str) -> tuple[str, ...]:
    if name == "unit_count":
        return ("dbcs", "cbcs")
    if form == "inspections" or accrual == "merit":
        table = load_registry().form(form).table(_KEYS[form])
        [key] = [key for key in table.keys if key.name == "subject"]
        return tuple(value.code for value in key.values)
    return ()


def _bodies() -> tuple[str, ...]:
    named = (row["conducted_by"] for row in _seed("ref_conducting_bodies"))
    return tuple(dict.fromkeys(body for body in named if body != "all"))


def _seed(name: str) -> list[Mapping[str, str]]:
    path = project_root() / "dbt_project" / "seeds" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
