"""Figures as Vietnamese papers print them: ``4.851``, ``77,77%``, ``05``."""

import re
from decimal import Decimal

_COUNT = r"\d{1,3}(?:\.\d{3})+|\d+"
_PRINTED = re.compile(rf"(?P<whole>{_COUNT})(?:,(?P<part>\d+))?(?P<percent> ?%)?")


def printed_value(text: str) -> Decimal | None:
    """Return what a printed figure means; None: it cannot be told.

    A dot groups thousands and a comma begins decimals, so ``77.77`` is no figure.
    """
    found = _PRINTED.fullmatch(text.strip())
    if found is None:
        return None
    whole, part = found["whole"].replace(".", ""), found["part"]
    return Decimal(f"{whole}.{part}" if part else whole)


def is_percentage(text: str) -> bool:
    """Tell whether a figure is printed in percent."""
    return text.strip().endswith("%")
