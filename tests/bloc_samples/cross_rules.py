"""Tries the rules between a unit's returns, and over a bloc, on returns in memory."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from bloc_samples.dataset import Dataset
from bloc_samples.returns.model import Return, Row
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.forms.registry import load_registry

Key = tuple[str, str, str]


def breaches(dataset: Dataset, *, incomplete: str = "") -> list[str]:
    """Return one line for every breach; ``incomplete`` is a period not yet reported."""
    sent = {(sent.unit_code, sent.form, sent.period): sent for sent in dataset.returns}
    assert len(sent) == len(dataset.returns)
    return [
        *_between_forms(sent),
        *_over_time(dataset, sent),
        *_handovers(dataset, sent),
        *_over_blocs(dataset, sent, incomplete),
    ]


def _number(row: Row, name: str) -> int:
    value = row[name]
    return value if isinstance(value, int) else 0


def _between_forms(sent: Mapping[Key, Return]) -> Iterator[str]:
    for (code, form, period), sent_return in sent.items():
        if form == "membership":
            for rule, holds in _beside(
                sent, code, period, sent_return.rows["membership"][0]
            ):
                if not holds:
                    yield f"{rule} {code} {period}"


def _beside(
    sent: Mapping[Key, Return], code: str, period: str, members: Row
) -> Iterator[tuple[str, bool]]:
    """Yield rule and whether it holds, for the forms sent beside the membership."""
    if admissions := sent.get((code, "admissions", period)):
        row = admissions.rows["admissions"][0]
        yield "C1", members["inc_admitted"] == row["admitted_total"]
    if inspections := sent.get((code, "inspections", period)):
        lines = inspections.rows["discipline"]
        expelled = sum(_number(line, "expulsion") for line in lines)
        yield "C2", members["dec_expelled"] == expelled
        disciplined = sum(_number(line, "discipline_total") for line in lines)
        ever = _number(members, "opening_total") + _number(members, "inc_total")
        yield "T4", disciplined <= ever
    if ratings := sent.get((code, "ratings", period)):
        rated = {row["subject"]: row for row in ratings.rows["ratings"]}
        yield "C3", rated["member"]["total_subject"] == members["closing_total"]
        yield "cells", rated["sub_cell"]["total_subject"] == members["sub_cells"]


def _over_time(dataset: Dataset, sent: Mapping[Key, Return]) -> Iterator[str]:
    chains: dict[tuple[str, str], list[Return]] = defaultdict(list)
    for sent_return in sent.values():
        chains[sent_return.unit_code, sent_return.form].append(sent_return)
    for (code, form), chain in chains.items():
        chain.sort(key=lambda submitted: period_of(submitted.period).end)
        for earlier, later in pairwise(chain):
            yield from _falls(code, form, earlier, later)
            if form == "membership":
                yield from _moves(dataset, code, earlier, later)


def _falls(code: str, form: str, earlier: Return, later: Return) -> Iterator[str]:
    if period_of(earlier.period).year != period_of(later.period).year:
        return
    for table in load_registry().form(form).tables:
        if table.rows == "list":  # the office's own totals, stocks among them
            continue
        keys = [column.name for column in table.keys]
        flows = [column.name for column in table.measures if column.nature == "flow"]
        before, after = (
            _by_keys(sent_return.rows[table.name], keys)
            for sent_return in (earlier, later)
        )
        for key, row in before.items():
            for flow in flows:
                if _number(row, flow) > _number(after.get(key, {flow: 0}), flow):
                    yield f"P3 {code} {form} {later.period} {key} {flow}"


def _by_keys(rows: Iterable[Row], keys: list[str]) -> dict[tuple[object, ...], Row]:
    found = {tuple(row[key] for key in keys): row for row in rows}
    assert len(found) == len(list(rows))
    return found


def _moves(
    dataset: Dataset, code: str, earlier: Return, later: Return
) -> Iterator[str]:
    first, last = period_of(earlier.period), period_of(later.period)
    founded = dataset.population.unit(code).spans[0].valid_from
    if founded.year == last.year and _number(
        later.rows["membership"][0], "opening_total"
    ):
        yield f"P1 {code} {later.period}"
    before, after = earlier.rows["membership"][0], later.rows["membership"][0]
    opening = _number(after, "opening_total")
    if last.year == first.year + 1 and opening != before["closing_total"]:
        yield f"P1 {code} {later.period}"
    if last.year == first.year and opening != before["opening_total"]:
        yield f"P1 {code} {later.period}"
    known = _number(before, "closing_total")
    if last.year - first.year <= 1 and (
        5 * abs(_number(after, "closing_total") - known) > known
        and not _is_changed(dataset, code, first.end, last.end)
    ):
        yield f"P5 {code} {later.period}"
    if founded > first.end:
        yield f"{code} reports before it was founded"


def _is_changed(dataset: Dataset, code: str, since: date, until: date) -> bool:
    return any(
        code in (event.unit_code, event.successor_code)
        and event.status == "effective"
        and since < event.effective_date <= until
        for event in dataset.population.events
    )


def _handovers(dataset: Dataset, sent: Mapping[Key, Return]) -> Iterator[str]:
    received: dict[str, list[tuple[date, int]]] = defaultdict(list)
    given: dict[tuple[str, date], int] = defaultdict(int)
    for event in dataset.population.handovers:
        carried = dataset.members_carried[event.unit_code, event.successor_code]
        received[event.successor_code].append((event.effective_date, carried))
        given[event.unit_code, event.effective_date] += carried
    for (code, form, period), sent_return in sent.items():
        if form != "membership":
            continue
        row, span = sent_return.rows["membership"][0], period_of(period)
        expected = sum(
            carried for day, carried in received[code] if span.start <= day <= span.end
        )
        stated = _number(row, "inc_structural"), _number(row, "dec_structural")
        if stated != (expected, 0):
            yield f"S1 {code} {period} {stated}"
        eve = given.get((code, span.end + timedelta(days=1)))
        if eve is not None and row["closing_total"] != eve:
            yield f"S1 {code} {period}"
    for code, day in given:
        if any(key[0] == code and period_of(key[2]).end >= day for key in sent):
            yield f"S1 {code} still reports"


def _over_blocs(
    dataset: Dataset, sent: Mapping[Key, Return], incomplete: str
) -> Iterator[str]:
    balance: dict[tuple[str, str], int] = defaultdict(int)
    plans = _plans(dataset)
    for (code, form, period), sent_return in sent.items():
        if form == "membership":
            row = sent_return.rows["membership"][0]
            balance[sent_return.bloc_code, period] += _number(
                row, "inc_transfer_internal"
            )
            balance[sent_return.bloc_code, period] -= _number(
                row, "dec_transfer_internal"
            )
        if form == "admissions":
            stated = sent_return.rows["admissions"][0]["plan_year"]
            if stated != plans.get((code, period_of(period).year)):
                yield f"K-plan {code} {period}"
    for (bloc, period), difference in balance.items():
        if difference and period != incomplete:
            yield f"H3 {bloc} {period}"


def _plans(dataset: Dataset) -> dict[tuple[str, int], object]:
    plans: dict[tuple[str, int], object] = {}
    for sent in dataset.returns:
        if sent.form != "admission_plan":
            continue
        rows = sent.rows["admission_plan"]
        terms = [row for row in rows if row["scope"] == "bloc_term"]
        has_resolution = sent.bloc_code in ("DLKCQ", "DLKDN")
        assert len(terms) == (has_resolution and sent.period == "2015-Y")
        for row in rows:
            if row["scope"] == "unit_year":
                key = str(row["planned_unit_code"]), _number(row, "from_year")
                assert key not in plans
                plans[key] = row["planned_admissions"]
    return plans
