"""An attack by a reader's own login: all that a session may say, and what it gets."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import LiteralString

import psycopg
import pytest
from psycopg import Connection, errors, sql
from tests.dbt.world import World

from bloc_warehouse.settings import Settings
from bloc_warehouse.warehouse.connection import connect
from bloc_warehouse.warehouse.readers import add_reader, remove_reader

ATTACKER, VICTIM, BLIND = "attacks_dlk", "reads_lan", "sees_nothing"

# rows of both blocs wherever monitoring shows any
_NEWS: tuple[LiteralString, ...] = (
    "insert into quality.runs (stage) values ('audit')",
    "insert into quality.violations (stage, rule, severity, bloc_code, unit_code,"
    " form, period_code, left_value, right_value, message_vi, message_en, state,"
    " first_seen, opened_at, last_seen, last_run_id, explanation)"
    " select 'audit', 'T1', 'critical', bloc, unit, 'membership', '2024-H1', 17, 18,"
    " 'vi ' || bloc, 'en ' || bloc, 'open', now(), now(), now(),"
    " (select max(run_id) from quality.runs), 'because of ' || unit"
    " from blocs",
    "insert into quality.holds (unit_code, form, period_code, rule, cause_vi,"
    " cause_en) select unit, 'ratings', '2024-H1', 'X1', unit, unit from blocs",
    "insert into quality.alerts (cause, kind, severity, bloc_code, unit_code,"
    " period_code, subject, text_vi, text_en, public_vi, public_en)"
    " select unit, 'test', 'critical', bloc, unit, '2024-H1', unit, unit, unit, unit,"
    " unit from blocs",
    "insert into quality.alert_events (alert_id, event, severity, text_vi, text_en,"
    " public_vi, public_en) select alert_id, 'opened', severity, '', '', '', ''"
    " from quality.alerts",
    "insert into quality.deliveries (event_id, alert_id, event, channel, error)"
    " select event_id, alert_id, event, 'log', 'no answer about ' || alert_id"
    " from quality.alert_events",
    "insert into quality.period_closings (bloc_code, period_code, closed_by, reason,"
    " left_open, reopened_at, reopened_by, reopen_reason)"
    " select bloc, '2024-H1', 'Secretary of ' || bloc, bloc, array[bloc], now(),"
    " 'Secretary of ' || bloc, bloc from blocs",
    "update quality.releases set blocked_at = now(), blocked_reasons = ("
    " select jsonb_agg(jsonb_build_object('rule', 'T1', 'bloc_code', bloc,"
    "  'period_code', '2024-H1', 'message_vi', bloc, 'message_en', bloc)) from blocs)",
)
# Both fail when the query runs, not before. The first shows the value; PostgreSQL holds
# the second harmless and free, and tries it early
_PROBES: tuple[LiteralString, ...] = (
    "case when {shared} then ('told: ' || coalesce({column}::text, '')"
    " || left(session_user, 0))::integer = 1 else false end",
    "case when {shared} and {column} is not null"
    " then (select 1 / length(left(session_user, 0)) = 1) else false end",
)
_FILTERED_VIEWS = (
    "violations open_violations alerts open_alerts alerts_by_unit"
    " deliveries holds period_closings release_blocs published_totals publish_blocks"
    " period_notebook"
)


@dataclass(frozen=True)
class Readers:
    """A published world, and the passwords of its readers."""

    settings: Settings
    passwords: dict[str, str]

    def session(self, login: str) -> Connection:
        """Open a session as the login itself."""
        return psycopg.connect(
            self.settings.warehouse_url, user=login, password=self.passwords[login]
        )


@pytest.fixture(scope="module")
def readers(copies: Callable[[], World]) -> Iterator[Readers]:
    world = copies()
    world.publish()
    with connect("ingest", settings=world.settings) as connection:
        connection.execute(
            "create temporary table blocs as"
            " values ('DLKCQ', 'CQ-001'), ('LAN', 'LAN-001')"
        )
        connection.execute("alter table blocs rename column column1 to bloc")
        connection.execute("alter table blocs rename column column2 to unit")
        for statement in _NEWS:
            connection.execute(statement)
    passwords = {
        name: add_reader(world.settings, name, blocs=[bloc], by="test")
        for name, bloc in ((ATTACKER, "DLK"), (VICTIM, "LAN"), (BLIND, "LAN"))
    }
    with connect("ingest", settings=world.settings) as connection:
        connection.execute(
            "update quality.readers set bloc_code = 'XXX' where reader = %s", [BLIND]
        )
    passwords["bi_reader"] = world.settings.bi_reader_password
    yield Readers(world.settings, passwords)
    for name in (ATTACKER, VICTIM, BLIND):
        remove_reader(world.settings, name)


def relations(connection: Connection) -> dict[str, list[str]]:
    """Return all that a reader may select from, with the columns."""
    found = connection.execute(
        "select relation.oid::regclass::text, array_agg(attname::text order by attnum)"
        " from pg_class as relation inner join pg_attribute on attrelid = relation.oid"
        " where relnamespace in ('marts'::regnamespace, 'monitoring'::regnamespace)"
        " and relkind in ('r', 'v', 'm', 'p', 'f') and attnum > 0 and not attisdropped"
        " group by 1"
    )
    return dict(found.fetchall())


def counts(readers: Readers, login: str) -> dict[str, int]:
    """Return how many rows of each relation a login sees."""
    with readers.session(login) as connection:
        return {
            name: connection.execute(
                sql.SQL("select count(*) from {}").format(_named(name))
            ).fetchone()[0]  # type: ignore[index]
            for name in relations(connection)
        }


def _named(relation: str) -> sql.Identifier:
    return sql.Identifier(*relation.split("."))


def test_each_relation_shows_a_reader_its_own_rows(readers: Readers) -> None:
    everything, nothing = counts(readers, "bi_reader"), counts(readers, BLIND)
    own, of_others = counts(readers, ATTACKER), counts(readers, VICTIM)
    filtered = {name for name in everything if nothing[name] < everything[name]}
    assert filtered >= {f"monitoring.{view}" for view in _FILTERED_VIEWS.split()}
    assert len(filtered) > 25
    shared = {name for name in filtered if own[name] + of_others[name] > nothing[name]}
    assert shared >= filtered - {"marts.dim_terms"}
    with readers.session(ATTACKER) as connection:
        for name, columns in relations(connection).items():
            if "bloc_code" in columns:
                blocs = connection.execute(
                    sql.SQL("select distinct bloc_code from {}").format(_named(name))
                )
                assert {bloc for (bloc,) in blocs} <= {"DLK", "DLKCQ", None}, name


def test_a_condition_is_never_tried_on_a_row_that_the_reader_must_not_see(
    readers: Readers,
) -> None:
    """The condition fails on the first row that it is tried on, and so tells of it."""
    everything, nothing = counts(readers, "bi_reader"), counts(readers, BLIND)
    told, tried = [], 0
    with readers.session(BLIND) as connection:
        for name, columns in relations(connection).items():
            shared = sql.SQL("true")
            if nothing[name]:  # rows of no bloc are everybody's
                if nothing[name] == everything[name]:
                    continue
                shared = sql.SQL("bloc_code is not null")
            for column, probe in product(columns, _PROBES):
                tried += 1
                condition = sql.SQL(probe).format(
                    shared=shared, column=sql.Identifier(column)
                )
                query = sql.SQL("select count(*) from {} where {}").format(
                    _named(name), condition
                )
                try:
                    connection.execute(query)
                except errors.DataError as error:
                    told.append(f"{name}.{column}: {error}")
                    connection.rollback()
    assert told == []
    assert tried > 600


def test_views_are_barriers_and_tables_protected(readers: Readers) -> None:
    with connect("owner", settings=readers.settings) as connection:
        open_to_conditions = connection.execute(
            "select oid::regclass::text from pg_class"
            " where relnamespace in ('marts'::regnamespace, 'monitoring'::regnamespace)"
            " and relkind in ('r', 'v', 'm') and not case relkind when 'v'"
            "  then coalesce('security_barrier=true' = any (reloptions), false)"
            "  else relrowsecurity or not exists (select 1 from pg_attribute"
            "   where attrelid = pg_class.oid and attname ~ '(bloc|unit)_code') end"
        ).fetchall()
    assert open_to_conditions == []
