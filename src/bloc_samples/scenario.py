"""The blocs, what their units owe, and the published figures that must come out.

Days and events marked *made* are this project's own: the articles print the year of
the merger in Đắk Lắk and the two names of the bloc in Long An, not their days.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from bloc_warehouse.domain.periods import CUMULATIVE, period_of

FOUNDED = date(2010, 1, 1)  # made: before the first period of any bloc
CLOSED = date(2025, 3, 1)  # made: the blocs ended "early 2025"
MERGER_DAY = date(2019, 7, 1)  # made: the article prints the year 2019 only
RENAME_DAY = date(2018, 7, 1)  # made: between April 2017 and December 2019
PROPOSAL_DAY = date(2022, 9, 15)  # made: put forward, not decided by October 2022
LAST_DAY = date(2025, 2, 10)  # made: what comes later is not in the history
OFFICE_SUFFIX = "-VP"
_PARTY_AGENCIES, _PEOPLES_COMMITTEE = "CQD", "UBND"


@dataclass(frozen=True, slots=True)
class RatingShares:
    """A year's ratings: members in hundredths of a percent, units in percent."""

    excellent_at_least: int
    good: int
    completed: int
    units_good: int


DAK_LAK_RATINGS = RatingShares(1516, 8124, 317, 92)  # in each year of the term
MEMBERS_LONG_AN = 4851
DAK_LAK_UNITS = {"dbcs": 67, "cbcs": 47}
LONG_AN_UNITS = {"dbcs": 43, "cbcs": 37}
DAK_LAK_NEARLY = 7000
DAK_LAK_PLAN = 1600
DAK_LAK_ADMITTED = 1940
DAK_LAK_TRAINED = 1000
TERM_YEARS = (2015, 2016, 2017, 2018, 2019)
LONG_AN_ADMITTED, LONG_AN_PLAN, LONG_AN_YOUTH = 50, 120, 28
CERTIFIED_SUB_CELLS, CERTIFIED_MEMBERS = 11, 78


@dataclass(frozen=True, slots=True)
class Bloc:
    """One span of a bloc: a bloc that is renamed has two."""

    code: str
    name: str
    province: str
    valid_from: date
    valid_to: date
    successor: str = ""

    @property
    def office(self) -> str:
        """The code of the bloc's office."""
        return f"{self.code}{OFFICE_SUFFIX}"


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a bloc committee."""

    bloc_code: str
    term: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Lineage:
    """Blocs whose figures belong together, and the quarters in which they are drawn.

    ``timeline`` holds the cumulative periods in their order: a return covers the time
    since 1 January, its interval the quarter that ends with it. The last period that a
    claim in print speaks of is ``printed_until``.
    """

    code: str
    blocs: tuple[str, ...]
    timeline: tuple[str, ...]
    printed_until: str

    @property
    def years(self) -> range:
        """The years of the timeline."""
        return range(
            period_of(self.timeline[0]).year, period_of(self.timeline[-1]).year + 1
        )

    def periods_in(self, year: int) -> tuple[str, ...]:
        """Return the periods of a year, in their order."""
        return _of_year(self.timeline, year)

    def periods_to(self, code: str) -> tuple[str, ...]:
        """Return the periods of the year whose intervals make up the return."""
        end = period_of(code).end
        return tuple(
            known
            for known in self.periods_in(period_of(code).year)
            if period_of(known).end <= end
        )

    def interval_start(self, code: str) -> date:
        """Return the first day of the interval that ends with a period."""
        before = self.periods_to(code)[:-1]
        if not before:
            return period_of(code).start
        return period_of(before[-1]).end + timedelta(days=1)

    def is_printed(self, code: str) -> bool:
        """Whether a period ends no later than what is in print."""
        return period_of(code).end <= period_of(self.printed_until).end


@cache
def _of_year(timeline: tuple[str, ...], year: int) -> tuple[str, ...]:
    return tuple(code for code in timeline if period_of(code).year == year)


def _quarters(first_year: int, last_year: int) -> tuple[str, ...]:
    return tuple(
        f"{year}-{kind}" for year in range(first_year, last_year + 1)
        for kind in CUMULATIVE
    )  # fmt: skip


LONG_AN = Lineage("LAN", ("LAN",), _quarters(2015, 2024), "2024-H1")
DAK_LAK = Lineage("DLK", ("DLKCQ", "DLKDN", "DLK"), _quarters(2015, 2024), "2020-H1")
LANG_SON = Lineage("LSN", ("LSN",), _quarters(2021, 2024), "2022-M9")
DONG_THAP = Lineage("DTP", ("DTP",), _quarters(2021, 2024), "2023-H1")
LINEAGES = (LONG_AN, DAK_LAK, LANG_SON, DONG_THAP)

BLOCS = (
    Bloc(
        "LAN",
        "Đảng bộ Khối Các cơ quan tỉnh Long An",
        "Long An",
        FOUNDED,
        RENAME_DAY,
    ),
    Bloc(
        "LAN",
        "Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh Long An",
        "Long An",
        RENAME_DAY,
        CLOSED,
    ),
    Bloc(
        "DLKCQ",
        "Đảng bộ Khối các cơ quan tỉnh Đắk Lắk",
        "Đắk Lắk",
        FOUNDED,
        MERGER_DAY,
        "DLK",
    ),
    Bloc(
        "DLKDN",
        "Đảng bộ Khối doanh nghiệp tỉnh Đắk Lắk",
        "Đắk Lắk",
        FOUNDED,
        MERGER_DAY,
        "DLK",
    ),
    Bloc(
        "DLK",
        "Đảng bộ Khối các cơ quan và doanh nghiệp tỉnh Đắk Lắk",
        "Đắk Lắk",
        MERGER_DAY,
        CLOSED,
    ),
    Bloc("LSN", "Đảng bộ Khối các cơ quan tỉnh Lạng Sơn", "Lạng Sơn", FOUNDED, CLOSED),
    Bloc(
        "DTP", "Đảng bộ Khối các cơ quan tỉnh Đồng Tháp", "Đồng Tháp", FOUNDED, CLOSED
    ),
    *(
        committee
        for code, province in (
            ("LAN", "Long An"),
            ("DLK", "Đắk Lắk"),
            ("LSN", "Lạng Sơn"),
            ("DTP", "Đồng Tháp"),
        )
        for committee in (
            Bloc(
                f"{code}{_PARTY_AGENCIES}",
                f"Đảng bộ các cơ quan Đảng tỉnh {province}",
                province,
                CLOSED,
                date.max,
            ),
            Bloc(
                f"{code}{_PEOPLES_COMMITTEE}",
                f"Đảng bộ Ủy ban nhân dân tỉnh {province}",
                province,
                CLOSED,
                date.max,
            ),
        )
    ),
)

# invented, except that the term 2015-2020 of Đắk Lắk is the one its article reports on
TERMS = (
    Term("LAN", "2015-2020", date(2015, 1, 1), date(2020, 7, 31)),
    Term("LAN", "2020-2025", date(2020, 8, 1), date(2025, 2, 28)),
    Term("DLKCQ", "2015-2020", date(2015, 1, 1), date(2020, 8, 26)),
    Term("DLKDN", "2015-2020", date(2015, 1, 1), date(2020, 8, 26)),
    Term("DLK", "2015-2020", date(2015, 1, 1), date(2020, 8, 26)),
    Term("DLK", "2020-2025", date(2020, 8, 27), date(2025, 2, 28)),
    Term("LSN", "2020-2025", date(2020, 8, 1), date(2025, 2, 28)),
    Term("DTP", "2020-2025", date(2020, 8, 1), date(2025, 2, 28)),
)


def bloc_name(code: str, day: date) -> str:
    """Return a bloc's name on a day, or the last one that it bore.

    Raises:
        KeyError: There is no such bloc.
    """
    spans = [bloc for bloc in BLOCS if bloc.code == code]
    if not spans:
        raise KeyError(code)
    named = [bloc.name for bloc in spans if bloc.valid_from <= day]
    return named[-1] if named else spans[0].name


def successor_committee(bloc_code: str, sector: str) -> str:
    """Return the committee in which a bloc's unit goes on after the bloc's end."""
    is_party = sector == "party_mass"
    return f"{bloc_code}{_PARTY_AGENCIES if is_party else _PEOPLES_COMMITTEE}"


def lineage_of(bloc_code: str) -> Lineage:
    """Return the lineage that a bloc belongs to.

    Raises:
        KeyError: There is no such bloc.
    """
    for lineage in LINEAGES:
        if bloc_code in lineage.blocs:
            return lineage
    raise KeyError(bloc_code)
