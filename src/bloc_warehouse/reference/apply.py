"""Puts the reference folder's lists in force, in the tables that dbt reads."""

from dataclasses import dataclass

from psycopg import Connection

from bloc_warehouse.database import embedded
from bloc_warehouse.database.changes import mark_lists_changed
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.locks import Lock, lock_until_commit
from bloc_warehouse.database.prepare import prepare
from bloc_warehouse.reference.affected import affected_units
from bloc_warehouse.reference.check import check
from bloc_warehouse.reference.difference import Difference, difference
from bloc_warehouse.reference.lists.faults import ListFault, ReferenceListError
from bloc_warehouse.reference.lists.folder import read_folder
from bloc_warehouse.reference.plans import DuePlans, due_plans, submit_plans
from bloc_warehouse.reference.register import Rows
from bloc_warehouse.reference.store import (
    Change,
    compare,
    keyed,
    last_application,
    read_applied,
    record,
)
from bloc_warehouse.reference.tables import loaded_application, write_tables
from bloc_warehouse.settings import Settings, StorageSettings


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

    It waits for a running build. Plans are submitted through landing, whenever they are
    not those that count: even if the lists did not change, so that an application
    that died half-way is repeated.

    Raises:
        ReferenceListError: A list is at fault; nothing was applied.
        PlansNotSentError: All is in force, but landing could not be written.
    """
    with connect("ingest", settings=settings) as connection:
        lock_until_commit(connection, Lock.LISTS)
        number, changes = _apply(connection, settings, by=by, reason=reason)
    return Applied(number, changes, submit_plans(settings, by=by))


def apply_first(settings: Settings) -> None:
    """Put the folder's lists in force where none ever were: a newcomer's first start.

    Where an older version of this code applied them, their tables are written from the
    kept history.

    Raises:
        ReferenceListError: A list is at fault.
    """
    with connect("ingest", settings=settings) as connection:
        lock_until_commit(connection, Lock.LISTS)
        last = last_application(connection)
        is_first = last is None
        if last is None:
            _apply(connection, settings, by="prepare", reason="first start")
        elif loaded_application(connection) != last.application_id:
            _write(connection, read_applied(connection), last.application_id)
    if is_first:
        submit_plans(settings, by="prepare")


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
    connection: Connection, settings: StorageSettings, *, by: str, reason: str | None
) -> tuple[int | None, tuple[Change, ...]]:
    applied = read_applied(connection)
    checked = check(read_folder(settings.reference_dir), applied)
    if checked.faults:
        raise ReferenceListError(checked.faults)
    changes = tuple(compare(keyed(applied), keyed(checked.rows)))
    if not changes:
        return None, ()
    units = affected_units(applied, checked.rows)
    number = record(connection, changes, by=by, reason=reason, is_of_all=units is None)
    _write(connection, checked.rows, number)
    if units:
        mark_lists_changed(connection, units)
    return number, changes


def _write(connection: Connection, rows: Rows, application_id: int) -> None:
    """Write the tables once no build reads them: facts may not rest on both."""
    lock_until_commit(connection, Lock.DBT)
    write_tables(connection, rows, application_id)
