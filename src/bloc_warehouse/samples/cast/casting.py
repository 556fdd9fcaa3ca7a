"""Draws the units of each bloc and the events that they go through."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bloc_warehouse.samples.apportion import stream
from bloc_warehouse.samples.cast.names import (
    PREFIXES,
    Organisation,
    draw_agencies,
    draw_enterprises,
    health_organisations,
)
from bloc_warehouse.samples.cast.units import Cast, Event, Span, Unit
from bloc_warehouse.samples.scenario import (
    BLOCS,
    CLOSED,
    DAK_LAK_UNITS,
    FOUNDED,
    LONG_AN_UNITS,
    MERGER_DAY,
    PROPOSAL_DAY,
)

_MERGING_UNITS = 3
_DISSOLVED_UNITS = 2
_GROWN_UNITS = 2
_RENAMES = 3
_MERGER_DECISION = "1676-QĐ/TU"  # printed in the article; its day is not


def draw_cast(seed: int) -> Cast:
    """Draw all units of a world, the blocs' offices among them."""
    drafts = (
        _long_an(stream(seed, "units", "LAN")),
        _dak_lak(stream(seed, "units", "DLK")),
        _lang_son(stream(seed, "units", "LSN")),
        _dong_thap(stream(seed, "units", "DTP")),
    )
    units = [unit for draft in drafts for unit in draft.units]
    events = [event for draft in drafts for event in draft.events]
    return Cast(
        tuple(sorted([*units, *_offices()], key=lambda unit: unit.code)),
        tuple(
            sorted(events, key=lambda event: (event.effective_date, event.unit_code))
        ),
    )


def _long_an(rng: random.Random) -> Cast:
    """80 units in 2024; some of them are younger than 2017, two of 2017 are gone."""
    kinds = _shuffled_kinds(rng, LONG_AN_UNITS)
    young = rng.randint(8, 12)
    old_kinds = [*kinds[young:], *["cbcs"] * _DISSOLVED_UNITS]
    agencies = draw_agencies(rng, "Long An", old_kinds)
    companies = draw_enterprises(rng, "Long An", kinds[:young])
    units = _numbered("LAN", [*old_kinds, *kinds[:young]], [*agencies, *companies])
    events: list[Event] = []
    remaining = units[: len(old_kinds) - _DISSOLVED_UNITS]
    remaining = _renamed(rng, remaining, agencies, events, years=(2018, 2022))
    remaining = _grown(rng, remaining, events)
    dissolved = units[len(remaining) : len(old_kinds)]
    founded = units[len(old_kinds) :]
    return Cast(
        (
            *remaining,
            *(_dissolved(rng, unit, events) for unit in dissolved),
            *(_founded_late(rng, unit, events) for unit in founded),
        ),
        tuple(events),
    )


def _dak_lak(rng: random.Random) -> Cast:
    """117 units in two blocs; 114 after the merger, in which three join others."""
    kinds = _shuffled_kinds(rng, {**DAK_LAK_UNITS, "merging": _MERGING_UNITS})
    kinds = ["cbcs" if kind == "merging" else kind for kind in kinds]
    agency_count = rng.randint(68, 74)
    events: list[Event] = []
    units: list[Unit] = []
    for bloc, prefix, own_kinds, draw in (
        ("DLKCQ", "CQ", kinds[:agency_count], draw_agencies),
        ("DLKDN", "DN", kinds[agency_count:], draw_enterprises),
    ):
        organisations = draw(rng, "Đắk Lắk", own_kinds)
        numbered = _numbered(bloc, own_kinds, organisations, prefix=prefix)
        units += _renamed(rng, numbered, organisations, events, years=(2016, 2018))
    successors = _mergers(rng, units, events)
    return Cast(
        tuple(_through_merger(unit, successors, events) for unit in units),
        tuple(events),
    )


def _lang_son(rng: random.Random) -> Cast:
    """Units whose merger and rename are proposed and never take effect."""
    health = health_organisations()
    kinds = ["dbcs"] * rng.randint(28, 32) + ["cbcs"] * rng.randint(25, 29)
    rng.shuffle(kinds)
    others = draw_agencies(rng, "Lạng Sơn", kinds, taken=health)
    units = _numbered("LSN", ["dbcs"] * 3 + kinds, [*health, *others])
    return Cast(tuple(units), _proposals([unit.code for unit in units[:3]]))


def _dong_thap(rng: random.Random) -> Cast:
    kinds = ["dbcs"] * rng.randint(36, 41) + ["cbcs"] * rng.randint(29, 33)
    rng.shuffle(kinds)
    units = _numbered("DTP", kinds, draw_agencies(rng, "Đồng Tháp", kinds))
    return Cast(tuple(units), ())


def _offices() -> list[Unit]:
    offices: dict[str, Unit] = {}
    for bloc in BLOCS:
        name = f"Văn phòng Đảng ủy {bloc.name.removeprefix('Đảng bộ ')}"
        first = offices[bloc.code].spans[0].valid_from if bloc.code in offices else None
        span = Span(
            bloc.code, "bloc_office", name, first or bloc.valid_from, bloc.valid_to
        )
        offices[bloc.code] = Unit(bloc.office, "party_mass", (span,))
    return list(offices.values())


def _shuffled_kinds(rng: random.Random, counts: Mapping[str, int]) -> list[str]:
    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    rng.shuffle(kinds)
    return kinds


def _numbered(
    bloc: str,
    kinds: Sequence[str],
    organisations: Sequence[Organisation],
    *,
    prefix: str = "",
) -> list[Unit]:
    units = []
    for number, (kind, organisation) in enumerate(
        zip(kinds, organisations, strict=True), start=1
    ):
        name = f"{PREFIXES[kind]} {organisation.name}"
        span = Span(bloc, kind, name, FOUNDED, CLOSED)
        code = f"{prefix or bloc}-{number:03}"
        units.append(Unit(code, organisation.sector, (span,)))
    return units


def _renamed(
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
        Event("rename", "effective", day, unit.code, "", _decision(rng), note)
    )
    return replace(unit, spans=(before, after))


def _grown(rng: random.Random, units: list[Unit], events: list[Event]) -> list[Unit]:
    """Let some committees have been cells until a day after 2017."""
    candidates = [
        unit.code
        for unit in units
        if len(unit.spans) == 1 and unit.spans[0].unit_kind == "dbcs"
    ]
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
        Event("change_kind", "effective", day, unit.code, "", _decision(rng), note)
    )
    return replace(unit, spans=(before, replace(span, valid_from=day)))


def _dissolved(rng: random.Random, unit: Unit, events: list[Event]) -> Unit:
    day = date(rng.randint(2018, 2021), rng.randint(1, 12), 1)
    events.append(Event("dissolve", "effective", day, unit.code, "", _decision(rng)))
    return replace(unit, spans=(replace(unit.spans[0], valid_to=day),))


def _founded_late(rng: random.Random, unit: Unit, events: list[Event]) -> Unit:
    day = date(rng.randint(2019, 2022), rng.randint(1, 12), 1)
    events.append(Event("found", "effective", day, unit.code, "", _decision(rng)))
    return replace(unit, spans=(replace(unit.spans[0], valid_from=day),))


def _mergers(
    rng: random.Random, units: Sequence[Unit], events: list[Event]
) -> dict[str, str]:
    """Choose small units that join large ones of their own bloc on the merger day."""
    plain = [
        unit
        for unit in units
        if unit.spans[0].bloc_code == "DLKCQ" and len(unit.spans) == 1
    ]
    cells = [unit.code for unit in plain if unit.spans[0].unit_kind == "cbcs"]
    committees = [unit.code for unit in plain if unit.spans[0].unit_kind == "dbcs"]
    successors = dict(
        zip(
            rng.sample(cells, _MERGING_UNITS),
            rng.sample(committees, _MERGING_UNITS),
            strict=True,
        )
    )
    for code, successor in sorted(successors.items()):
        decision = _decision(rng)
        events.append(
            Event("merge_into", "effective", MERGER_DAY, code, successor, decision)
        )
    return successors


def _through_merger(
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
        )
    )
    after = replace(last, bloc_code="DLK", valid_from=MERGER_DAY)
    return replace(unit, spans=(*earlier, until, after))


def _proposals(codes: Sequence[str]) -> tuple[Event, ...]:
    department, *joining = codes
    note = "Đề xuất, đang xin ý kiến; chưa có hiệu lực"
    mergers = [
        Event("merge_into", "proposed", PROPOSAL_DAY, code, department, "", note)
        for code in joining
    ]
    rename = Event("rename", "proposed", PROPOSAL_DAY, "LSN-VP", "", "", note)
    return (*mergers, rename)


def _decision(rng: random.Random) -> str:
    return f"{rng.randint(101, 989)}-QĐ/ĐUK"
