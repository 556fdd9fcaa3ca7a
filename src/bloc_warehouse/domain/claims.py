"""Words of claims: what a printed figure may say of itself."""

from bloc_warehouse.domain.periods import CUMULATIVE

CONTEXT = "context"  # printed beside the others, and not recomputed
ROLES = ("actual", "target")
QUALIFIERS = ("exact", "nearly", "more_than", "more_than_or_equal")
BASES = ("stock", "flow", "ratio", "attainment", "excess", CONTEXT)
UNITS = ("count", "turns", "percent")
# days within a period, the merger that founded the bloc, and spans of years
CLAIM_PERIODS = (*CUMULATIVE, "DAY", "EVENT", "TERM", "EACH_YEAR", "FIVE_YEARS")
