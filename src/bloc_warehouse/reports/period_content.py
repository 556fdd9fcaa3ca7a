"""The content of a bloc's period report, read from the live release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from bloc_warehouse.domain.periods import period_label
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.sql import statement

Row = Mapping[str, Any]

_MOST_FINDINGS = 14
_MOST_DAYS = 45  # after the due day; what comes later is at the edge
_VIETNAMESE = str.maketrans(",.", ".,")


class NoSuchPeriodError(Exception):
    """The live release knows nothing of that bloc and period."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Returns that had come by the end of a day, of all that are owed."""

    day: date
    arrived: int
    expected: int

    @property
    def share(self) -> float:
        """The part of all, from 0 to 1."""
        return self.arrived / self.expected


@dataclass(frozen=True, slots=True)
class PeriodContent:
    """All that the page shows; numbers are still numbers."""

    bloc_code: str
    period_code: str
    period_name: str
    head: Row
    returns: Sequence[Row]
    arrivals: Sequence[Arrival]
    due_days: Sequence[date]
    totals: Sequence[Row]
    claims: Sequence[Row]
    findings: Sequence[Row]
    more_findings: int
    open_count: int
    trend: Sequence[Row]

    @property
    def expected(self) -> int:
        """Returns that are owed."""
        return sum(row["expected"] for row in self.returns)

    @property
    def accepted(self) -> int:
        """Returns that are in the totals."""
        return sum(row["on_time"] + row["late"] for row in self.returns)

    @property
    def late(self) -> int:
        """Returns that came after their due day."""
        return sum(row["late"] for row in self.returns)

    @property
    def answered_count(self) -> int:
        """Findings that were explained or accepted."""
        return len(self.findings) + self.more_findings - self.open_count

    @property
    def claims_met(self) -> int:
        """Published claims that our figures meet."""
        return sum(row["verdict"] == "met" for row in self.claims)


def read_content(
    connection: Connection, bloc: str, period: str, timezone: str
) -> PeriodContent:
    """Read the report of a bloc's period.

    Raises:
        NoSuchPeriodError: Nothing is owed or was sent there.
    """
    keys: dict[str, Any] = {"bloc": bloc, "period": period, "timezone": timezone}
    returns = _rows(connection, "returns", keys)
    if not returns:
        raise NoSuchPeriodError(
            f"the live release has no returns of {bloc} for {period}"
        )
    (head, *_) = _rows(connection, "head", keys)
    keys["period_end"] = head["period_end"]
    findings = _rows(connection, "findings", keys)
    due_days = sorted({row["due_on"] for row in returns if row["due_on"]})
    return PeriodContent(
        bloc_code=bloc,
        period_code=period,
        period_name=period_label(period),
        head=head,
        returns=sorted(map(_with_titles, returns), key=itemgetter("code")),
        arrivals=_arrivals(
            _rows(connection, "arrivals", keys), returns, head["period_end"]
        ),
        due_days=[day for day in due_days if day >= head["period_end"]],
        totals=_in_order(_rows(connection, "totals", keys)),
        claims=_rows(connection, "claims", keys),
        findings=findings[:_MOST_FINDINGS],
        more_findings=max(0, len(findings) - _MOST_FINDINGS),
        open_count=sum(row["state"] == "open" for row in findings),
        trend=_rows(connection, "trend", keys),
    )


def _rows(connection: Connection, name: str, keys: Mapping[str, Any]) -> list[Row]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return list(cursor.execute(statement(f"reports/{name}"), keys).fetchall())


def _with_titles(row: Row) -> Row:
    form = load_registry().form(row["form"])
    return {
        **row,
        "code": form.code,
        "title_vi": form.title_vi,
        "title_en": form.title_en,
    }


def _in_order(rows: Sequence[Row]) -> list[Row]:
    """Put the totals in the order of the bloc's own form, with its labels."""
    table = load_registry().form("bloc_summary").table("bloc_summary")
    found = {row["indicator"]: row for row in rows}
    return [
        {**found[value.code], "label_vi": value.label_vi, "label_en": value.label_en}
        for value in table.column("indicator").values
        if value.code in found
    ]


def _arrivals(
    rows: Sequence[Row], returns: Sequence[Row], period_end: date
) -> list[Arrival]:
    """Count day by day from the period's last day to the last due day or receipt."""
    expected = sum(row["expected"] for row in returns)
    if not rows or not expected:
        return []
    by_day = {row["received_on"]: row["arrived"] for row in rows}
    due_on = max((row["due_on"] for row in returns if row["due_on"]), default=None)
    end = max(period_end + timedelta(days=1), due_on or period_end, *by_day)
    end = min(end, (due_on or period_end) + timedelta(days=_MOST_DAYS))
    days = [period_end + timedelta(days=n) for n in range((end - period_end).days + 1)]
    arrived = [sum(n for at, n in by_day.items() if at <= day) for day in days]
    return [
        Arrival(day, count, expected) for day, count in zip(days, arrived, strict=True)
    ]


def number(value: Decimal | float | None) -> str:
    """Write a number as the forms do: 4.851 and 15,16; a dash for none."""
    if value is None:
        return "–"
    exact = Decimal(value)
    text = f"{exact:,.2f}".rstrip("0").rstrip(".")
    return text.translate(_VIETNAMESE)


def percent(part: int, whole: int) -> str:
    """Write a share with one digit, never 100 % for less than all."""
    if not whole:
        return "–"
    tenths = part * 1000 // whole
    return number(Decimal(tenths) / 10) + " %"
