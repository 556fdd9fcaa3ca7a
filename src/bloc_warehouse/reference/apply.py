"""Puts the reference folder's lists in force, and lays those in force out for dbt."""

from dataclasses import asdict, dataclass

from psycopg import Connection

from bloc_warehouse.build.dbt_project import link_project, list_columns
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.locks import Lock, lock_until_commit
from bloc_warehouse.database.prepare import prepare
from bloc_warehouse.reference.check import check
from bloc_warehouse.reference.difference import Difference, difference
from bloc_warehouse.reference.lists.faults import ListFault, ReferenceListError
from bloc_warehouse.reference.lists.folder import as_csv, read_folder
from bloc_warehouse.reference.lists.shapes import SHAPES
from bloc_warehouse.reference.plans import DuePlans, bring_in, due_plans
from bloc_warehouse.reference.register import Rows, history_of
from bloc_warehouse.reference.store import (
    Change,
    compare,
    keyed,
    last_application,
    read_applied,
    record,
)
from bloc_warehouse.settings import Settings


@dataclass(frozen=True, slots=True)
class Applied:
    """What an application changed; ``application_id`` None: nothing was other."""

    application_id: int | None
    changes: tuple[Change, ...]
    plans: DuePlans


@dataclass(frozen=True, slots=True)
class Preview:
    """What the folder would do; without ``difference`` it cannot be applied."""

    faults: tuple[ListFault, ...]
    difference: Difference | None
    plans: DuePlans | None


def preview(settings: Settings) -> Preview:
    """Check the folder's lists and compare them with those in force; changes nothing.

    Before anything was in force, all that the folder holds is new.
    """
    with connect("ingest", settings=settings) as connection:
        applied = read_applied(connection)
        checked = check(read_folder(settings.reference_dir), applied)
        if checked.faults:
            return Preview(tuple(checked.faults), None, None)
        plans = due_plans(connection, checked.rows)
    return Preview((), difference(applied, checked.rows), plans)


def apply(settings: Settings, *, by: str, reason: str | None = None) -> Applied:
    """Check the folder's lists and put them in force, each change kept with its date.

    Plans come in through landing, whenever they are not those that count: also where
    the lists did not change, so that an application that died half-way is repeated.

    Raises:
        ReferenceListError: A list is at fault; nothing was applied.
        PlansNotSentError: All is in force, but landing could not be written.
    """
    with connect("ingest", settings=settings) as connection:
        lock_until_commit(connection, Lock.LISTS)
        number, changes = _apply(connection, settings, by=by, reason=reason)
    return Applied(number, changes, bring_in(settings, by=by))


def apply_first(settings: Settings) -> None:
    """Put the folder's lists in force where none ever were: a newcomer's first start.

    Raises:
        ReferenceListError: A list is at fault.
    """
    with connect("ingest", settings=settings) as connection:
        lock_until_commit(connection, Lock.LISTS)
        is_first = last_application(connection) is None
        if is_first:
            _apply(connection, settings, by="prepare", reason="first start")
    if is_first:
        bring_in(settings, by="prepare")


def apply_made(settings: Settings, *, by: str) -> None:
    """Put lists that a command of ours has just made in force, where others were.

    A warehouse that has none yet takes the folder's lists at its first start.
    """
    if not settings.warehouse_url and not embedded.exists(settings.data_dir):
        return
    prepare(settings)
    with connect("ingest", settings=settings) as connection:
        is_first = last_application(connection) is None
    if not is_first:
        apply(settings, by=by)


def _apply(
    connection: Connection, settings: Settings, *, by: str, reason: str | None
) -> tuple[int | None, tuple[Change, ...]]:
    applied = read_applied(connection)
    checked = check(read_folder(settings.reference_dir), applied)
    if checked.faults:
        raise ReferenceListError(checked.faults)
    changes = tuple(compare(keyed(applied), keyed(checked.rows)))
    if not changes:
        return None, ()
    return record(connection, changes, by=by, reason=reason), changes


def lay_out(settings: Settings) -> None:
    """Write the lists in force, and what follows from them, where dbt loads seeds."""
    with connect("ingest", settings=settings) as connection:
        rows = read_applied(connection)
    folder = link_project(settings) / "reference"
    for name, text in as_seeds(settings, rows).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def as_seeds(settings: Settings, rows: Rows) -> dict[str, str]:
    """Return the lists that models read, and what follows from them, each as CSV.

    Args:
        settings: Whose project says the columns.
        rows: All lists' lines, by list.
    """
    lists = {
        shape.name: as_csv(list(shape.columns), rows.get(shape.name, ()))
        for shape in SHAPES
        if shape.is_seed
    }
    columns = list_columns(settings)
    history = history_of(rows)
    for name, derived in (
        ("ref_unit_spans", history.spans),
        ("ref_unit_successions", history.successions),
    ):
        lists[name] = as_csv(list(columns[name]), map(asdict, derived))
    return lists
