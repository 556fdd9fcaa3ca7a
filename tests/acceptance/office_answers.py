"""The right answers to the guide's questions, from the generated returns themselves.

Nothing here asks the warehouse: returns are as their senders filled them in, and a flow
of a year is what a unit's last cumulative return of that year says.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from zoneinfo import ZoneInfo

from tests.bloc_samples.published import rows_of

from bloc_samples.dataset import Dataset
from bloc_samples.population.units import Span
from bloc_samples.returns.model import Return, Row
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.forms.registry import load_registry

Answer = list[tuple[object, ...]]
DAK_LAK = ("DLK", "DLKCQ", "DLKDN")
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_KINDS = {"dbcs": "Đảng bộ cơ sở", "cbcs": "Chi bộ cơ sở"}
_VERDICTS = {True: "Khớp", False: "Chưa tính được"}


@dataclass(frozen=True)
class Office:
    """What the offices of the generated blocs know."""

    dataset: Dataset

    def sent(self, form: str, *blocs: str, period: str = "") -> list[Return]:
        """Return the returns of a form that blocs received, of one period or all."""
        return [
            sent
            for sent in self.dataset.returns
            if sent.form == form
            and sent.bloc_code in blocs
            and sent.period.startswith(period)
        ]

    def sent_of(self, bloc: str, period: str) -> list[Return]:
        """Return what a bloc received for a period."""
        return [
            sent
            for sent in self.dataset.returns
            if (sent.bloc_code, sent.period) == (bloc, period)
        ]

    def last_of_years(self, form: str, *blocs: str) -> list[Return]:
        """Return each sender's last return of each year, which states all of it."""
        last: dict[tuple[str, str], Return] = {}
        for sent in self.sent(form, *blocs):
            key = sent.unit_code, sent.period[:4]
            if key not in last or _end(last[key]) < _end(sent):
                last[key] = sent
        return list(last.values())

    def span(self, unit_code: str, day: date) -> Span:
        """Return what a unit was on a day."""
        span = self.dataset.population.unit(unit_code).span_on(day)
        assert span is not None, (unit_code, day)
        return span

    def name(self, unit_code: str) -> str:
        """Return a unit's name in the middle of 2024."""
        return self.span(unit_code, date(2024, 6, 30)).unit_name

    def now(self, bloc: str) -> list[tuple[Return, Row, Span]]:
        """Return each unit's last membership return in a bloc."""
        last = max(_end(sent) for sent in self.sent("membership", bloc))
        return [
            (sent, _only(sent, "membership"), self.span(sent.unit_code, last))
            for sent in self.sent("membership", bloc)
            if _end(sent) == last
        ]

    # the questions, by their numbers

    def members_by_unit(self) -> Answer:
        """Question 1."""
        return [
            (
                sent.unit_code,
                span.unit_name,
                _KINDS[span.unit_kind],
                row["closing_total"],
                _end(sent),
            )
            for sent, row, span in self.now("LAN")
        ]

    def members_by_quarter(self) -> Answer:
        """Question 2."""
        members = defaultdict(list)
        for sent in self.sent("membership", *DAK_LAK):
            members[_end(sent)].append(
                _count(_only(sent, "membership"), "closing_total")
            )
        return [(day, len(found), sum(found)) for day, found in members.items()]

    def women(self) -> Answer:
        """Question 3."""
        known: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for _, row, span in self.now("LAN"):
            if row["closing_female"] is not None:
                both = _count(row, "closing_female"), _count(row, "closing_total")
                known[_KINDS[span.unit_kind]].append(both)
        sums = {
            kind: tuple(map(sum, zip(*both, strict=True)))
            for kind, both in known.items()
        }
        return [
            (kind, women, members, _percent(women, members))
            for kind, (women, members) in sums.items()
        ]

    def _admitted_and_planned(
        self,
    ) -> Iterator[tuple[str, str, int | None, int | None]]:
        admitted = {
            sent.unit_code: _count(_only(sent, "admissions"), "admitted_total")
            for sent in self.last_of_years("admissions", "LAN")
            if sent.period.startswith("2024")
        }
        planned = self.planned("LAN", year=2024)
        for unit in sorted(admitted | planned):
            yield unit, self.name(unit), admitted.get(unit), planned.get(unit)

    def planned(self, *blocs: str, year: int) -> dict[str, int]:
        """Return unit → what its office allotted to it."""
        return {
            str(row["planned_unit_code"]): _count(row, "planned_admissions")
            for sent in self.sent("admission_plan", *blocs)
            for row in sent.rows["admission_plan"]
            if row["scope"] == "unit_year" and row["from_year"] == year
        }

    def admitted_of_plan(self) -> Answer:
        """Question 4."""
        return [
            (unit, name, admitted, planned, _percent(admitted or 0, planned))
            for unit, name, admitted, planned in self._admitted_and_planned()
        ]

    def behind(self) -> Answer:
        """Question 5."""
        return [
            (unit, name, planned - (admitted or 0))
            for unit, name, admitted, planned in self._admitted_and_planned()
            if planned is not None and 2 * (admitted or 0) < planned
        ]

    def rated(self, subject: str, *names: str) -> list[int]:
        """Return sums over the ratings of 2019 in the merged bloc."""
        rows = [
            row
            for sent in self.sent("ratings", "DLK", period="2019-Y")
            for row in sent.rows["ratings"]
            if row["subject"] == subject
        ]
        return [sum(_count(row, name) for row in rows) for name in names]

    def rating_shares(self) -> Answer:
        """Question 6."""
        names = "rated_total", "excellent", "good", "completed", "not_completed"
        rated, *levels = self.rated("member", *names)
        return [(rated, *(_percent(level, rated) for level in levels))]

    def inspections(self) -> Answer:
        """Question 7."""
        turns: Counter[tuple[str, ...]] = Counter()
        for sent in self.last_of_years("inspections", *DAK_LAK):
            for row in sent.rows["inspections"]:
                key = tuple(
                    _label("inspections", row, name) for name in ("body", "subject")
                )
                turns[key] += _count(row, "done")
        return [(*key, total) for key, total in turns.items()]

    def awards(self) -> Answer:
        """Question 8."""
        given: Counter[tuple[str, ...]] = Counter()
        for sent in self.last_of_years("awards_training", "DTP"):
            for row in sent.rows["awards"]:
                names = "level", "kind", "subject"
                key = tuple(_label("awards", row, name) for name in names)
                given[key] += _count(row, "award_count")
        return [(*key, total) for key, total in given.items() if total]

    def nothing(self) -> Answer:
        """Questions 9 and 10: all have sent all, in time."""
        return []

    def on_time(self) -> Answer:
        """Question 11."""
        forms = {form.name: form.title_vi for form in load_registry().latest}
        # by the day of the last return, which is the clock of the generated world
        last = max(sent.received for sent in self.dataset.returns)
        due = {
            owed.form
            for owed in self.dataset.owed
            if owed.bloc_code == "LAN" and owed.last_period == "2024-H1"
            if period_of("2024-H1").end + timedelta(days=owed.due_days) < last
        }
        sent = Counter(
            sent.form for sent in self.sent_of("LAN", "2024-H1") if sent.form in due
        )
        return [(forms[form], owed, owed, Decimal(100)) for form, owed in sent.items()]

    def claims(self) -> Answer:
        """Question 12: the generated figures meet whatever can be recomputed."""
        met = Counter(
            (row["bloc_code"] or "", _VERDICTS[row["basis"] != "context"])
            for row in rows_of(self.dataset)["ref_published_totals"]
        )
        return [(*key, count) for key, count in met.items()]

    def members_as_today(self) -> Answer:
        """Question 13."""
        merged = self.dataset.population.merged_into
        members: Counter[tuple[str, date]] = Counter()
        for sent in self.sent("membership", *DAK_LAK):
            if not sent.period.endswith("-Y"):
                continue
            today = sent.unit_code
            while today in merged:
                today = merged[today]
            members[today, _end(sent)] += _count(
                _only(sent, "membership"), "closing_total"
            )
        return [(*key, total) for key, total in members.items()]

    def versions(self) -> Answer:
        """Question 14: there is one version of it."""
        [sent] = [
            sent
            for sent in self.sent("membership", "LAN", period="2024-H1")
            if sent.unit_code == "LAN-005"
        ]
        total = _count(_only(sent, "membership"), "closing_total")
        return [(1, _moment(sent.received), total, None)]

    def received(self) -> datetime:
        """Return when the bloc's last return came, for question 15."""
        return _moment(
            max(
                sent.received
                for sent in self.dataset.returns
                if sent.bloc_code == "LAN"
            )
        )

    # what the traps ask for

    def of_year(self, form: str, name: str, *blocs: str) -> int:
        """Return a flow of 2019 over all units of some blocs."""
        return sum(
            _count(_only(sent, form), name)
            for sent in self.last_of_years(form, *blocs)
            if sent.period.startswith("2019")
        )

    def members_of_2019(self) -> int:
        """Return the members at the year's end."""
        return sum(
            _count(_only(sent, "membership"), "closing_total")
            for sent in self.sent("membership", *DAK_LAK, period="2019-Y")
        )

    def disciplined(self) -> int:
        """Return the members disciplined in Đắk Lắk in 2019."""
        return sum(
            _count(row, "discipline_total")
            for sent in self.last_of_years("inspections", *DAK_LAK)
            if sent.period.startswith("2019")
            for row in sent.rows["discipline"]
            if row["subject"] == "member"
        )


def _end(sent: Return) -> date:
    return period_of(sent.period).end


def _only(sent: Return, table: str) -> Row:
    (row,) = sent.rows[table]
    return row


def _count(row: Row, name: str) -> int:
    value = row[name]
    return value if isinstance(value, int) else 0


def _percent(part: int, whole: int | None) -> Decimal | None:
    if not whole:
        return None
    exact = Decimal(100 * part) / whole
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=_ZONE)


@cache
def _labels(table: str, column: str) -> Mapping[str, str]:
    keys = next(
        found.keys
        for form in load_registry().latest
        for found in form.tables
        if found.name == table
    )
    values = next(key.values for key in keys if key.name == column)
    return {value.code: value.label_vi for value in values}


def _label(table: str, row: Row, column: str) -> str:
    return _labels(table, column)[str(row[column])]


QUESTIONS: Mapping[int, Callable[[Office], Answer]] = {
    1: Office.members_by_unit,
    2: Office.members_by_quarter,
    3: Office.women,
    4: Office.admitted_of_plan,
    5: Office.behind,
    6: Office.rating_shares,
    7: Office.inspections,
    8: Office.awards,
    9: Office.nothing,
    10: Office.nothing,
    11: Office.on_time,
    12: Office.claims,
    13: Office.members_as_today,
    14: Office.versions,
}
TRAPS: Mapping[str, Callable[[Office], object]] = {
    "Days of a stock do not add up": Office.members_of_2019,
    "Periods of a year overlap in totals": lambda office: office.of_year(
        "admissions", "admitted_total", *DAK_LAK
    ),
    "A version states the year so far": lambda office: office.of_year(
        "membership", "inc_total", *DAK_LAK
    ),
    "The office is no unit": lambda office: len(office.now("LAN")),
    "A unit's code is not its key": lambda office: sum(
        sent.bloc_code == "DLKCQ" for sent in office.dataset.returns
    ),
    "Ratings of members, cells and units are three figures": lambda office: (
        office.rated("member", "rated_total")[0]
    ),
    "“Hoàn thành tốt trở lên” is not “hoàn thành tốt”": lambda office: _percent(
        sum(office.rated("unit", "excellent", "good")),
        office.rated("unit", "rated_total")[0],
    ),
    "Rates have no average": lambda office: _percent(
        *office.rated("member", "excellent", "rated_total")
    ),
    "The plan is stated once": lambda office: sum(
        office.planned(*DAK_LAK, year=2019).values()
    ),
    "Units whose discipline is shown are not the bloc": Office.disciplined,
    "A bloc's year of a merger is not the bloc's alone": lambda office: office.of_year(
        "admissions", "admitted_total", *DAK_LAK
    ),
}
