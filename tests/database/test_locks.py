"""Nothing waits forever, and who waits is told for whom."""

from collections.abc import Callable

import pytest

from bloc_warehouse.alerts import alerts
from bloc_warehouse.build.transform import seed
from bloc_warehouse.checks import gate
from bloc_warehouse.database import definitions, locks
from bloc_warehouse.database.connection import connect
from bloc_warehouse.database.locks import Lock, LockHeldError
from bloc_warehouse.database.prepare import prepare
from bloc_warehouse.intake.run import IntakeBusyError, ingest, ingest_batch
from bloc_warehouse.publish.publish import publish
from bloc_warehouse.reference.apply import apply
from bloc_warehouse.settings import Settings

WAITING: dict[Lock, Callable[[Settings], object]] = {
    Lock.INTAKE: lambda settings: ingest_batch(settings, []),
    Lock.DBT: seed,
    Lock.LISTS: lambda settings: apply(settings, by="a test"),
    Lock.REGISTERING: ingest,
    Lock.GATE: gate.cross_check,
    Lock.ALERTS: alerts.refresh,
}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have connections made from now on wait for 200 ms only."""
    monkeypatch.setenv("PGOPTIONS", "-c lock_timeout=200ms")


@pytest.mark.parametrize("lock", WAITING)
def test_who_waited_long_enough_names_the_holder(
    warehouse: Settings,
    impatient: None,
    caplog: pytest.LogCaptureFixture,
    lock: Lock,
) -> None:
    with connect("ingest", autocommit=True, settings=warehouse) as holder:
        holder.execute("set application_name = 'somebody else'")
        locks.lock_for_session(holder, lock)
        pid = holder.info.backend_pid
        with pytest.raises(LockHeldError) as caught:
            WAITING[lock](warehouse)
    told = f"somebody else (role ingest, pid {pid}"
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert told in caplog.text  # in the log already while it waits


def test_a_run_by_hand_is_refused_at_once_with_who_ingests(
    warehouse: Settings,
) -> None:
    with connect("ingest", autocommit=True, settings=warehouse) as holder:
        locks.lock_for_session(holder, Lock.INTAKE, shared=True)
        with pytest.raises(IntakeBusyError, match=f"pid {holder.info.backend_pid}"):
            ingest(warehouse)


def test_publishing_names_who_holds_the_releases(
    warehouse: Settings, impatient: None
) -> None:
    with connect("transform", settings=warehouse) as holder:
        holder.execute("select * from quality.publishing for update")
        with pytest.raises(LockHeldError, match=f"pid {holder.info.backend_pid}"):
            publish(warehouse, by="a test")


def test_an_upgrade_names_the_reader_that_it_waits_for(
    warehouse: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It changes nothing, and does not wait long: all others wait behind it."""
    monkeypatch.setattr(definitions, "fingerprint", lambda: "another one")
    monkeypatch.setattr("bloc_warehouse.database.prepare._TABLE_PATIENCE", "100ms")
    with connect("bi_reader", settings=warehouse) as reader:
        reader.execute("select * from monitoring.alerts")
        with pytest.raises(LockHeldError, match=f"pid {reader.info.backend_pid}"):
            prepare(warehouse)
    prepare(warehouse)
