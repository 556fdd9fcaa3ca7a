"""Airflow's own database: what is kept of it, given back, and cleaned."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from tests.backup.conftest import NewSettings, Office
from tests.conftest import FAST

from bloc_warehouse.airflow_local import _migrate, secret
from bloc_warehouse.airflow_local.environment import LocalAirflow, airflow_environment
from bloc_warehouse.backup.airflow_metadata import (
    DATABASE,
    AirflowCommandError,
    metadata_address,
    run_airflow,
)
from bloc_warehouse.backup.secrets import collect_secrets, put_airflow_back
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import open_connection
from bloc_warehouse.database.owner import create_database, create_login
from bloc_warehouse.settings import Settings
from bloc_warehouse.upkeep.metadata import clean_metadata

# as somebody enters them on Airflow's pages, whose commands take seconds each
_ENTERED = """
insert into connection (conn_id, conn_type, host, password, is_encrypted,
    is_extra_encrypted)
values ('board', 'http', 'h', 'pw', false, false);
insert into variable (key, val, is_encrypted) values ('greeting', 'xin chào', false);
"""


@pytest.fixture(scope="module")
def with_airflow(new_settings: NewSettings) -> Settings:
    """An installation whose Airflow has its database, and does not run."""
    settings = new_settings()
    server = embedded.start(settings.data_dir, options=FAST)
    with open_connection(server.url(), autocommit=True) as connection:
        create_login(connection, DATABASE, secret(settings, "database"))
        create_database(connection, DATABASE, DATABASE)
    _migrate(settings, airflow_environment(settings, LocalAirflow(8080, "x")))
    return settings


def test_nothing_says_where_it_is(office: Office, new_settings: NewSettings) -> None:
    for settings in (office.settings, new_settings()):
        assert metadata_address(settings) is None
        assert clean_metadata(settings) is None
    own = office.settings.with_changes(
        airflow_database_url="postgresql+psycopg2://airflow:x@db.example.vn/airflow"
    )
    assert metadata_address(own) == own.airflow_database_url.get_secret_value()


def test_connections_and_variables_are_kept_and_given_back(
    with_airflow: Settings,
) -> None:
    server = embedded.start(with_airflow.data_dir)
    with psycopg.connect(server.url(DATABASE), autocommit=True) as connection:
        connection.execute(_ENTERED)
        kept = collect_secrets(with_airflow)
        assert json.loads(kept)["connections"]["board"]["password"] == "pw"
        assert json.loads(kept)["variables"]["greeting"] == "xin chào"
        connection.execute("delete from connection; delete from variable")
        assert put_airflow_back(with_airflow, kept) == []
        assert json.loads(collect_secrets(with_airflow)) == json.loads(kept)
        encrypted = connection.execute(
            "select is_encrypted and password <> 'pw' from connection"
        )
        assert encrypted.fetchall() == [(True,)]


def test_where_airflow_has_none_yet_a_person_is_told(
    with_airflow: Settings, new_settings: NewSettings
) -> None:
    kept = json.dumps({"secrets.json": {}, "variables": {"a": "b"}}).encode()
    settings = new_settings()
    [command] = put_airflow_back(settings, kept)
    file = Path(command.split()[-1])
    assert command.startswith("airflow variables import ")
    assert json.loads(file.read_text("utf-8")) == {"a": "b"}
    assert file.stat().st_mode & 0o077 == 0


def test_old_records_go_and_young_ones_stay(with_airflow: Settings) -> None:
    server = embedded.start(with_airflow.data_dir)
    now = datetime.now(UTC)
    with psycopg.connect(server.url(DATABASE)) as connection:
        connection.cursor().executemany(
            "insert into log (dttm, event) values (%s, %s)",
            [(now - timedelta(days=61), "old"), (now - timedelta(days=59), "young")],
        )
    found = clean_metadata(with_airflow)
    assert found
    assert "60 days" in found
    with psycopg.connect(server.url(DATABASE)) as connection:
        events = connection.execute(
            "select event from log where event in ('old', 'young')"
        )
        assert events.fetchall() == [("young",)]
        archived = connection.execute(
            "select count(*) from pg_tables where tablename ^@ '_airflow_deleted'"
        )
        assert archived.fetchone() == (0,)


def test_what_airflow_says_is_passed_on(with_airflow: Settings) -> None:
    address = metadata_address(with_airflow)
    assert address
    with pytest.raises(AirflowCommandError, match="airflow connections get failed"):
        run_airflow(with_airflow, address, "connections", "get", "nobody")
