"""Which returns the units and offices of each bloc owe, and when they are sent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby, product
from typing import Literal

from bloc_samples.scenario import BLOCS, LINEAGES
from bloc_warehouse.domain.periods import CUMULATIVE, Period, period_of

OwedBy = Literal["unit", "bloc_office"]

_PREDECESSORS = ("DLKCQ", "DLKDN")
_HALF_YEARLY = ("membership", "admissions", "inspections", "awards_training")
_PLAN_DUE, _PLAN_ARRIVES = -334, (-350, -336)  # from the year's end: in January


@dataclass(frozen=True, slots=True)
class _Usual:
    """A return that every bloc owes each year."""

    form: str
    owed_by: OwedBy
    period_type: str
    due_days: int
    arrives: tuple[int, int]


def _usual() -> Iterator[_Usual]:
    """Yield the usual returns: quarterly, half-yearly and yearly ones."""
    days: dict[str, tuple[int, tuple[int, int], tuple[int, int]]] = {
        kind: (30, (4, 30), (20, 30)) if kind == "Y" else (15, (2, 15), (8, 15))
        for kind in CUMULATIVE
    }
    for kind, (due, from_units, from_office) in days.items():
        for form in ("membership", "admissions"):
            yield _Usual(form, "unit", kind, due, from_units)
        both = ("inspections", "awards_training")
        for form in both if kind in ("H1", "Y") else both[:1]:
            yield _Usual(form, "unit", kind, due, from_units)
            yield _Usual(form, "bloc_office", kind, due, from_office)
        summary = (100, (94, 100)) if kind == "Y" else (20, (17, 20))
        yield _Usual("bloc_summary", "bloc_office", kind, *summary)
    yield _Usual("ratings", "unit", "Y", 90, (33, 88))
    yield _Usual("admission_plan", "bloc_office", "Y", _PLAN_DUE, _PLAN_ARRIVES)


@dataclass(frozen=True, slots=True)
class Obligation:
    """A return that is owed, and the days after the period's end on which it comes."""

    bloc_code: str
    form: str
    owed_by: OwedBy
    first_period: str
    last_period: str
    due_days: int
    arrives: tuple[int, int]

    @property
    def period_type(self) -> str:
        """The type that all its periods have."""
        return period_of(self.first_period).type

    def periods(self) -> Iterator[Period]:
        """Yield the periods owed, oldest first."""
        first, last = period_of(self.first_period), period_of(self.last_period)
        for year in range(first.year, last.year + 1):
            yield period_of(f"{year}-{first.type}")


def obligations(*, history: bool = False) -> tuple[Obligation, ...]:
    """Return every return that is owed, bloc by bloc.

    Without the history: the returns that the figures in print rest on. With it: all
    that a bloc owes while its lineage is drawn, on the usual days where no other is
    known.
    """
    printed = (*_long_an(), *_dak_lak(), *_lang_son(), *_dong_thap())
    return (*printed, *_others(printed)) if history else printed


def _others(printed: Iterable[Obligation]) -> Iterator[Obligation]:
    """Yield what is owed beside what the figures in print rest on."""
    known = {
        (owed.bloc_code, owed.form, owed.owed_by, period.code)
        for owed in printed
        for period in owed.periods()
    }
    for lineage in LINEAGES:
        for bloc, usual in product(lineage.blocs, _usual()):
            missing = [
                year
                for year in lineage.years
                if _owes(bloc, usual, year)
                and (bloc, usual.form, usual.owed_by, f"{year}-{usual.period_type}")
                not in known
            ]
            for first, last in _runs(missing):
                yield Obligation(
                    bloc,
                    usual.form,
                    usual.owed_by,
                    f"{first}-{usual.period_type}",
                    f"{last}-{usual.period_type}",
                    usual.due_days,
                    usual.arrives,
                )


def _owes(bloc: str, usual: "_Usual", year: int) -> bool:
    """Whether a bloc exists at the period's end; of a plan, when the year begins."""
    end = period_of(f"{year}-{usual.period_type}").end
    day = date(year, 1, 31) if usual.form == "admission_plan" else end
    return any(
        span.code == bloc and span.valid_from <= day < span.valid_to for span in BLOCS
    )


def _runs(years: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield first and last of years that follow each other."""
    for _, group in groupby(enumerate(years), key=lambda pair: pair[1] - pair[0]):
        run = [year for _, year in group]
        yield run[0], run[-1]


def _long_an() -> Iterator[Obligation]:
    for form in ("membership", "admissions"):
        yield _once("LAN", form, "unit", "2017-Q1", due_days=15, arrives=(3, 15))
        yield _once("LAN", form, "unit", "2024-H1", due_days=8, arrives=(1, 8))
    for year in (2017, 2024):
        yield _plan("LAN", year, year)
    office: OwedBy = "bloc_office"
    for period, day in (("2017-Q1", 20), ("2024-H1", 9)):
        yield _once("LAN", "bloc_summary", office, period, day, (day - 1, day))


def _dak_lak() -> Iterator[Obligation]:
    for bloc, form in product(_PREDECESSORS, _HALF_YEARLY):
        yield Obligation(bloc, form, "unit", "2015-Y", "2018-Y", 30, (4, 30))
        yield _once(bloc, form, "unit", "2019-H1", due_days=15, arrives=(2, 15))
    for form in _HALF_YEARLY:
        yield _once("DLK", form, "unit", "2019-Y", due_days=30, arrives=(4, 30))
        yield _once("DLK", form, "unit", "2020-H1", due_days=15, arrives=(2, 15))
    for bloc in _PREDECESSORS:
        yield Obligation(bloc, "ratings", "unit", "2015-Y", "2018-Y", 90, (33, 88))
        yield _plan(bloc, 2015, 2019)
    yield _once("DLK", "ratings", "unit", "2019-Y", due_days=90, arrives=(33, 88))
    yield _plan("DLK", 2020, 2020)
    office: OwedBy = "bloc_office"
    for bloc, form in product(_PREDECESSORS, ("inspections", "awards_training")):
        yield Obligation(bloc, form, office, "2015-Y", "2018-Y", 30, (20, 30))
        yield _once(bloc, form, office, "2019-H1", due_days=15, arrives=(8, 15))
    for form in ("inspections", "awards_training"):
        yield _once("DLK", form, office, "2019-Y", due_days=30, arrives=(20, 30))
        yield _once("DLK", form, office, "2020-H1", due_days=15, arrives=(8, 15))
    summary = "bloc_summary"
    for bloc in _PREDECESSORS:  # a year's summary waits for the ratings
        yield Obligation(bloc, summary, office, "2015-Y", "2018-Y", 100, (94, 100))
        yield _once(bloc, summary, office, "2019-H1", due_days=20, arrives=(17, 20))
    yield _once("DLK", summary, office, "2019-Y", due_days=100, arrives=(94, 100))
    yield _once("DLK", summary, office, "2020-H1", due_days=20, arrives=(17, 20))


def _lang_son() -> Iterator[Obligation]:
    for form in ("membership", "admissions"):
        yield _once("LSN", form, "unit", "2022-M9", due_days=4, arrives=(1, 4))
    yield _plan("LSN", 2022, 2022)
    yield _once("LSN", "bloc_summary", "bloc_office", "2022-M9", 4, (4, 4))


def _dong_thap() -> Iterator[Obligation]:
    for form in ("membership", "awards_training"):
        yield _once("DTP", form, "unit", "2023-H1", due_days=5, arrives=(0, 0))
    yield _once("DTP", "bloc_summary", "bloc_office", "2023-H1", 5, (0, 0))


def _once(
    bloc: str,
    form: str,
    owed_by: OwedBy,
    period: str,
    due_days: int,
    arrives: tuple[int, int],
) -> Obligation:
    return Obligation(bloc, form, owed_by, period, period, due_days, arrives)


def _plan(bloc: str, first: int, last: int) -> Obligation:
    return Obligation(
        bloc,
        "admission_plan",
        "bloc_office",
        f"{first}-Y",
        f"{last}-Y",
        _PLAN_DUE,
        _PLAN_ARRIVES,
    )
