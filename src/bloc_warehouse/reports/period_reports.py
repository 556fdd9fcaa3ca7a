"""The quality report of a period: one page for people, kept with each release.

``reports/periods/<bloc>/<period>/release-<number>.html``: a release writes the pages of
the blocs and periods in which something changed, so the newest page is the one that
holds.
"""

import logging
import os
import re
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psycopg
from psycopg import Connection

from bloc_warehouse.database.connection import connect
from bloc_warehouse.pages import page_templates
from bloc_warehouse.reports import charts
from bloc_warehouse.reports.period_content import (
    NoSuchPeriodError,
    PeriodContent,
    number,
    percent,
    read_content,
)
from bloc_warehouse.settings import ProjectSettings, Settings, StorageSettings
from bloc_warehouse.sql import statement
from bloc_warehouse.storage.trees import write_whole

_CODE = re.compile(r"[A-Za-z0-9-]+")

logger = logging.getLogger(__name__)

_PAGES = Path(__file__).with_name("pages")


def write_report(settings: Settings, bloc: str, period: str) -> Path:
    """Write the report of a bloc's period over the live release, and return its page.

    Raises:
        NoSuchPeriodError: The live release knows nothing of them, or there is none.
    """
    with connect("ingest", settings=settings) as connection:
        if not _has_marts(connection):
            raise NoSuchPeriodError("nothing is published yet")
        return _write(connection, settings, bloc, period)


def write_reports(settings: Settings) -> int:
    """Write the reports in which the live release changed something.

    A failure is logged: the release is live, and ``bloc report`` writes the page again.

    Returns:
        How many pages were written.
    """
    try:
        with connect("ingest", settings=settings) as connection:
            if not _has_marts(connection):
                return 0
            pairs = connection.execute(
                statement("reports/to_write"), {"since": _since(connection, settings)}
            ).fetchall()
            for bloc, period in pairs:
                _write(connection, settings, bloc, period)
    except (psycopg.Error, OSError, NoSuchPeriodError):
        logger.exception("reports of the release could not be written")
        return 0
    return len(pairs)


def newest_report(settings: StorageSettings, bloc: str, period: str) -> Path | None:
    """Return the valid page of a bloc's period; None if there is none."""
    if not _CODE.fullmatch(bloc) or not _CODE.fullmatch(period):
        return None
    pages = sorted(_folder(settings, bloc, period).glob("release-*.html"))
    return pages[-1] if pages else None


def render(content: PeriodContent, settings: Settings, data_docs: str | None) -> str:
    """Return the page, which needs nothing beside itself.

    Args:
        content: What it shows.
        settings: The time zone.
        data_docs: Where the audit's own report is, seen from the page.
    """
    template = page_templates(_PAGES).get_template("period.html.j2")
    return template.render(
        content=content,
        arrivals=charts.arrivals_line(content.arrivals, content.due_days),
        members=charts.members_line(content.trend),
        bar=charts.bar,
        states=charts.STATES,
        width=charts.WIDTH,
        height=charts.HEIGHT,
        left=charts.LEFT,
        right=charts.RIGHT,
        bottom=charts.BOTTOM,
        number=number,
        percent=percent,
        moment=partial(_moment, settings),
        written_at=datetime.now(UTC),
        data_docs=data_docs,
    )


def _write(connection: Connection, settings: Settings, bloc: str, period: str) -> Path:
    content = read_content(connection, bloc, period, settings.timezone)
    folder = _folder(settings, bloc, period)
    page = folder / f"release-{content.head['release_id'] or 0:06d}.html"
    docs = content.head["data_docs"]
    beside = os.path.relpath(docs, str(folder)) if docs else None
    write_whole(page, render(content, settings, beside))
    return page


def _moment(settings: ProjectSettings, at: datetime) -> str:
    return f"{at.astimezone(settings.zone):%H:%M %d/%m/%Y}"


def reports_folder(settings: StorageSettings) -> Path:
    """Return the folder of all periods' reports."""
    return settings.reports_dir / "periods"


def _folder(settings: StorageSettings, bloc: str, period: str) -> Path:
    return reports_folder(settings) / bloc / period


def _has_marts(connection: Connection) -> bool:
    row = connection.execute(
        "select to_regclass('marts.fct_returns') is not null"
        " and to_regclass('marts.rpt_published_totals') is not null"
    ).fetchone()
    return row == (True,)


def _since(connection: Connection, settings: StorageSettings) -> datetime | None:
    """Return when the previous build started; None if all pages are to be written."""
    if not reports_folder(settings).is_dir():
        return None
    row = connection.execute(
        "select max(build_started_at) from quality.releases"
        " where published_at is not null and state <> 'live'"
    ).fetchone()
    return row[0] if row else None
