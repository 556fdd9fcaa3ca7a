"""What the world is told when readers see another release: its asset's event."""

from typing import Any

from bloc_warehouse.build import release_blocs
from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import Settings
from bloc_warehouse.sql import statement


def release_event(settings: Settings) -> dict[str, Any]:
    """Return the number of the live release, its blocs, and the audit's verdict on it.

    ``blocs`` are those whose figures are of this release, ``blocked`` those that stayed
    as they were. ``verdict`` is ``passed``, ``warned`` or ``critical``; ``overridden``
    where a person published in spite of critical findings.
    """
    with connect("ingest", settings=settings) as connection:
        row = connection.execute(statement("publish/release_event")).fetchone()
        if row is None:
            return {}
        release, verdict, blocs = row
        blocked = [
            bloc.bloc_code for bloc in release_blocs.blocked_in(connection, release)
        ]
    return {
        "release": release,
        "verdict": verdict,
        "blocs": blocs,
        "blocked": blocked,
    }
