"""Whether readers have a quarter: of each bloc that owes returns for it."""

import logging
from datetime import date, timedelta

from psycopg import Connection

from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import Settings
from bloc_warehouse.sql import statement

logger = logging.getLogger(__name__)


class LateQuarterError(Exception):
    """A quarter was to be published by now, and is not."""


def quarter_before(day: date) -> date:
    """Return the last day of the quarter that ended last before a day."""
    first_month = day.month - (day.month - 1) % 3
    return date(day.year, first_month, 1) - timedelta(1)


def unpublished_blocs(settings: Settings, quarter_end: date) -> list[str]:
    """Return the blocs that owe returns of the quarter and that readers do not have.

    A bloc is there when a return of a period that ends with the quarter counts in the
    live release, and when the release did not leave the bloc as it was.

    Args:
        settings: The warehouse.
        quarter_end: The quarter's last day.
    """
    with connect("ingest", settings=settings) as connection:
        owing = _blocs(connection, "publish/owing_blocs", quarter_end)
        row = connection.execute("select to_regclass('marts.fct_returns')").fetchone()
        is_published = bool(row and row[0])
        shown = (
            _blocs(connection, "publish/shown_blocs", quarter_end)
            if is_published
            else set()
        )
    return sorted(owing - shown)


def is_published(settings: Settings, quarter_end: date) -> bool:
    """Tell whether readers have the quarter; the log names the blocs they lack."""
    blocs = unpublished_blocs(settings, quarter_end)
    if blocs:
        logger.info("the quarter to %s lacks %s", quarter_end, ", ".join(blocs))
    return not blocs


def late_quarter(settings: Settings, quarter_end: date) -> LateQuarterError:
    """Return what to tell of a quarter that is not published in time."""
    day = f"{quarter_end:%d/%m/%Y}"
    blocs = ", ".join(unpublished_blocs(settings, quarter_end))
    return LateQuarterError(
        f"chưa công bố quý đến {day} / the quarter to {day} is not published: {blocs}"
    )


def _blocs(connection: Connection, name: str, quarter_end: date) -> set[str]:
    found = connection.execute(statement(name), {"day": quarter_end})
    return {bloc for (bloc,) in found}
