"""Rules that lists keep against themselves and each other; each fault has its line."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from bloc_warehouse.domain.counting import counted
from bloc_warehouse.domain.periods import FIRST_YEAR, LAST_YEAR, listed, period_of
from bloc_warehouse.domain.units import ATTRIBUTES, SAYS, History, Span
from bloc_warehouse.forms.model import Form
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.reference.claims.rules import check_claims
from bloc_warehouse.reference.lists.faults import ListFault
from bloc_warehouse.reference.lists.reading import Line, ReadList
from bloc_warehouse.reference.lists.shapes import FORM_ALIASES, SHAPES, Shape
from bloc_warehouse.reference.old_sheets.rules import check_form_aliases
from bloc_warehouse.reference.plans import LIST as PLANS
from bloc_warehouse.reference.plans import office_of, offices_of
from bloc_warehouse.reference.register import history_of

Lists = Mapping[str, ReadList]

_DAYS = {
    "ref_blocs": ("valid_from", "valid_to"),
    "ref_unit_aliases": ("valid_from", "valid_to"),
    "ref_terms": ("first_day", "last_day"),
}
_KNOWN = (
    ("ref_units", "bloc_code", "ref_blocs"),
    ("ref_unit_events", "bloc_code", "ref_blocs"),
    ("ref_obligations", "bloc_code", "ref_blocs"),
    ("ref_terms", "bloc_code", "ref_blocs"),
    (PLANS, "bloc_code", "ref_blocs"),
    (PLANS, "planned_unit_code", "ref_units"),
    ("ref_blocs", "successor_bloc_code", "ref_blocs"),
    ("ref_unit_aliases", "unit_code", "ref_units"),
    ("ref_unit_events", "unit_code", "ref_units"),
    ("ref_unit_events", "successor_code", "ref_units"),
)
_SILENT = frozenset({"merge_into", "split", "dissolve"})  # they change no attribute
_DUE_BEFORE_THE_END = frozenset({"admission_plan"})
_CURES = {
    "weights_not_one": "let the weights of the split's lines add up to 1",
    "merges_in_a_circle": "name the unit that exists after the day",
    "successor_not_open": "name one that is open on the day, or found it",
    "bloc_not_there": "mend the day or the bloc's code",
    "unit_is_open": "leave valid_from blank in ref_units, or remove the event",
}


def check_rules(lists: Lists) -> Iterator[ListFault]:
    """Yield what the lists contradict themselves and each other in."""
    for shape in SHAPES:
        if shape.name in lists:
            yield from _keys(lists[shape.name])
    yield from _spans(lists)
    yield from _codes(lists)
    yield from _bloc_spans(lists)
    yield from _bloc_circles(lists)
    for line in _lines(lists, "ref_unit_events"):
        if line.values["status"] == "effective":
            yield from _event(line)
    forms = {form.name: form for form in load_registry().latest}
    for line in _lines(lists, "ref_obligations"):
        yield from _obligation(line, forms)
    rows = {name: [line.values for line in read.lines] for name, read in lists.items()}
    history = history_of(rows)
    yield from _history(lists, history)
    yield from _plans(lists, history)
    yield from check_claims(lists)
    yield from check_form_aliases(_lines(lists, FORM_ALIASES.name))


def _lines(lists: Lists, name: str) -> Sequence[Line]:
    return lists[name].lines if name in lists else ()


def _fault(
    name: str, line: Line | int, column: str, rule: str, what: str, remedy: str
) -> ListFault:
    number = line if isinstance(line, int) else line.number
    return ListFault(f"{name}.csv", number, column, rule, what, remedy)


def _keys(read: ReadList) -> Iterator[ListFault]:
    first: dict[str, int] = {}
    for line in read.lines:
        key = row_key(read.shape, line)
        if key in first:
            yield _fault(
                read.shape.name, line, read.shape.key[0], "duplicate_key",
                f"{key} is already in line {first[key]}",
                f"one line a {' + '.join(read.shape.key)}",
            )  # fmt: skip
        first.setdefault(key, line.number)


def row_key(shape: Shape, line: Line) -> str:
    """Return what identifies a line of a list."""
    return " ".join(line.values[name] or "–" for name in shape.key)


def _spans(lists: Lists) -> Iterator[ListFault]:
    for name, (first, last) in _DAYS.items():
        for line in _lines(lists, name):
            yield from _days(name, line, first, last)


def _days(name: str, line: Line, first: str, last: str) -> Iterator[ListFault]:
    begin, end = line.values[first], line.values[last]
    is_span = last == "valid_to"  # the first day after, not the last one
    if begin and end and (end <= begin if is_span else end < begin):
        yield _fault(
            name, line, last, "days_reversed", f"{last} {end} is not after {begin}",
            "the first day after the span" if is_span else "the last day",
        )  # fmt: skip


def _codes(lists: Lists) -> Iterator[ListFault]:
    for name, column, target in _KNOWN:
        key = "bloc_code" if target == "ref_blocs" else "unit_code"
        known = {line.values[key] for line in _lines(lists, target)}
        for line in _lines(lists, name):
            code = line.values[column]
            if code and code not in known:
                yield _fault(
                    name, line, column, f"unknown_{key.removesuffix('_code')}",
                    f"{code} is not in {target}.csv",
                    f"mend the code, or add it to {target}.csv",
                )  # fmt: skip


def _bloc_spans(lists: Lists) -> Iterator[ListFault]:
    named: dict[str | None, list[Line]] = defaultdict(list)
    for line in _lines(lists, "ref_blocs"):
        if line.values["valid_from"]:
            named[line.values["bloc_code"]].append(line)
    for code, lines in named.items():
        lines.sort(key=lambda line: line.values["valid_from"] or "")
        for before, after in pairwise(lines):
            end, begin = before.values["valid_to"], after.values["valid_from"]
            if end is None or (begin and end > begin):
                yield _fault(
                    "ref_blocs", after, "valid_from", "spans_overlap",
                    f"{code} has another name until {end or 'now'} (line "
                    f"{before.number})",
                    "let one name end on the day on which the next begins",
                )  # fmt: skip


def _bloc_circles(lists: Lists) -> Iterator[ListFault]:
    onwards = {
        line.values["bloc_code"]: line.values["successor_bloc_code"]
        for line in _lines(lists, "ref_blocs")
    }
    for line in _lines(lists, "ref_blocs"):
        seen, code = {line.values["bloc_code"]}, line.values["successor_bloc_code"]
        while code and code not in seen:
            seen.add(code)
            code = onwards.get(code)
        if code:
            yield _fault(
                "ref_blocs", line, "successor_bloc_code", "blocs_in_a_circle",
                f"the successors lead back to {code}", "a bloc's successor is younger",
            )  # fmt: skip


def _event(line: Line) -> Iterator[ListFault]:
    values = line.values
    kind = values["event_type"] or ""
    needed = SAYS.get(kind)
    if needed and not values[needed]:
        yield _fault(
            "ref_unit_events", line, needed, "event_incomplete",
            f"{kind} does not say its {needed}", "fill it in",
        )  # fmt: skip
    unused = [name for name in ATTRIBUTES if kind in _SILENT and values[name]]
    if values["successor_code"] and needed != "successor_code":
        unused.append("successor_code")
    if values["weight"] and kind != "split":
        unused.append("weight")
    for name in unused:
        yield _fault(
            "ref_unit_events", line, name, "event_says_too_much",
            f"{kind} has no {name}", "leave it blank, or give it an event of its own",
        )  # fmt: skip


def _obligation(line: Line, forms: Mapping[str, Form]) -> Iterator[ListFault]:
    values = line.values
    form = forms.get(values["form"] or "")
    if form is None:
        yield _told(line, "form", "unknown_form", f"there is no form {values['form']}",
                    f"one of {', '.join(sorted(forms))}")  # fmt: skip
        return
    if values["owed_by"] not in form.senders:
        yield _told(line, "owed_by", "form_sender",
                    f"{form.name} is not sent by {values['owed_by']}",
                    f"one of {', '.join(form.senders)}")  # fmt: skip
    if values["period_type"] not in form.period_types:
        yield _told(line, "period_type", "form_period",
                    f"{form.name} has no period {values['period_type']}",
                    f"one of {listed(form.period_types)}")  # fmt: skip
    yield from _periods(line)
    yield from _due(line, form.name)


def _told(line: Line, column: str, rule: str, what: str, remedy: str) -> ListFault:
    return _fault("ref_obligations", line, column, rule, what, remedy)


def _periods(line: Line) -> Iterator[ListFault]:
    values = line.values
    for column in ("first_period", "last_period"):
        code = values[column]
        if code and (not _is_period(code) or code[5:] != values["period_type"]):
            yield _told(line, column, "period",
                        f"{code} is no period of type {values['period_type']}",
                        f"write it as 2025-{values['period_type']}")  # fmt: skip
    first, last = values["first_period"], values["last_period"]
    if first and last and last < first:
        yield _told(line, "last_period", "days_reversed",
                    f"{last} lies before {first}", "the last period owed")  # fmt: skip


def _is_period(code: str) -> bool:
    try:
        return period_of(code).code == code
    except ValueError:
        return False


def _due(line: Line, form: str) -> Iterator[ListFault]:
    days, code = line.values["due_days"], line.values["first_period"] or ""
    if not days or int(days) >= 0:
        return
    if form not in _DUE_BEFORE_THE_END:
        what = (
            f"{form} would be due {counted(-int(days), 'day')} before its period ends"
        )
        yield _told(line, "due_days", "due_too_early", what,
                    "days after the period's end, 0 or more")  # fmt: skip
    elif _is_period(code):
        period = period_of(code)
        if period.end + timedelta(int(days)) < period.start:
            yield _told(line, "due_days", "due_too_early",
                        f"{form} would be due before {period.start}",
                        "a plan is due within its year")  # fmt: skip


def _history(lists: Lists, history: History) -> Iterator[ListFault]:
    numbers = {
        name: {line.values[key]: line.number for line in _lines(lists, name)}
        for name, key in (("ref_units", "unit_code"), ("ref_unit_events", "event_id"))
    }
    for problem in history.problems:
        yield _fault(
            problem.source,
            numbers[problem.source].get(problem.key, 0),
            problem.column,
            problem.rule,
            problem.message,
            _CURES.get(problem.rule, "mend the event, or cancel it"),
        )


def _plans(lists: Lists, history: History) -> Iterator[ListFault]:
    offices, units = offices_of(history), history.by_unit()
    for line in _lines(lists, PLANS):
        spans = units.get(line.values["planned_unit_code"] or "", [])
        yield from _plan(line, offices, spans)


def _plan(
    line: Line, offices: Sequence[Span], spans: Sequence[Span]
) -> Iterator[ListFault]:
    values = line.values
    bloc, unit = values["bloc_code"], values["planned_unit_code"]
    first, last = int(values["from_year"] or 0), int(values["to_year"] or 0)
    if not FIRST_YEAR <= first <= last <= LAST_YEAR:
        yield _fault(
            PLANS, line, "to_year", "years", f"{first} to {last} are no years planned",
            f"the first year and the last one, within {FIRST_YEAR} and {LAST_YEAR}",
        )  # fmt: skip
        return
    if int(values["planned_admissions"] or 0) < 0:
        yield _fault(
            PLANS, line, "planned_admissions", "negative",
            f"nobody admits {values['planned_admissions']}", "0 or more",
        )  # fmt: skip
    if bloc and office_of(offices, bloc, first) is None:
        yield _fault(
            PLANS, line, "bloc_code", "bloc_without_office",
            f"{bloc} has no office in {first}, and a plan is the office's return",
            "add the office to ref_units.csv, or name the bloc of that year",
        )  # fmt: skip
    days = date(first, 1, 1), date(last, 12, 31)
    if spans and not any(
        span.bloc_code == bloc and span.overlaps(*days) for span in spans
    ):
        yield _fault(
            PLANS, line, "planned_unit_code", "unit_elsewhere",
            f"{unit} does not belong to {bloc} in {first}–{last}",
            "mend the code or the years",
        )  # fmt: skip
