"""Draws the units of each bloc and the events that they go through."""

import random
from collections.abc import Mapping, Sequence

from bloc_samples.apportion import stream
from bloc_samples.population.changes import (
    MERGING_UNITS,
    founded_late,
    grown,
    handed_over,
    joined,
    mergers,
    parted,
    proposals,
    renamed,
    through_merger,
)
from bloc_samples.population.names import (
    PREFIXES,
    Organisation,
    draw_agencies,
    draw_enterprises,
    health_organisations,
)
from bloc_samples.population.units import Event, Population, Span, Unit
from bloc_samples.scenario import (
    BLOCS,
    CLOSED,
    DAK_LAK_UNITS,
    FOUNDED,
    LONG_AN_UNITS,
)

_JOINING_UNITS = 2


def draw_population(seed: int) -> Population:
    """Draw all units of a dataset, the blocs' offices among them."""
    drafts = (
        _long_an(stream(seed, "units", "LAN")),
        _dak_lak(stream(seed, "units", "DLK")),
        _lang_son(stream(seed, "units", "LSN")),
        _dong_thap(stream(seed, "units", "DTP")),
    )
    units = [unit for draft in drafts for unit in draft.units]
    events = [event for draft in drafts for event in draft.events]
    units = handed_over(sorted(units, key=lambda unit: unit.code), events)
    return Population(
        tuple(sorted([*units, *_offices()], key=lambda unit: unit.code)),
        tuple(
            sorted(events, key=lambda event: (event.effective_date, event.unit_code))
        ),
    )


def _long_an(rng: random.Random) -> Population:
    """80 units in 2024; some are younger than 2017, and three of 2017 are gone.

    Two of the three joined others. The third was the health department's with the
    general hospital in it, which are units of their own since.
    """
    parts = health_organisations()[:2]
    kinds = _shuffled_kinds(
        rng, {**LONG_AN_UNITS, "dbcs": LONG_AN_UNITS["dbcs"] - len(parts)}
    )
    young = rng.randint(8, 12)
    old_kinds = [*kinds[young:], *["cbcs"] * _JOINING_UNITS]
    agencies = draw_agencies(rng, "Long An", old_kinds, taken=parts)
    companies = draw_enterprises(rng, "Long An", kinds[:young])
    units = _numbered(
        "LAN",
        [*old_kinds, "dbcs", *kinds[:young], "dbcs", "dbcs"],
        [*agencies, parts[0], *companies, *parts],
    )
    events: list[Event] = []
    remaining = units[: len(old_kinds) - _JOINING_UNITS]
    remaining = renamed(rng, remaining, agencies, events, years=(2018, 2022))
    leaving = units[len(remaining) : len(old_kinds)]
    ended = joined(rng, leaving, remaining, events)
    successors = {event.successor_code for event in events}
    remaining = grown(rng, remaining, events, but=successors)
    whole, *coming = units[len(old_kinds) :]
    return Population(
        (
            *remaining,
            *ended,
            *(
                founded_late(rng, unit, number, events)
                for number, unit in enumerate(coming[:young])
            ),
            *parted(rng, whole, coming[young:], events),
        ),
        tuple(events),
    )


def _dak_lak(rng: random.Random) -> Population:
    """117 units in two blocs; 114 after the merger, in which three join others."""
    kinds = _shuffled_kinds(rng, {**DAK_LAK_UNITS, "merging": MERGING_UNITS})
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
        units += renamed(rng, numbered, organisations, events, years=(2016, 2018))
    successors = mergers(rng, units, events)
    return Population(
        tuple(through_merger(unit, successors, events) for unit in units),
        tuple(events),
    )


def _lang_son(rng: random.Random) -> Population:
    """Units whose merger and rename are proposed and never take effect."""
    health = health_organisations()
    kinds = ["dbcs"] * rng.randint(28, 32) + ["cbcs"] * rng.randint(25, 29)
    rng.shuffle(kinds)
    others = draw_agencies(rng, "Lạng Sơn", kinds, taken=health)
    units = _numbered("LSN", ["dbcs"] * 3 + kinds, [*health, *others])
    return Population(tuple(units), proposals([unit.code for unit in units[:3]]))


def _dong_thap(rng: random.Random) -> Population:
    kinds = ["dbcs"] * rng.randint(36, 41) + ["cbcs"] * rng.randint(29, 33)
    rng.shuffle(kinds)
    agencies = draw_agencies(rng, "Đồng Tháp", kinds)
    events: list[Event] = []
    units = _numbered("DTP", kinds, agencies)
    units = renamed(rng, units, agencies, events, years=(2021, 2024))
    return Population(tuple(units), tuple(events))


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
