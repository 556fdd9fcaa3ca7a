"""A published world with readers, and what each sees of it."""

from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import Connection, sql
from tests.conftest import database_of

from bloc_warehouse.settings import Settings

ATTACKER, VICTIM, BLIND = "attacks_dlk", "reads_lan", "sees_nothing"
PUBLIC = "reads_totals"

# rows of both blocs wherever monitoring shows any
NEWS: tuple[LiteralString, ...] = (
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
EVERYBODYS = {"marts.bridge_period_terms"}


@dataclass(frozen=True)
class Readers:
    """A published world, and the passwords of its readers."""

    settings: Settings
    passwords: dict[str, str]

    @property
    def database(self) -> str:
        """Name of the world's database."""
        return database_of(self.settings)

    def session(self, login: str) -> Connection:
        """Open a session as the login itself."""
        return psycopg.connect(
            self.settings.warehouse_url.get_secret_value(),
            user=login,
            password=self.passwords[login],
        )


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
        return counts_in(connection)


def counts_in(connection: Connection) -> dict[str, int]:
    counted = sql.SQL(" union all ").join(
        sql.SQL("select {}, count(*) from {}").format(sql.Literal(name), named(name))
        for name in relations(connection)
    )
    return dict(connection.execute(counted).fetchall())


def named(relation: str) -> sql.Identifier:
    return sql.Identifier(*relation.split("."))
