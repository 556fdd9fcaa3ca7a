"""What units go through: renames, growth, foundings, mergers and splits."""

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from bloc_samples.population.names import PREFIXES, Organisation
from bloc_samples.population.units import OPEN, Event, Unit
from bloc_samples.scenario import (
    CLOSED,
    MERGER_DAY,
    PROPOSAL_DAY,
    successor_committee,
)

MERGING_UNITS = 3
PART_WEIGHTS = (0.6, 0.4)
_GROWN_UNITS = 2
_RENAMES = 3
_DIVIDED_BLOC = "DTP"
_HANDED_OVER = "Kết thúc hoạt động Đảng bộ Khối; made day and committee"
_MERGER_DECISION = "1676-QĐ/TU"  # printed in the article; its day is not


def renamed(
    rng: random.Random,
    units: Sequence[Unit],
    organisations: Sequence[Organisation],
    events: list[Event],
    *,
    years: tuple[int, int],
) -> list[Unit]:
    """Give some units an earlier name, up to a day within the years."""
    former = {
        unit.code: organisation.former_name
        for unit, organisation in zip(units, organisations, strict=False)
        if organisation.former_name
    }
    chosen = set(rng.sample(sorted(former), min(_RENAMES, len(former))))
    return [
        _with_former_name(rng, unit, former[unit.code], events, years)
        if unit.code in chosen
        else unit
        for unit in units
    ]


def _with_former_name(
    rng: random.Random,
    unit: Unit,
    former: str,
    events: list[Event],
    years: tuple[int, int],
) -> Unit:
    day = date(rng.randint(*years), rng.randint(1, 12), 1)
    span = unit.spans[0]
    before = replace(
        span, unit_name=f"{PREFIXES[span.unit_kind]} {former}", valid_to=day
    )
    after = replace(span, valid_from=day)
    note = f"{before.unit_name} → {after.unit_name}"
    events.append(
        Event(
            "rename", "effective", day, unit.code, "", _decision(rng), note,
            unit_name=after.unit_name,
        )
    )  # fmt: skip
    return replace(unit, spans=(before, after))


def grown(
    rng: random.Random,
    units: Sequence[Unit],
    events: list[Event],
    *,
    but: Collection[str],
) -> list[Unit]:
    """Let some committees have been cells until a day between the printed reports."""
    candidates = [code for code in _plain(units, "dbcs") if code not in but]
    chosen = set(rng.sample(candidates, _GROWN_UNITS))
    return [_once_a_cell(rng, unit, events) if unit.code in chosen else unit
            for unit in units]  # fmt: skip


def _once_a_cell(rng: random.Random, unit: Unit, events: list[Event]) -> Unit:
    day = date(rng.randint(2019, 2021), rng.randint(1, 12), 1)
    span = unit.spans[0]
    bare = span.unit_name.removeprefix(f"{PREFIXES['dbcs']} ")
    before = replace(
        span, unit_kind="cbcs", unit_name=f"{PREFIXES['cbcs']} {bare}", valid_to=day
    )
    note = f"{before.unit_name} → {span.unit_name}"
    events.append(
        Event(
            "change_kind", "effective", day, unit.code, "", _decision(rng), note,
            unit_kind="dbcs", unit_name=span.unit_name,
        )
    )  # fmt: skip
    return replace(unit, spans=(before, replace(span, valid_from=day)))


def founded_late(
    rng: random.Random, unit: Unit, number: int, events: list[Event]
) -> Unit:
    """Let a unit begin between the bloc's two printed reports, with a year's plan."""
    day = date(2018 + number % 6, 1, 1)  # hardly two in one year
    events.append(Event("found", "effective", day, unit.code, "", _decision(rng)))
    return replace(unit, spans=(replace(unit.spans[0], valid_from=day),))


def joined(
    rng: random.Random,
    leaving: Sequence[Unit],
    staying: Sequence[Unit],
    events: list[Event],
) -> list[Unit]:
    """End cells between the bloc's two printed reports: each joins a committee."""
    ended = []
    successors = rng.sample(_plain(staying, "dbcs"), len(leaving))
    for unit, successor in zip(leaving, successors, strict=True):
        day = date(rng.randint(2018, 2021), rng.choice((4, 7, 10)), 1)
        events.append(
            Event("merge_into", "effective", day, unit.code, successor, _decision(rng))
        )
        ended.append(replace(unit, spans=(replace(unit.spans[0], valid_to=day),)))
    return ended


def parted(
    rng: random.Random, whole: Unit, parts: Sequence[Unit], events: list[Event]
) -> list[Unit]:
    """Split a committee into two between the bloc's two printed reports."""
    day = date(rng.randint(2020, 2022), 1, 1)
    decision = _decision(rng)
    for part, weight in zip(parts, PART_WEIGHTS, strict=True):
        events.append(
            Event(
                "split", "effective", day, whole.code, part.code, decision,
                weight=str(weight),
            )
        )  # fmt: skip
    return [
        replace(whole, spans=(replace(whole.spans[0], valid_to=day),)),
        *(
            replace(part, spans=(replace(part.spans[0], valid_from=day),))
            for part in parts
        ),
    ]


def mergers(
    rng: random.Random, units: Sequence[Unit], events: list[Event]
) -> dict[str, str]:
    """Choose small units that join large ones of their own bloc on the merger day."""
    own = [unit for unit in units if unit.spans[0].bloc_code == "DLKCQ"]
    successors = dict(
        zip(
            rng.sample(_plain(own, "cbcs"), MERGING_UNITS),
            rng.sample(_plain(own, "dbcs"), MERGING_UNITS),
            strict=True,
        )
    )
    for code, successor in sorted(successors.items()):
        decision = _decision(rng)
        events.append(
            Event("merge_into", "effective", MERGER_DAY, code, successor, decision)
        )
    return successors


def _plain(units: Sequence[Unit], kind: str) -> list[str]:
    """Return the units of a kind that nothing has changed."""
    return [
        unit.code
        for unit in units
        if len(unit.spans) == 1 and unit.spans[0].unit_kind == kind
    ]


def through_merger(
    unit: Unit, successors: Mapping[str, str], events: list[Event]
) -> Unit:
    """End a unit's last span on the merger day; all but merged ones go on in DLK."""
    *earlier, last = unit.spans
    until = replace(last, valid_to=MERGER_DAY)
    if unit.code in successors:
        return replace(unit, spans=(*earlier, until))
    note = f"{last.bloc_code} → DLK; made day, the article prints the year only"
    events.append(
        Event(
            "transfer_bloc",
            "effective",
            MERGER_DAY,
            unit.code,
            "",
            _MERGER_DECISION,
            note,
            bloc_code="DLK",
        )
    )
    after = replace(last, bloc_code="DLK", valid_from=MERGER_DAY)
    return replace(unit, spans=(*earlier, until, after))


def proposals(codes: Sequence[str]) -> tuple[Event, ...]:
    """Return what is only proposed: the others join the first, the bloc is renamed."""
    department, *joining = codes
    note = "Đề xuất, đang xin ý kiến; chưa có hiệu lực"
    mergers = [
        Event("merge_into", "proposed", PROPOSAL_DAY, code, department, "", note)
        for code in joining
    ]
    rename = Event(
        "rename", "proposed", PROPOSAL_DAY, "LSN-VP", "", "", note,
        unit_name="Văn phòng Đảng ủy Khối Cơ quan và Doanh nghiệp tỉnh Lạng Sơn",
    )  # fmt: skip
    return (*mergers, rename)


def handed_over(units: Sequence[Unit], events: list[Event]) -> list[Unit]:
    """Let the blocs' units go on, from their end, in the two committees that follow.

    Each goes to one of them by its sector; the first of Đồng Tháp is split over both.
    """
    divided = next(unit for unit in units if _ends_in(unit, _DIVIDED_BLOC))
    parts = list(_divided(divided, events))
    kept = [unit if unit is divided else _handed_over(unit, events) for unit in units]
    return [*kept, *parts]


def _handed_over(unit: Unit, events: list[Event]) -> Unit:
    last = unit.spans[-1]
    if last.valid_to != CLOSED:
        return unit
    after = replace(
        last,
        bloc_code=successor_committee(last.bloc_code, unit.sector),
        valid_from=CLOSED,
        valid_to=OPEN,
    )
    events.append(
        Event(
            "transfer_bloc", "effective", CLOSED, unit.code, note=_HANDED_OVER,
            bloc_code=after.bloc_code,
        )
    )  # fmt: skip
    return replace(unit, spans=(*unit.spans, after))


def _divided(unit: Unit, events: list[Event]) -> Iterator[Unit]:
    """Return the two units that a unit is split into; made, and so are the shares."""
    last = unit.spans[-1]
    for letter, sector, share in (
        ("A", "party_mass", "0.4"),
        ("B", "administration", "0.6"),
    ):
        code = f"{unit.code}{letter}"
        bloc = successor_committee(last.bloc_code, sector)
        name = f"{last.unit_name} ({letter})"
        events.append(
            Event(
                "split", "effective", CLOSED, unit.code, code, "", _HANDED_OVER,
                weight=share,
            )
        )  # fmt: skip
        span = replace(
            last, bloc_code=bloc, unit_name=name, valid_from=CLOSED, valid_to=OPEN
        )
        yield Unit(code, sector, (span,))


def _ends_in(unit: Unit, bloc_code: str) -> bool:
    last = unit.spans[-1]
    return (last.bloc_code, last.valid_to) == (bloc_code, CLOSED)


def _decision(rng: random.Random) -> str:
    return f"{rng.randint(101, 989)}-QĐ/ĐUK"
