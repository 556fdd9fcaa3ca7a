"""Form BXL: yearly ratings of members, cells and the unit itself."""

from bloc_samples.figures.ratings import Rating, UnitRatings
from bloc_samples.returns.model import Row, Rows

# by the year rated; earlier years were rated on an older scale
_SCHEMES = {2018: "132-QĐ/TW", 2019: "21-HD/BTCTW"}
_OLDER_SCHEME = "Trước 132-QĐ/TW"


def ratings_rows(year: int, ratings: UnitRatings) -> Rows:
    """Return the form's three rows."""
    scheme = _SCHEMES.get(year, _OLDER_SCHEME)
    return {
        "ratings": (
            _row("member", ratings.member, scheme),
            _row("sub_cell", ratings.sub_cell, scheme),
            _row("unit", ratings.unit, scheme),
        )
    }


def _row(subject: str, rating: Rating, scheme: str) -> Row:
    return {
        "subject": subject,
        "total_subject": rating.total,
        "exempt": rating.exempt,
        "not_rated": rating.not_rated,
        "rated_total": rating.rated,
        "excellent": rating.excellent,
        "good": rating.good,
        "completed": rating.completed,
        "not_completed": rating.not_completed,
        "rating_scheme": scheme,
    }
