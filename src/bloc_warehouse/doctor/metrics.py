"""What a Prometheus server asks about the warehouse, read from the record when it asks.

Each metric is one statement, which reads the record and never the marts. Nothing is
counted in this process: it may be stopped and started, and there may be several.
Labels name blocs, steps, kinds, models and tables; no unit, no file, no figure.
"""

import logging
import shutil
import time
from dataclasses import dataclass
from typing import Any

from psycopg import Error

from bloc_warehouse.database.connection import connect, is_down
from bloc_warehouse.errors import SetupError
from bloc_warehouse.settings import Settings
from bloc_warehouse.sql import statement

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """One metric: a gauge, from one statement.

    Attributes:
        name: By Prometheus' conventions, with its unit.
        says: What it is, in a sentence.
        statement: Its file in ``doctor/sql``; the last column is the value.
        labels: Names of the columns before it.
    """

    name: str
    says: str
    statement: str
    labels: tuple[str, ...] = ()


ASKED = (
    Asked("bloc_files", "Files received, by state.", "files", ("bloc", "state")),
    Asked(
        "bloc_publication_lag_seconds",
        "From a file's registration to the first release that shows it, of the last"
        " 1,000 accepted files.",
        "publication_lag",
        ("quantile",),
    ),
    Asked(
        "bloc_waiting_items",
        "What came in and has not reached readers.",
        "waiting",
        ("item",),
    ),
    Asked(
        "bloc_waiting_since_timestamp_seconds",
        "Since when the oldest of it waits.",
        "waiting_since",
        ("item",),
    ),
    Asked(
        "bloc_findings_open",
        "Open findings of the checks.",
        "findings",
        ("stage", "severity"),
    ),
    Asked("bloc_alerts_open", "Open alerts.", "alerts", ("kind", "severity")),
    Asked(
        "bloc_alerts_oldest_timestamp_seconds",
        "When the oldest open alert of a kind opened.",
        "alerts_oldest",
        ("kind",),
    ),
    Asked(
        "bloc_failures_open",
        "How often a step failed since it last ended well.",
        "failures",
        ("pipeline", "step"),
    ),
    Asked(
        "bloc_deliveries_unsent",
        "Messages that wait for a channel or were given up.",
        "deliveries",
        ("channel", "state"),
    ),
    Asked(
        "bloc_mart_rows",
        "Rows of the published tables, as the planner estimates them.",
        "mart_rows",
        ("table",),
    ),
    Asked(
        "bloc_build_duration_seconds",
        "How long the last build of a kind took.",
        "build_seconds",
        ("kind",),
    ),
    Asked(
        "bloc_model_duration_seconds",
        "How long a model took in the last build of a kind that made it.",
        "model_seconds",
        ("kind", "model"),
    ),
    Asked(
        "bloc_step_last_timestamp_seconds",
        "When a step last left something in the record.",
        "last_success",
        ("step",),
    ),
    Asked("bloc_release_number", "The live release.", "release"),
    Asked(
        "bloc_release_published_timestamp_seconds",
        "Since when readers see the live release.",
        "release_published",
    ),
    Asked(
        "bloc_figures_published_timestamp_seconds",
        "Of when the figures are that a bloc's readers see.",
        "figures_published",
        ("bloc",),
    ),
    Asked(
        "bloc_returns_waiting",
        "Accepted returns that a bloc's readers do not see yet.",
        "returns_waiting",
        ("bloc",),
    ),
    Asked("bloc_database_size_bytes", "Size of the database.", "database_bytes"),
)
UP = ("bloc_warehouse_up", "Whether the warehouse could be asked: 1 or 0.")
SCRAPE = ("bloc_scrape_duration_seconds", "How long asking the warehouse took.")
DISK = ("bloc_disk_free_bytes", "Free space where the data folder is.")


def metrics_text(settings: Settings) -> bytes:
    """Return all metrics in Prometheus' text format.

    A warehouse that is down is a value of ``bloc_warehouse_up``, never an error; the
    embedded server is not started.
    """
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    registry = CollectorRegistry()
    folder = settings.data_dir
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    Gauge(*DISK, registry=registry).set(shutil.disk_usage(nearest).free)
    started = time.perf_counter()
    found = _ask(settings)
    Gauge(*UP, registry=registry).set(found is not None)
    Gauge(*SCRAPE, registry=registry).set(time.perf_counter() - started)
    for asked, rows in (found or {}).items():
        gauge = Gauge(asked.name, asked.says, asked.labels, registry=registry)
        for *labels, reading in rows:
            (gauge.labels(*labels) if labels else gauge).set(reading)
    return generate_latest(registry)


def _ask(settings: Settings) -> dict[Asked, list[tuple[Any, ...]]] | None:
    """Ask everything of one moment; None if the warehouse does not answer."""
    if is_down(settings):
        return None
    try:
        with connect("ingest", settings=settings) as connection:
            connection.execute(
                "set transaction isolation level repeatable read, read only"
            )
            return {
                asked: connection.execute(
                    statement(f"doctor/{asked.statement}")
                ).fetchall()
                for asked in ASKED
            }
    except (Error, SetupError) as error:
        logger.warning("the warehouse cannot be asked: %s", error)
        return None
