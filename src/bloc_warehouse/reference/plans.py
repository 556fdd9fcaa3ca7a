"""Plans of the list → returns of the blocs' offices, submitted like any other.

A plan is a figure that somebody reported, not a fact about units: so what the list says
of a bloc and year becomes the office's form for that year, is archived, checked,
numbered and kept beside the versions before it, and can be traced to its cell. A year
that the list names no more is withdrawn, and what the office sent itself counts again.
"""

import io
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from psycopg import Connection

from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.counting import counted
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.domain.units import OFFICE, History, Span
from bloc_warehouse.errors import SetupError
from bloc_warehouse.forms.filled import FilledForm, Header, RowValues
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.forms.template import write_workbook
from bloc_warehouse.intake.revise.withdraw import LIVE, withdraw
from bloc_warehouse.reference.register import Rows, bloc_name, history_of
from bloc_warehouse.reference.store import read_applied
from bloc_warehouse.settings import Settings
from bloc_warehouse.storage import locations

LIST = "ref_admission_plans"
_FORM = "admission_plan"

Year = tuple[str, int]  # the office's code, and the year that its plans begin in


@dataclass(frozen=True, slots=True, order=True)
class PlanLine:
    """What one unit, or without a unit the bloc, shall admit in these years."""

    unit_code: str
    from_year: int
    to_year: int
    planned_admissions: int | None


class PlansNotSentError(SetupError):
    """The lists are in force, but what they plan could not be written into landing."""

    def __init__(self, reason: OSError) -> None:
        super().__init__(
            "the lists are in force, but their plans could not be written into"
            f" landing: {reason}; mend it and run `bloc reference apply` again"
        )


Counted = Mapping[Year, tuple[PlanLine, ...]]


@dataclass(frozen=True, slots=True)
class PlanReturn:
    """What the list says of a bloc's year, as its office reports it."""

    office: Span
    bloc_name: str
    year: int
    lines: tuple[PlanLine, ...]

    @property
    def key(self) -> Year:
        """Whose plan of which year."""
        return self.office.unit_code, self.year


@dataclass(frozen=True, slots=True)
class DuePlans:
    """What applying the list would bring about.

    Attributes:
        coming: Offices' plans to be submitted, as ``office year: what``.
        going: Those that came from the list, which names them no more.
    """

    coming: tuple[str, ...]
    going: tuple[str, ...]


def offices_of(history: History) -> list[Span]:
    """Return the spans of offices: a few among those of a country's units."""
    return [span for span in history.spans if span.unit_kind == OFFICE]


def office_of(offices: Sequence[Span], bloc_code: str, year: int) -> Span | None:
    """Return a bloc's office in a year, as it was last in it; None: it had none."""
    period = period_of(f"{year}-Y")
    own = [
        span
        for span in offices
        if span.bloc_code == bloc_code and span.overlaps(period.start, period.end)
    ]
    return max(own, key=lambda span: span.valid_from, default=None)


def due_plans(connection: Connection, rows: Rows) -> DuePlans:
    """Compare what the list says with the plans that count.

    Args:
        connection: To the warehouse.
        rows: All lists' lines, by list.
    """
    return _told(*_due(connection, rows))


def submit_plans(settings: Settings, *, by: str) -> DuePlans:
    """Submit the plans in force as returns; withdraw those no longer in the list.

    It may be repeated: a plan that counts already, or waits in landing, is not sent
    twice.

    Args:
        settings: The warehouse and landing.
        by: Who applied them.

    Raises:
        PlansNotSentError: Landing could not be written.
    """
    with connect("ingest", settings=settings) as connection:
        coming, going, counted = _due(connection, read_applied(connection))
        numbers = _next_numbers(connection)
    landing = locations.landing(settings)
    for plan in coming:
        office, year = plan.key
        name = f"{LIST}-{office}-{year}-{numbers.get(plan.key, 1)}.xlsx"
        try:
            landing.write(f"{office}/{name}", _workbook(plan))
        except OSError as error:
            raise PlansNotSentError(error) from error
    for submissions in going.values():
        for submission in submissions:
            withdraw(settings, submission, f"{LIST}.csv names it no more", by)
    return _told(coming, going, counted)


def _due(
    connection: Connection, rows: Rows
) -> tuple[list[PlanReturn], dict[Year, list[str]], Counted]:
    returns = _returns(rows)
    counted = _counted(connection, [plan.key for plan in returns])
    named = {plan.key for plan in returns}
    return (
        [plan for plan in returns if counted.get(plan.key) != plan.lines],
        {key: own for key, own in _from_list(connection).items() if key not in named},
        counted,
    )


def _returns(rows: Rows) -> list[PlanReturn]:
    lines: dict[tuple[str, int], list[PlanLine]] = defaultdict(list)
    for row in rows.get(LIST, ()):
        line = PlanLine(
            row["planned_unit_code"] or "",
            int(row["from_year"] or 0),
            int(row["to_year"] or 0),
            int(row["planned_admissions"] or 0),
        )
        lines[row["bloc_code"] or "", line.from_year].append(line)
    if not lines:
        return []
    offices = offices_of(history_of(rows))
    return [
        PlanReturn(office, bloc_name(rows, bloc), year, tuple(sorted(said)))
        for (bloc, year), said in sorted(lines.items())
        if (office := office_of(offices, bloc, year)) is not None
    ]


def _counted(connection: Connection, years: Sequence[Year]) -> Counted:
    """Return the plans that count, of these offices and years."""
    found: dict[Year, list[PlanLine]] = defaultdict(list)
    for office, year, *line in connection.execute(
        "select submissions.unit_code, submissions.period_year,"
        " coalesce(plans.planned_unit_code, ''), plans.from_year, plans.to_year,"
        " plans.planned_admissions"
        " from raw.submissions inner join raw.admission_plan as plans"
        " using (submission_id)"
        " where submissions.form = %s and submissions.state = 'accepted'"
        " and submissions.unit_code = any(%s)",
        [_FORM, [office for office, _ in years]],
    ):
        found[office, year].append(PlanLine(*line))
    return {key: tuple(sorted(lines)) for key, lines in found.items()}


def _from_list(connection: Connection) -> dict[Year, list[str]]:
    """Return the submissions that a list was made into and that are not withdrawn."""
    found: dict[Year, list[str]] = defaultdict(list)
    for office, year, number in connection.execute(
        "select submissions.unit_code, submissions.period_year,"
        " submissions.submission_id"
        " from raw.submissions inner join raw.files using (file_id)"
        " where submissions.form = %s and files.file_name ~ %s"
        " and submissions.state = any(%s)"
        " order by submissions.submission_id",
        [_FORM, f"(^|/){LIST}-", list(LIVE)],
    ):
        found[office, year].append(f"S-{number}")
    return dict(found)


def _next_numbers(connection: Connection) -> dict[Year, int]:
    """Return by which number a file is one that was not taken before.

    It grows with what was taken only, so a file that waits is written over.
    """
    rows = connection.execute(
        "select unit_code, period_year, count(*) + 1 from raw.submissions"
        " where form = %s and unit_code is not null group by unit_code, period_year",
        [_FORM],
    )
    return {(office, year): number for office, year, number in rows}


def _told(
    coming: Sequence[PlanReturn], going: Collection[Year], counted: Counted
) -> DuePlans:
    return DuePlans(
        tuple(_describe(plan, counted.get(plan.key)) for plan in coming),
        tuple(f"{office} {year}" for office, year in sorted(going)),
    )


def _describe(plan: PlanReturn, counted: Sequence[PlanLine] | None) -> str:
    office, year = plan.key
    if counted is None:
        return f"{office} {year}: {_amounts(plan.lines)}"
    return f"{office} {year}: {_amounts(counted)} become {_amounts(plan.lines)}"


def _amounts(lines: Sequence[PlanLine]) -> str:
    total = sum(line.planned_admissions or 0 for line in lines)
    return f"{counted(len(lines), 'line')} ({total:,} to admit)"


def _workbook(plan: PlanReturn) -> bytes:
    """Write the office's form; its number is left to the order of receipt."""
    period = period_of(f"{plan.year}-Y")
    header = Header(
        unit_code=plan.office.unit_code,
        unit_name=plan.office.unit_name,
        bloc_name=plan.bloc_name,
        period_code=period.code,
        basis=period.basis,
        submission_no=None,
    )
    form = load_registry().form(_FORM)
    buffer = io.BytesIO()
    filled = FilledForm(form, header, {_FORM: [_row(line) for line in plan.lines]})
    write_workbook(buffer, [filled], template=False)
    return buffer.getvalue()


def _row(line: PlanLine) -> RowValues:
    return {
        "scope": "unit_year" if line.unit_code else "bloc_term",
        "planned_unit_code": line.unit_code or None,
        "from_year": line.from_year,
        "to_year": line.to_year,
        "planned_admissions": line.planned_admissions,
    }
