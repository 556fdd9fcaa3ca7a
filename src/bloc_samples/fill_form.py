"""Fills in one form of one sender: adds up the intervals that the return covers."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from bloc_samples.apportion import stream
from bloc_samples.figures.awards_training import Award, Course
from bloc_samples.figures.draw import Figures
from bloc_samples.figures.inspections import Turn
from bloc_samples.figures.membership import cumulative
from bloc_samples.population.units import Unit
from bloc_samples.returns.admissions import admissions_rows, plan_rows
from bloc_samples.returns.awards_training import awards_training_rows
from bloc_samples.returns.inspections import Inspected, inspections_rows
from bloc_samples.returns.membership import draw_profile, membership_rows
from bloc_samples.returns.model import Clerk, Rows
from bloc_samples.returns.ratings import ratings_rows
from bloc_samples.scenario import BLOCS, TERM_YEARS
from bloc_warehouse.domain.periods import period_of

_TERM_LAST_YEAR = 2020


@dataclass(frozen=True, slots=True)
class Task:
    """Which return is to be filled in, from which figures, by whom."""

    seed: int
    figures: Figures
    unit: Unit
    period: str
    clerk: Clerk

    @property
    def key(self) -> tuple[str, str]:
        """Unit and period."""
        return self.unit.code, self.period

    @property
    def covered(self) -> list[tuple[str, str]]:
        """Unit and period of each interval that the return adds up."""
        periods = self.figures.lineage.periods_to(self.period)
        return [(self.unit.code, period) for period in periods]


def draw_clerk(seed: int, code: str) -> Clerk:
    """Draw how a sender's forms are filled in."""
    rng = stream(seed, "clerk", code)
    return Clerk(rng.random() < 0.4, rng.random() < 0.5)


def fill(form: str, task: Task) -> Rows:
    """Return a form's rows.

    Raises:
        KeyError: There is no generator for this form.
    """
    return _FILLERS[form](task)


def _membership(task: Task) -> Rows:
    account = cumulative(task.figures.accounts, task.figures.lineage, task.key)
    profile = draw_profile(task.seed, task.unit.code, task.figures.lineage.code)
    is_year_end = period_of(task.period).type == "Y"
    return membership_rows(
        account,
        profile,
        task.clerk,
        sub_cells=task.figures.sub_cells[task.key],
        with_ages=is_year_end or not task.clerk.leaves_blanks,
    )


def _admissions(task: Task) -> Rows:
    admissions = task.figures.admissions
    parts: Counter[str] = Counter()
    for key in task.covered:
        parts.update(admissions.parts[key])
    names = admissions.parts[task.key]
    return admissions_rows(
        admissions.plans[task.unit.code, period_of(task.period).year],
        sum(admissions.admitted[key] for key in task.covered),
        {name: parts[name] for name in names},
        task.clerk,
    )


def _ratings(task: Task) -> Rows:
    year = period_of(task.period).year
    return ratings_rows(year, task.figures.ratings[task.key])


def _inspections(task: Task) -> Rows:
    figures = task.figures
    covered = [key for key in task.covered if key in figures.turns]
    turns: Counter[Turn] = Counter()
    for key in covered:
        turns.update(figures.turns[key])
    petitions = [figures.petitions.get(key, {}) for key in covered]
    kinds = {kind for interval in petitions for kind in interval}
    inspected = Inspected(
        turns=turns,
        planned=_planned(task),
        decided=_decided(task),
        petitions={
            kind: [interval[kind] for interval in petitions if kind in interval]
            for kind in kinds
        },
    )
    return inspections_rows(inspected, task.clerk)


def _planned(task: Task) -> Counter[Turn]:
    """Return the turns planned for the whole year: those done, and a few more."""
    year = period_of(task.period).year
    done: Counter[Turn] = Counter()
    for period in task.figures.lineage.timeline:
        if period_of(period).year == year:
            done.update(task.figures.turns.get((task.unit.code, period), {}))
    rng = stream(task.seed, "planned", task.unit.code, str(year))
    return Counter({turn: done[turn] + rng.randint(0, 2) for turn in sorted(done)})


def _decided(task: Task) -> Mapping[tuple[str, str], Mapping[str, int]]:
    sums: dict[tuple[str, str], Counter[str]] = {}
    for key in task.covered:
        found = {
            ("bloc_inspection_commission", subject): forms
            for subject, forms in task.figures.office_discipline.get(key, {}).items()
        }
        if key in task.figures.discipline:
            found["grassroots_committee", "member"] = task.figures.discipline[key]
        for by, forms in found.items():
            sums.setdefault(by, Counter()).update(forms)
    return sums


def _awards_training(task: Task) -> Rows:
    drawn = task.figures.awards_training
    awards: Counter[Award] = Counter()
    training: dict[str, Course] = {}
    for key in task.covered:
        awards.update(drawn.awards.get(key, {}))
        for programme, course in drawn.training.get(key, {}).items():
            known = training.get(programme)
            training[programme] = known + course if known else course
    return awards_training_rows(awards, training)


def _admission_plan(task: Task) -> Rows:
    """Return the year's plan; the term's first year holds its resolution."""
    bloc = task.unit.spans[0].bloc_code
    year = period_of(task.period).year
    own = _plans_of(bloc, task.figures)
    yearly = {code: plan for (code, of_year), plan in own.items() if of_year == year}
    has_ended = any(known.code == bloc and known.successor for known in BLOCS)
    if not has_ended or year != TERM_YEARS[0]:
        return plan_rows(year, yearly, term=None)
    resolved = sum(plan for (_, of_year), plan in own.items() if of_year in TERM_YEARS)
    return plan_rows(year, yearly, term=(year, _TERM_LAST_YEAR, resolved))


def _plans_of(bloc: str, figures: Figures) -> dict[tuple[str, int], int]:
    """Return the plans of the units that were in a bloc when the year began."""
    return {
        (code, year): plan
        for (code, year), plan in figures.admissions.plans.items()
        if (span := figures.population.unit(code).span_on(date(year, 1, 31)))
        and span.bloc_code == bloc
    }


_FILLERS: dict[str, Callable[[Task], Rows]] = {
    "membership": _membership,
    "admissions": _admissions,
    "ratings": _ratings,
    "inspections": _inspections,
    "awards_training": _awards_training,
    "admission_plan": _admission_plan,
}
