"""The life of a violation: found, explained or accepted, resolved, found again.

One record a rule, bloc, unit, form, period and subject, across all runs.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from psycopg import Connection

from bloc_warehouse.checks.model import Stage
from bloc_warehouse.sql import statement


def merge_violations(
    connection: Connection, zone: ZoneInfo, run_id: int, stage: Stage
) -> None:
    """Move the violations on by what a run found; the caller commits."""
    for step in ("checks/merge_violations", "checks/resolve_violations"):
        connection.execute(statement(step), {"stage": stage, "run_id": run_id})
    settle_violations(connection, zone)


def settle_violations(connection: Connection, zone: ZoneInfo) -> None:
    """Say anew which violations are open, explained and accepted.

    An explanation counts as long as it speaks of the figures and the versions that
    are found, an accepted difference until its day has passed.
    """
    (lists,) = connection.execute(
        "select to_regclass('reference.ref_accepted_differences')"
    ).fetchone() or (None,)
    if lists is None:  # before the first build there are no lists, and no violations
        return
    today = datetime.now(zone).date()
    connection.execute(statement("checks/settle_violations"), {"today": today})
