"""Forms BKN (a unit's admissions) and CTKN (the plans that the office gives)."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from bloc_samples.returns.model import CellValue, Clerk, Row, Rows

_CENT = Decimal("0.01")
_SOMETIMES_BLANK = ("admitted_religious", "admitted_private_owner", "readmitted")


def admissions_rows(
    plan: int, admitted: int, parts: Mapping[str, int], clerk: Clerk
) -> Rows:
    """Return the form's one row from the year's figures."""
    row: dict[str, CellValue] = {"plan_year": plan, "admitted_total": admitted, **parts}
    for name in _SOMETIMES_BLANK:
        row[name] = clerk.optional(parts[name])
    row["pct_of_plan"] = pct_of_plan(admitted, plan, cut=clerk.cuts_percent)
    return {"admissions": (row,)}


def pct_of_plan(admitted: int, plan: int, *, cut: bool = False) -> Decimal:
    """Return the share of a plan in percent, rounded or cut to two digits."""
    share = Decimal(100 * admitted) / Decimal(plan)
    return share.quantize(_CENT, ROUND_DOWN if cut else ROUND_HALF_UP)


def plan_rows(
    year: int, plans: Mapping[str, int], *, term: tuple[int, int, int] | None
) -> Rows:
    """Return a plan's rows: one a unit and, where given, the term's resolution.

    Args:
        year: The year of the plans.
        plans: Unit → people to admit.
        term: First and last year of the term, and the resolution's figure.
    """
    rows: list[Row] = [
        _plan_row("unit_year", code, (year, year), count)
        for code, count in sorted(plans.items())
    ]
    if term:
        rows.append(_plan_row("bloc_term", None, term[:2], term[2]))
    return {"admission_plan": rows}


def _plan_row(scope: str, code: str | None, years: Sequence[int], count: int) -> Row:
    return {
        "scope": scope,
        "planned_unit_code": code,
        "from_year": years[0],
        "to_year": years[1],
        "planned_admissions": count,
    }
