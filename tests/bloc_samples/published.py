"""Recomputes the published claims from returns and reference lists alone.

Written from the claims' own definitions and not from the generator: a term is made of
the years' cumulatives, an event's stock of the first period end after it, a target of
the plans of whole years.
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from importlib import resources

from bloc_samples.dataset import Dataset
from bloc_samples.reference import reference_lists
from bloc_samples.returns.model import Return, Row
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.domain.units import Span
from bloc_warehouse.reference.lists.reading import Values, read_list
from bloc_warehouse.reference.lists.shapes import SHAPES
from bloc_warehouse.reference.register import history_of

CLAIMS = resources.files("bloc_samples") / "published_totals.csv"
INSPECTIONS = {
    "compliance_inspection",
    "violation_sign_inspection",
    "inspection_duty_inspection",
    "discipline_enforcement_inspection",
    "finance_inspection",
}
KINDS = {
    "inspections": INSPECTIONS,
    "inspections_and_thematic_supervisions": INSPECTIONS | {"thematic_supervision"},
    "inspections_and_supervisions": INSPECTIONS
    | {"thematic_supervision", "regular_supervision"},
}
BODIES = {
    "bloc_standing_committee": {"bloc_standing_committee"},
    "bloc_departments": {"bloc_departments"},
    "grassroots_committees": {"grassroots_committee"},
    "inspection_commissions": {
        "bloc_inspection_commission",
        "grassroots_inspection_commission",
    },
}
PREDECESSORS = {"DLK": {"DLK", "DLKCQ", "DLKDN"}}
LEVELS = {
    "members_excellent_pct": ("member", ("excellent",)),
    "members_good_pct": ("member", ("good",)),
    "members_completed_pct": ("member", ("completed",)),
    "members_at_least_completed_pct": ("member", ("excellent", "good", "completed")),
    "units_at_least_good_pct": ("unit", ("excellent", "good")),
    "units_at_least_completed_pct": ("unit", ("excellent", "good", "completed")),
}
Amount = Callable[[Row], int]


@dataclass(frozen=True)
class Books:
    """Everything that was sent, and the units that there are."""

    returns: tuple[Return, ...]
    units: Sequence[Span]

    def kind_on(self, code: str, day: date, blocs: Iterable[str]) -> str | None:
        for unit in self.units:
            if (
                unit.unit_code == code
                and unit.bloc_code in blocs
                and unit.is_open_on(day)
            ):
                return unit.unit_kind
        return None

    def flow(
        self, claim: Mapping[str, str], form: str, table: str, amount: Amount
    ) -> int:
        start, end = _days(claim)
        latest: dict[tuple[str, int], Return] = {}
        for sent in self.returns:
            period = period_of(sent.period)
            if (
                sent.form != form
                or sent.bloc_code not in _blocs(claim)
                or not start <= period.start <= period.end <= end
            ):
                continue
            key = sent.unit_code, period.year
            if key not in latest or period_of(latest[key].period).end < period.end:
                latest[key] = sent
        return sum(
            amount(row) for sent in latest.values() for row in sent.rows.get(table, ())
        )

    def at(self, claim: Mapping[str, str], period: str) -> list[tuple[str, Return]]:
        """Return kind and membership return of the units open at a period's end."""
        end = period_of(period).end
        return [
            (kind, sent)
            for sent in self.returns
            if sent.form == "membership"
            and sent.period == period
            and (kind := self.kind_on(sent.unit_code, end, {claim["bloc_code"]}))
        ]


def books_of(dataset: Dataset) -> Books:
    return Books(dataset.returns, history_of(rows_of(dataset)).spans)


def rows_of(dataset: Dataset) -> dict[str, list[Values]]:
    """Read the reference lists as an installation does."""
    lists = reference_lists(dataset)
    return {
        shape.name: [
            line.values for line in read_list(shape, lists[shape.file_name]).lines
        ]
        for shape in SHAPES
        if shape.file_name in lists  # what is missing counts as empty
    }


def claims() -> list[dict[str, str]]:
    lines = csv.DictReader(CLAIMS.read_text(encoding="utf-8").splitlines())
    return [row for row in lines if row["basis"] != "context"]


def is_met(claim: Mapping[str, str], value: Fraction) -> bool:
    printed = Fraction(claim["value"])
    if claim["role"] == "target" and claim["unit"] == "percent":
        return value > printed
    match claim["qualifier"]:
        case "nearly":
            return Fraction(95, 100) * printed <= value < printed
        case "more_than":
            return printed < value <= Fraction(105, 100) * printed
        case "more_than_or_equal":
            return printed <= value <= Fraction(105, 100) * printed
    if claim["unit"] != "percent" or printed == 100:
        return value == printed
    digits = len(claim["printed"].rstrip("%").partition(",")[2])
    scaled = value * 10**digits
    return printed * 10**digits in (int(scaled), int(scaled + Fraction(1, 2)))


def values(books: Books, claim: Mapping[str, str]) -> list[Fraction]:
    """Return what the claim says of the returns: one value, or one a year."""
    indicator = claim["indicator"]
    if indicator in LEVELS:
        return _shares_a_year(books, claim, *LEVELS[indicator])
    if indicator in ("unit_count", "member_count"):
        return [Fraction(_stock(books, claim))]
    if indicator in KINDS:
        return [Fraction(_turns(books, claim))]
    return [_OTHERS[indicator](books, claim)]


def _days(claim: Mapping[str, str]) -> tuple[date, date]:
    start, end = claim["period_start"], claim["period_end"]
    return date.fromisoformat(start), date.fromisoformat(end)


def _blocs(claim: Mapping[str, str]) -> set[str]:
    return PREDECESSORS.get(claim["bloc_code"], {claim["bloc_code"]})


def _number(row: Row, name: str) -> int:
    value = row[name]
    assert isinstance(value, int)
    return value


def _stock(books: Books, claim: Mapping[str, str]) -> int:
    period = "2024-H1"
    if claim["period_type"] == "EVENT":  # the first period end after the merger
        sent = {
            sent.period
            for sent in books.returns
            if (sent.form, sent.bloc_code) == ("membership", claim["bloc_code"])
        }
        period = min(sent, key=lambda code: period_of(code).end)
    found = [
        sent for kind, sent in books.at(claim, period) if claim["subject"] in ("", kind)
    ]
    if claim["indicator"] == "unit_count":
        return len(found)
    return sum(_number(sent.rows["membership"][0], "closing_total") for sent in found)


def _turns(books: Books, claim: Mapping[str, str]) -> int:
    kinds, bodies = KINDS[claim["indicator"]], BODIES[claim["conducted_by"]]

    def amount(row: Row) -> int:
        counts = (
            row["kind"] in kinds
            and row["body"] in bodies
            and row["subject"] == claim["subject"]
        )
        return _number(row, "done") if counts else 0

    return books.flow(claim, "inspections", "inspections", amount)


def _shares_a_year(
    books: Books, claim: Mapping[str, str], subject: str, levels: tuple[str, ...]
) -> list[Fraction]:
    shares = []
    for year in range(2015, 2020):
        rows = [
            row
            for sent in books.returns
            if (sent.form, sent.period) == ("ratings", f"{year}-Y")
            and sent.bloc_code in _blocs(claim)
            for row in sent.rows["ratings"]
            if row["subject"] == subject
        ]
        part = sum(_number(row, level) for row in rows for level in levels)
        shares.append(
            Fraction(100 * part, sum(_number(r, "rated_total") for r in rows))
        )
    return shares


def _admitted(books: Books, claim: Mapping[str, str]) -> Fraction:
    if claim["role"] == "target":
        return _planned(books, claim)
    return Fraction(
        books.flow(
            claim,
            "admissions",
            "admissions",
            lambda row: _number(row, "admitted_total"),
        )
    )


def _planned(books: Books, claim: Mapping[str, str]) -> Fraction:
    start, end = _days(claim)
    last = end.year - 1 if claim["period_type"] == "TERM" else end.year
    return Fraction(
        sum(
            _number(row, "planned_admissions")
            for sent in books.returns
            if sent.form == "admission_plan" and sent.bloc_code in _blocs(claim)
            for row in sent.rows["admission_plan"]
            if row["scope"] == "unit_year"
            and start.year <= _number(row, "from_year") <= last
        )
    )


def _youth(books: Books, claim: Mapping[str, str]) -> Fraction:
    youth = books.flow(
        claim, "admissions", "admissions", lambda row: _number(row, "admitted_youth")
    )
    return 100 * youth / _admitted(books, claim)


def _trained(books: Books, claim: Mapping[str, str]) -> Fraction:
    return Fraction(
        books.flow(
            claim,
            "awards_training",
            "training",
            lambda row: (
                _number(row, "attendees")
                if row["programme"] == "political_theory"
                else 0
            ),
        )
    )


def _certificates(books: Books, claim: Mapping[str, str]) -> Fraction:
    wanted = ("province", "certificate_of_merit", claim["subject"], 2018, 2022)
    names = ("level", "kind", "subject", "merit_from_year", "merit_to_year")

    def amount(row: Row) -> int:
        is_wanted = tuple(row[name] for name in names) == wanted
        return _number(row, "award_count") if is_wanted else 0

    # awards count for the years of merit, whenever they were given
    ever = {"bloc_code": claim["bloc_code"], "period_start": "2010-01-01"}
    ever["period_end"] = "2030-12-31"
    return Fraction(books.flow(ever, "awards_training", "awards", amount))


_OTHERS: dict[str, Callable[[Books, Mapping[str, str]], Fraction]] = {
    "members_admitted": _admitted,
    "admissions_over_target_pct": lambda books, claim: (
        100 * _admitted(books, claim) / _planned(books, claim) - 100
    ),
    "admissions_of_annual_plan_pct": lambda books, claim: (
        100 * _admitted(books, claim) / _planned(books, claim)
    ),
    "admissions_from_youth_union_pct": _youth,
    "people_trained": _trained,
    "awards_provincial_certificate": _certificates,
}

__all__ = ["Books", "books_of", "claims", "is_met", "values"]
