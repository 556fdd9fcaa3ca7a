"""The definitions, applied as a whole: forms' tables, functions, views, triggers.

Applied after the tables' newest version wherever the fingerprint is another one than
the warehouse's. Every script may be repeated.

The monitoring views read the record and ``raw.files`` only, never the marts, and leave
each reader the rows of its blocs and units (``readers.sql``). A reader's own condition
may not be tried on others' rows, because an error would tell of them. So all are
barriers; and because a barrier lets through conditions that compare by leakproof
operators and fail elsewhere, those that choose rows end in ``offset 0``, which lets
none through.
"""

import hashlib
import json
from importlib.resources import files

from psycopg import Connection

from bloc_warehouse.database.raw_schema import create_form_tables
from bloc_warehouse.forms.registry import load_registry

SCRIPTS = (
    "database/readers.sql",  # the monitoring views ask its functions
    "database/record.sql",
    # the period's notebook reads the views of findings and of closed periods
    "database/monitoring/violations.sql",
    "database/monitoring/period_closings.sql",
    "database/monitoring/alerts.sql",
    "database/monitoring/files.sql",
    "database/monitoring/releases.sql",
    "database/monitoring/freshness.sql",
    "database/monitoring/publications.sql",
    "database/monitoring/period_notebook.sql",
    "database/monitoring/namesakes.sql",
    "database/changes.sql",
    "database/stray_writes.sql",
    "database/keys.sql",
    "build/waiting_work.sql",
    "alerts/inputs.sql",
    # one cause of alerts each, in the order in which they build on each other
    "alerts/causes/blocked_blocs.sql",
    "alerts/causes/broken_channels.sql",
    "alerts/causes/failed_steps.sql",
    "alerts/causes/files.sql",
    "alerts/causes/findings.sql",
    "alerts/causes/missing_returns.sql",
    "alerts/causes/overridden_releases.sql",
    "alerts/causes/waiting_work.sql",
    "alerts/wanted_alerts.sql",
)
# dbt's models read these; they are replaced in place
_READ_BY_DBT = ("returns_closed_now",)


def fingerprint() -> str:
    """Hash the scripts, and the forms' tables with their columns and types."""
    tables = load_registry().raw_tables()
    columns = {
        table: [(column.name, column.sql_type) for column in columns.values()]
        for table, columns in tables.items()
    }
    hashed = hashlib.sha256(json.dumps(columns, sort_keys=True).encode())
    for script in SCRIPTS:
        hashed.update(files("bloc_warehouse").joinpath(script).read_bytes())
    return hashed.hexdigest()


def drop_views(connection: Connection) -> None:
    """Drop the views: no change of a table or another view then has to mind them."""
    views = connection.execute(
        "select string_agg(format('%%I.%%I', schemaname, viewname), ', ')"
        " from pg_views where schemaname in ('quality', 'monitoring')"
        " and viewname <> all (%s)",
        [list(_READ_BY_DBT)],
    ).fetchone()
    if views and views[0]:
        connection.execute(f"drop view {views[0]}")


def apply(connection: Connection) -> None:
    """Create or replace all of it, as the role that is to own it."""
    create_form_tables(connection)
    for script in SCRIPTS:
        connection.execute(files("bloc_warehouse").joinpath(script).read_bytes())
