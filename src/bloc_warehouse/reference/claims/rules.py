"""Rules that the list of published totals keeps; each fault has its line and cure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from bloc_warehouse.domain.claims import CONTEXT
from bloc_warehouse.domain.periods import CUMULATIVE, FIRST_YEAR, LAST_YEAR, period_of
from bloc_warehouse.reference.claims.indicators import Indicator, indicators
from bloc_warehouse.reference.claims.printed import is_percentage, printed_value
from bloc_warehouse.reference.lists.faults import ListFault
from bloc_warehouse.reference.lists.reading import Line, ReadList, Values
from bloc_warehouse.reference.lists.shapes import CLAIMS

_FROM_JANUARY = ("TERM", "EACH_YEAR", "FIVE_YEARS")


def check_claims(lists: Mapping[str, ReadList]) -> Iterator[ListFault]:
    """Yield what no claim may say: of whom, of what, of when, and how it is printed."""
    read = lists.get(CLAIMS.name)
    if read is None:
        return
    blocs = [line.values for line in lists["ref_blocs"].lines] if (
        "ref_blocs" in lists
    ) else []  # fmt: skip
    known = {line.values["claim_id"] for line in read.lines}
    for line in read.lines:
        yield from _bloc(line, blocs)
        yield from _base(line, known)
        yield from _value(line)
        indicator = indicators().get(line.values["indicator"] or "")
        if indicator is None:
            yield _fault(
                line, "indicator", "unknown_indicator",
                f"there is no indicator {line.values['indicator']}",
                f"one of {', '.join(indicators())}",
            )  # fmt: skip
            continue
        yield from _indicator(line, indicator)
        if line.values["basis"] != CONTEXT:
            yield from _details(line, indicator)
            yield from _period(line, indicator)


def period_days(kind: str, year: int) -> tuple[date, date] | None:
    """Return the days of a year's period; None: its kind does not say them."""
    if kind in CUMULATIVE:
        period = period_of(f"{year}-{kind}")
        return period.start, period.end
    return None


def _fault(line: Line, column: str, rule: str, what: str, remedy: str) -> ListFault:
    return ListFault(CLAIMS.file_name, line.number, column, rule, what, remedy)


def _bloc(line: Line, blocs: Sequence[Values]) -> Iterator[ListFault]:
    code = line.values["bloc_code"]
    spans = [bloc for bloc in blocs if bloc["bloc_code"] == code]
    first, last = line.values["period_start"], line.values["period_end"]
    if not code or not first or not last:
        return
    if not spans:
        yield _fault(
            line, "bloc_code", "unknown_bloc", f"{code} is not in ref_blocs.csv",
            "mend the code, or remove the claims of other blocs",
        )  # fmt: skip
    elif not any(
        (span["valid_from"] or "") <= last and first < (span["valid_to"] or "9999")
        for span in spans
    ):
        yield _fault(
            line, "bloc_code", "bloc_not_there",
            f"{code} is not there from {first} to {last}",
            "mend the days, or name the bloc of that time",
        )  # fmt: skip
    elif line.values["period_type"] == "EVENT" and not any(
        bloc["successor_bloc_code"] == code for bloc in blocs
    ):
        yield _fault(
            line, "period_type", "event_without_merger",
            f"no bloc in ref_blocs.csv has {code} as its successor",
            "an EVENT is the merger that founded the bloc; for a day take DAY",
        )  # fmt: skip


def _base(line: Line, known: set[str | None]) -> Iterator[ListFault]:
    base = line.values["base_claim"]
    if base and (base not in known or base == line.values["claim_id"]):
        yield _fault(
            line, "base_claim", "unknown_claim", f"{base} is no other claim",
            "the claim_id of the claim that this is a part or a share of",
        )  # fmt: skip


def _value(line: Line) -> Iterator[ListFault]:
    printed, value = line.values["printed"], line.values["value"]
    if not printed or not value:
        return
    said = printed_value(printed)
    if said is None:
        yield _fault(
            line, "printed", "printed", f"{printed} is no figure as papers print them",
            "as in 4.851 or 77,77%: a dot before three digits, a comma before decimals",
        )  # fmt: skip
    elif said != Decimal(value):
        yield _fault(
            line, "value", "printed_otherwise", f"{printed} is {said}, and not {value}",
            "mend the one that was mistyped",
        )  # fmt: skip
    if (line.values["unit"] == "percent") != is_percentage(printed):
        yield _fault(
            line, "unit", "percent", f"{printed} is not in {line.values['unit']}",
            "percent where the figure is printed with %, else count or turns",
        )  # fmt: skip


def _indicator(line: Line, indicator: Indicator) -> Iterator[ListFault]:
    values = line.values
    allowed = {"basis": dict.fromkeys((indicator.basis, CONTEXT))}
    if values["basis"] != CONTEXT:
        allowed |= {
            "unit": dict.fromkeys(indicator.units),
            "role": dict.fromkeys(indicator.roles),
        }
    for column, choices in allowed.items():
        if values[column] and values[column] not in choices:
            yield _fault(
                line, column, f"indicator_{column}",
                f"{indicator.name} has no {column} {values[column]}",
                f"one of {', '.join(choices)}",
            )  # fmt: skip


def _details(line: Line, indicator: Indicator) -> Iterator[ListFault]:
    subject, body = line.values["subject"], line.values["conducted_by"]
    is_wrong = subject is not None and subject not in indicator.subjects
    if is_wrong or (indicator.is_subject_needed and not subject):
        yield _fault(
            line, "subject", "indicator_subject",
            f"{indicator.name} is not told of {subject or '(blank)'}",
            f"one of {', '.join(indicator.subjects)}" if indicator.subjects
            else "leave it blank",
        )  # fmt: skip
    if body and body not in indicator.bodies:
        yield _fault(
            line, "conducted_by", "indicator_body",
            f"{indicator.name} is not conducted by {body}",
            f"one of {', '.join(indicator.bodies)}, or blank: all of them"
            if indicator.bodies else "leave it blank",
        )  # fmt: skip


def _period(line: Line, indicator: Indicator) -> Iterator[ListFault]:
    kind = line.values["period_type"] or ""
    first, last = (_day(line.values[name]) for name in ("period_start", "period_end"))
    if kind not in indicator.periods:
        yield _fault(
            line, "period_type", "indicator_period",
            f"{indicator.name} cannot be recomputed over {kind}",
            f"one of {', '.join(indicator.periods)}",
        )  # fmt: skip
    elif first and last:
        wrong = _wrong_days(kind, first, last)
        if wrong:
            yield _fault(line, "period_end", "period", *wrong)


def _wrong_days(kind: str, first: date, last: date) -> tuple[str, str] | None:
    """Return what is wrong with a period's days, and what to do; None: nothing."""
    named = f"{first} to {last}"
    if last < first:
        return f"{last} lies before {first}", "the first day and the last one"
    if not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
        return f"{named} is not in the calendar", f"{FIRST_YEAR} to {LAST_YEAR}"
    days = period_days(kind, last.year)
    if days and (first, last) != days:
        return f"{named} is no {kind}", f"{days[0]} to {days[1]}"
    if kind == "DAY" and first != last:
        return f"{named} is no day", "the same day twice"
    if kind in _FROM_JANUARY and (first.month, first.day) != (1, 1):
        return f"{first} is no first day of a year", "years count from 1 January"
    if kind == "FIVE_YEARS" and last != date(first.year + 4, 12, 31):
        return f"{named} are no five years", f"until {first.year + 4}-12-31"
    return None


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
