"""The quarter that readers must have: who lacks it, and what a late one leads to."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from tests.paths import DAGS

from bloc_warehouse.alerts.alerts import list_alerts, refresh
from bloc_warehouse.database.connection import connect
from bloc_warehouse.publish.quarter import (
    is_published,
    quarter_before,
    unpublished_blocs,
)
from bloc_warehouse.settings import Settings

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

pytestmark = [pytest.mark.db, pytest.mark.airflow]

H1 = date(2024, 6, 30)
MIDNIGHT = datetime(2024, 6, 30, 17, tzinfo=UTC)  # 1 July in the bloc's zone


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2024, 7, 1), H1),
        (date(2024, 9, 30), H1),
        (date(2024, 6, 30), date(2024, 3, 31)),
        (date(2024, 1, 1), date(2023, 12, 31)),
    ],
)
def test_a_run_is_about_the_quarter_that_ended_last(day: date, end: date) -> None:
    assert quarter_before(day) == end


@pytest.fixture
def owing(installation: Settings) -> Settings:
    """LAN and QNI owe returns of each half year; HAI of a month alone, OLD no more."""
    with connect("transform", settings=installation) as connection:
        connection.execute(
            "create table if not exists reference.ref_periods"
            " (period_code text, period_type text, period_end date);"
            "insert into reference.ref_periods (period_code, period_type, period_end)"
            " values ('2024-H1', 'H1', '2024-06-30'),"
            " ('2024-T06', 'T06', '2024-06-30')"
        )
    with connect("ingest", settings=installation) as connection:
        connection.execute(
            "insert into reference.ref_unit_spans (unit_code, bloc_code, valid_from,"
            " valid_to) values ('LAN-001', 'LAN', '2010-01-01', null),"
            " ('QNI-001', 'QNI', '2010-01-01', null),"
            " ('HAI-001', 'HAI', '2010-01-01', null),"
            " ('OLD-001', 'OLD', '2010-01-01', '2024-06-30');"
            "insert into reference.ref_obligations (bloc_code, form, owed_by,"
            " period_type, first_period) values"
            " ('LAN', 'membership', 'unit', 'H1', '2020-H1'),"
            " ('QNI', 'membership', 'unit', 'H1', '2020-H1'),"
            " ('HAI', 'inspections', 'unit', 'T06', '2020-T06'),"
            " ('OLD', 'membership', 'unit', 'H1', '2020-H1')"
        )
    return installation


def publish(settings: Settings, *returns: tuple[str, str, str]) -> None:
    """Have readers see returns: bloc, period, state."""
    with connect("transform", settings=settings) as connection:
        connection.execute(
            "create table marts.fct_returns"
            " (bloc_code text, period_code text, state text)"
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into marts.fct_returns values (%s, %s, %s)", returns
            )


def test_readers_have_a_quarter_when_they_see_each_bloc_that_owes_it(
    owing: Settings,
) -> None:
    assert unpublished_blocs(owing, H1) == ["LAN", "QNI"]
    publish(
        owing,
        ("LAN", "2024-H1", "accepted"),
        ("QNI", "2024-H1", "held"),
        ("QNI", "2024-Q1", "accepted"),
        ("QNI", "2024-T06", "accepted"),
    )
    assert unpublished_blocs(owing, H1) == ["QNI"]
    assert not is_published(owing, H1)
    assert is_published(owing, date(2024, 3, 31))  # nobody owes it
    with connect("transform", settings=owing) as connection:
        connection.execute("update marts.fct_returns set state = 'accepted'")
    assert is_published(owing, H1)


def test_a_bloc_that_stays_as_it_was_is_not_published(owing: Settings) -> None:
    publish(owing, ("LAN", "2024-H1", "accepted"), ("QNI", "2024-H1", "accepted"))
    with connect("ingest", settings=owing) as connection:
        connection.execute(
            "insert into quality.releases (state) values ('live');"
            "insert into quality.release_blocs (release_id, bloc_code, outcome)"
            " select release_id, 'QNI', 'left_out' from quality.releases"
        )
    assert unpublished_blocs(owing, H1) == ["QNI"]


@pytest.fixture
def waiting_run(runnable: "DagBag") -> Iterator[tuple[Any, Any]]:
    """The run of July 2024, as the scheduler makes it, in a session."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.utils.session import create_session
    from airflow.utils.state import DagRunState
    from airflow.utils.types import DagRunTriggeredByType, DagRunType

    bag = DagBag(DAGS, bundle_path=DAGS, bundle_name="dags-folder")
    DagBundlesManager().sync_bundles_to_db()
    sync_bag_to_db(bag, "dags-folder", None)
    with create_session() as session:
        serialized = SerializedDagModel.get("confirm_quarter", session=session)
        assert serialized is not None
        yield (
            serialized.dag.create_dagrun(
                run_id="scheduled__july",
                logical_date=MIDNIGHT,
                run_after=MIDNIGHT,
                run_type=DagRunType.SCHEDULED,
                triggered_by=DagRunTriggeredByType.TIMETABLE,
                state=DagRunState.RUNNING,
                session=session,
            ),
            session,
        )
        session.rollback()


def test_a_late_quarter_is_an_alert_until_it_is_published(
    owing: Settings,
    runnable: "DagBag",
    waiting_run: tuple[Any, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from airflow.models.deadline import Deadline
    from airflow.sdk.execution_time.callback_supervisor import execute_callback
    from sqlalchemy import select

    run, session = waiting_run
    session.flush()
    deadline = session.scalar(select(Deadline).where(Deadline.dagrun_id == run.id))
    assert deadline.deadline_time == datetime(2024, 7, 30, 17, tzinfo=UTC)
    deadline.handle_miss(session)  # what the scheduler does once it has passed
    called = deadline.callback.data
    is_fine, error = execute_callback(
        called["path"], called["kwargs"], "", None, structlog.get_logger(__name__)
    )
    assert (is_fine, error) == (True, None)
    refresh(owing)
    (alert,) = [
        alert for alert in list_alerts(owing) if alert.kind == "pipeline_failed"
    ]
    assert "quý đến 30/06/2024 / the quarter to 30/06/2024" in alert.text_en
    assert "LAN, QNI" in alert.text_en
    session.rollback()
    publish(owing, ("LAN", "2024-H1", "accepted"), ("QNI", "2024-H1", "accepted"))
    # dag.test() of Airflow 3.3 looks for the deadline in a table that it did not fill
    monkeypatch.setattr(runnable.dags["confirm_quarter"], "deadline", [])
    done: Any = runnable.dags["confirm_quarter"].test(logical_date=MIDNIGHT)
    assert done.state == "success"
    refresh(owing)
    assert [a.kind for a in list_alerts(owing) if a.kind == "pipeline_failed"] == []
