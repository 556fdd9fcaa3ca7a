"""Form BXL: yearly ratings of members, cells and the unit itself."""

from bloc_samples.figures.ratings import Rating, UnitRatings
from bloc_samples.returns.model import Row, Rows

# from the year rated on
_SCHEMES = {
    2023: "124-QĐ/TW",
    2019: "21-HD/BTCTW",
    2018: "132-QĐ/TW",
    0: "Trước 132-QĐ/TW",  # an older scale
}


def ratings_rows(year: int, ratings: UnitRatings) -> Rows:
    """Return the form's three rows."""
    scheme = next(name for since, name in _SCHEMES.items() if since <= year)
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
