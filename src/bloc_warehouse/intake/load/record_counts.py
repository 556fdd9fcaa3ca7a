"""Keeps, with each file of a batch, what its cells are against the version before."""

from collections import defaultdict

from psycopg import Connection
from psycopg.types.json import Jsonb

from bloc_warehouse.forms.registry import Registry
from bloc_warehouse.intake.faults.faults import Fault
from bloc_warehouse.intake.load.batch import Batch
from bloc_warehouse.intake.load.cell_counts import CellCounts, count_cells
from bloc_warehouse.intake.load.figures import loaded_figures
from bloc_warehouse.intake.load.versions import Version, counted_before, live_versions


def write_counts(connection: Connection, registry: Registry, batch: Batch) -> None:
    """Write the counts of every file of a batch that is loaded and settled."""
    counts = [
        (Jsonb(counted.as_dict()), file_id)
        for file_id, counted in batch_counts(connection, registry, batch).items()
    ]
    with connection.cursor() as cursor:
        cursor.executemany("update raw.files set cells = %s where file_id = %s", counts)


def batch_counts(
    connection: Connection, registry: Registry, batch: Batch
) -> dict[int, CellCounts]:
    """Return file_id → what its cells are, against the version that counted before."""
    before = _versions_before(connection, batch)
    figures = loaded_figures(connection, registry, sorted(set(before.values())))
    faults: dict[int, list[Fault]] = defaultdict(list)
    for file_id, _, fault in batch.faults:
        faults[file_id].append(fault)
    return {
        file_id: count_cells(
            registry,
            batch.parsed[file_id],
            faults[file_id],
            [
                figures.get(before.get(staged_form.submission_id, 0))
                for staged_form in batch.forms_of(file_id)
            ],
        )
        for file_id in batch.received
    }


def _versions_before(connection: Connection, batch: Batch) -> dict[int, int]:
    """Return submission → the submission that counted when it was received."""
    by_return: dict[tuple[str, str], list[Version]] = defaultdict(list)
    for version in live_versions(connection, batch.returns):
        by_return[version.unit_code, version.period_code].append(version)
    found = {}
    for staged_form in batch.staged:
        identity = staged_form.form.identity
        if identity.unit_code is None or identity.period is None:
            continue
        file_id = batch.owner[staged_form.submission_id]
        before = counted_before(
            by_return[identity.unit_code, identity.period.code],
            identity.form.name,
            batch.received[file_id],
        )
        if before is not None:
            found[staged_form.submission_id] = before
    return found
