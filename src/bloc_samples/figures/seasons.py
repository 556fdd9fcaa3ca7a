"""What a year looks like: when people are admitted, inspected, honoured; lean years."""

from bloc_warehouse.domain.periods import CUMULATIVE, period_of

# People are admitted around 3 February, 19 May, 2 September and 7 November.
ADMISSIONS = (0.22, 0.32, 0.2, 0.26)
# Merit of the year before is honoured at the year's start, badges at the holidays.
MERIT = (2.6, 0.7, 0.3, 0.4)
INSPECTIONS = (0.6, 1.15, 1.05, 1.2)
# Net growth: the admissions, less departures that come evenly.
GROWTH = (0.14, 0.46, 0.08, 0.32)
QUARTER = 0.25  # of a year
_LEAN_YEARS = {2020: 0.92, 2021: 0.86, 2022: 0.95}  # the epidemic


def quarter(period: str) -> int:
    """Return 0 to 3: the quarter that ends with a cumulative period."""
    return CUMULATIVE.index(period_of(period).type)


def plenty(year: int) -> float:
    """Return how much of the usual happens in a year."""
    return _LEAN_YEARS.get(year, 1.0)
