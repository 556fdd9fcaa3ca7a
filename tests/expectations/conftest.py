"""A small made warehouse in which every expectation of the cross-check passes.

Its views are plain tables of the same names. A test changes a row or two inside a
transaction that is rolled back, and looks at which rules find something.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

import psycopg
import pytest
from psycopg import Connection, sql
from tests.conftest import copied, copied_for_many, database_of
from tests.expectations.marts import fill_marts, fill_stated, make_marts
from tests.paths import DBT_PROJECT

from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.settings import Settings

_PERIODS = """
create table reference.ref_periods (
    period_code text, period_type text, period_year integer, period_start date,
    period_end date
);
"""
_HEADER = (
    "submission_id bigint, unit_code text, bloc_code text, unit_kind text, form text,"
    " form_version integer, period_code text, period_type text, period_year integer,"
    " period_start date, period_end date, basis text, submission_no integer,"
    " received_at timestamptz"
)

# unit, bloc, kind, first day, last day; LAN-003 is merged, LAN-004 founded in 2024
_UNITS = (
    ("LAN-001", "LAN", "dbcs", "2015-01-01", None),
    ("LAN-002", "LAN", "cbcs", "2015-01-01", None),
    ("LAN-003", "LAN", "cbcs", "2015-01-01", "2024-05-10"),
    ("LAN-004", "LAN", "cbcs", "2024-02-01", None),
    ("LAN-VP", "LAN", "bloc_office", "2015-01-01", None),
)
_EVENTS = (
    ("E1", "merge_into", "effective", "2024-05-10", "LAN-003", "LAN-001", 5),
    ("E2", "found", "effective", "2024-02-01", "LAN-004", None, None),
    ("E3", "merge_into", "proposed", "2023-05-10", "LAN-002", "LAN-001", 9),
    ("E4", "rename", "effective", "2024-03-01", "LAN-002", None, None),
)
# unit, period, opening, admitted, structural in, structural out, closing
_MEMBERS = (
    ("LAN-001", "2023-Y", 40, 2, 0, 0, 42),
    ("LAN-002", "2023-Y", 10, 0, None, None, 10),
    ("LAN-003", "2023-Y", 5, 0, 0, 0, 5),
    ("LAN-001", "2024-Q1", 42, 1, 0, 0, 43),
    ("LAN-002", "2024-Q1", 10, 0, None, None, 10),
    ("LAN-003", "2024-Q1", 5, 0, 0, 0, 5),
    ("LAN-004", "2024-Q1", 0, 3, 0, 0, 3),
    ("LAN-001", "2024-Q2", 43, 1, 5, 0, 49),
    ("LAN-001", "2024-H1", 42, 2, 5, 0, 49),
    ("LAN-002", "2024-H1", 10, 0, None, None, 10),
    ("LAN-003", "2024-H1", 5, 0, 0, 5, 0),
    ("LAN-004", "2024-H1", 0, 3, 0, 0, 3),
    ("LAN-001", "2024-Y", 42, 4, 5, 0, 51),
    ("LAN-002", "2024-Y", 10, 1, None, None, 11),
    ("LAN-004", "2024-Y", 0, 3, 0, 0, 3),
)
# unit, period, plan, admitted; the office gave no plan for 2023
_ADMISSIONS = (
    ("LAN-001", "2023-Y", 2, 2),
    ("LAN-001", "2024-H1", 4, 2),
    ("LAN-001", "2024-Y", 4, 4),
    ("LAN-002", "2024-Y", 1, 1),
)
_KEY = ("grassroots_committee", "member", "thematic_supervision")
# unit, period, done, expelled by its own bodies
_INSPECTIONS = (
    ("LAN-001", "2024-H1", 3, 0),
    ("LAN-001", "2024-Y", 7, 1),
    ("LAN-002", "2024-T01", 1, 0),
    ("LAN-002", "2024-T02", 0, 0),
    ("LAN-002", "2024-T03", 0, 0),
    ("LAN-002", "2024-Q1", 1, 0),
    ("LAN-002", "2024-T04", 0, 0),
    ("LAN-002", "2024-T05", 0, 0),
    ("LAN-002", "2024-T06", 1, 0),
    ("LAN-002", "2024-H1", 2, 0),
    ("LAN-002", "2024-T07", 0, 0),
    ("LAN-002", "2024-T08", 0, 0),
    ("LAN-002", "2024-T09", 0, 0),
    ("LAN-002", "2024-Q3", 0, 0),
    ("LAN-002", "2024-Y", 2, 0),
    ("LAN-004", "2024-Y", 0, 0),
)

_numbers = count(1)


@pytest.fixture(scope="session")
def filled_once(
    server: embedded.Server,
    warehouse_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Settings]:
    """Settings of a warehouse with the small made state, to be copied."""
    with copied_for_many(server, warehouse_template, tmp_path_factory) as own:
        with connect("ingest", settings=own) as connection:
            fill_lists(connection)
            fill_stated(connection)
        with connect("transform", settings=own) as connection:
            make_tables(connection)
            fill_tables(connection)
            make_marts(connection)
            fill_marts(connection)
        yield own


@pytest.fixture(scope="session")
def made_warehouse(
    server: embedded.Server,
    filled_once: Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Settings]:
    """Settings of a warehouse with the small made state, for the whole session."""
    database = database_of(filled_once)
    with copied_for_many(server, database, tmp_path_factory) as own:
        yield own


@pytest.fixture
def made(made_warehouse: Settings) -> Iterator[Connection]:
    """A connection to the made state that may change it; all is rolled back.

    As who prepares the database: it may change the lists and what dbt makes.
    """
    with psycopg.connect(
        made_warehouse.warehouse_url.get_secret_value(), application_name="expectations"
    ) as connection:
        yield connection
        connection.rollback()


LISTED = DBT_PROJECT / "models/intermediate/current/int_counts_unpivoted.sql"


def make_tables(connection: Connection) -> None:
    """Create what dbt makes, with the columns agreed on."""
    connection.execute(_PERIODS)
    connection.execute(f"create table intermediate.int_submissions_current ({_HEADER})")
    connection.execute(
        "create table intermediate.int_bloc_lineage (bloc_code text,"
        " member_bloc_code text, succeeded_on date, counts_since date)"
    )
    for table, columns in load_registry().raw_tables().items():
        fields = ", ".join(
            f'"{column.name}" {column.sql_type}' for column in columns.values()
        )
        connection.execute(
            f"create table intermediate.int_{table}_current"
            f" ({_HEADER}, {fields}, sheet_row integer default 7,"
            " not_applicable text[] default '{}')"
        )
        # lines of submissions that do not count are not looked up there
        connection.execute(
            f"create view intermediate.stg_raw__{table} as"
            f" select * from intermediate.int_{table}_current"
        )
    query = re.sub(r"{#.*?#}", "", LISTED.read_text(encoding="utf-8"))
    query = re.sub(r"{{ ref\('(\w+)'\) }}", r"intermediate.\1", query)
    connection.execute(
        f"create view intermediate.int_counts_unpivoted as {query}"  # type: ignore[arg-type]
    )


def fill_lists(connection: Connection) -> None:
    """Fill in the lists, as who applies them."""
    connection.execute(
        "insert into reference.ref_blocs values ('LAN', 'Long An', 'Long An',"
        " '2015-01-01', '2025-03-01', null)"
    )
    connection.execute(
        "insert into reference.ref_terms values"
        " ('LAN', '2023-2024', '2023-07-01', '2025-03-01')"
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into reference.ref_unit_spans"
            " values (%s, %s, %s, 'agency', 'Chi bộ', %s, %s)",
            _UNITS,
        )
        cursor.executemany(
            "insert into reference.ref_unit_events (event_id, event_type, status,"
            " effective_date, unit_code, successor_code, members_carried, decision_no)"
            " values (%s, %s, %s, %s, %s, %s, %s, '1-QĐ')",
            _EVENTS,
        )


def fill_tables(connection: Connection) -> None:
    """Fill in the state that every expectation accepts."""
    connection.execute(
        "insert into intermediate.int_bloc_lineage"
        " values ('LAN', 'LAN', '-infinity', '-infinity')"
    )
    for unit, period, opening, admitted, taken, handed, closing in _MEMBERS:
        add_return(
            connection, unit, "membership", period,
            membership=[{
                "opening_total": opening, "inc_admitted": admitted,
                "inc_transfer_internal": 0, "dec_transfer_internal": 0,
                "inc_structural": taken, "dec_structural": handed,
                "inc_total": admitted + (taken or 0), "closing_total": closing,
                "dec_expelled": int((unit, period) == ("LAN-001", "2024-Y")),
            }],
        )  # fmt: skip
    for unit, period, plan, admitted in _ADMISSIONS:
        add_return(
            connection, unit, "admissions", period,
            admissions=[{"plan_year": plan, "admitted_total": admitted}],
        )  # fmt: skip
    for unit, period, done, expelled in _INSPECTIONS:
        body, subject, kind = _KEY
        add_return(
            connection, unit, "inspections", period,
            inspections=[
                {"body": body, "subject": subject, "kind": kind, "done": done}
            ],
            discipline=[{
                "body": body, "subject": subject, "expulsion": expelled,
                "discipline_total": expelled,
            }],
        )  # fmt: skip
    for year in range(2020, 2025):
        add_return(
            connection, "LAN-002", "awards_training", f"{year}-M9",
            awards=[{
                "level": "bloc", "kind": "flag", "subject": "member",
                "merit_from_year": year, "merit_to_year": year, "award_count": 2,
            }],
        )  # fmt: skip
    add_return(
        connection, "LAN-002", "ratings", "2024-Y",
        ratings=[{"subject": "member", "total_subject": 11}],
    )  # fmt: skip
    add_return(
        connection, "LAN-VP", "admission_plan", "2024-Y",
        admission_plan=[
            {"scope": "unit_year", "planned_unit_code": "LAN-001", "from_year": 2024,
             "to_year": 2024, "planned_admissions": 4},
            {"scope": "unit_year", "planned_unit_code": "LAN-002", "from_year": 2024,
             "to_year": 2024, "planned_admissions": 1},
            {"scope": "bloc_term", "planned_unit_code": None, "from_year": 2023,
             "to_year": 2025, "planned_admissions": 5},
        ],
    )  # fmt: skip


def add_return(
    connection: Connection,
    unit: str,
    form: str,
    period: str,
    **tables: list[Mapping[str, Any]],
) -> int:
    """Add one current submission with its rows; return its number."""
    days = period_of(period)
    (bloc, kind) = connection.execute(
        "select bloc_code, unit_kind from reference.ref_unit_spans"
        " where unit_code = %s",
        [unit],
    ).fetchone() or (None, None)
    header = {
        "submission_id": next(_numbers),
        "unit_code": unit,
        "bloc_code": bloc,
        "unit_kind": kind,
        "form": form,
        "form_version": 1,
        "period_code": period,
        "period_type": days.type,
        "period_year": days.year,
        "period_start": days.start,
        "period_end": days.end,
        "basis": days.basis,
        "submission_no": 1,
    }
    _insert(connection, "int_submissions_current", header)
    for table, rows in tables.items():
        for row in rows:
            _insert(connection, f"int_{table}_current", {**header, **row})
    return int(header["submission_id"])


def _insert(connection: Connection, table: str, row: Mapping[str, Any]) -> None:
    connection.execute(
        sql.SQL("insert into {} ({}) values ({})").format(
            sql.Identifier("intermediate", table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(sql.Placeholder() * len(row)),
        ),
        list(row.values()),
    )


@pytest.fixture
def filled(
    server: embedded.Server, filled_once: Settings, settings: Settings
) -> Iterator[Settings]:
    """A warehouse of the test's own in which every expectation holds."""
    with copied(server, database_of(filled_once), settings) as own:
        yield own
