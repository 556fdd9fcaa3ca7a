"""A small candidate release in which every expectation of the audit passes."""

from collections.abc import Mapping
from typing import Any, LiteralString

import yaml
from psycopg import Connection, sql
from tests.paths import DBT_PROJECT

MARTS = DBT_PROJECT / "models/marts"

_SCOPE = {"bloc_code": "LAN", "period_code": "2024-Y", "period_year": 2024}
_FACT = {
    **_SCOPE,
    "unit_key": "LAN-001@2015-01-01",
    "reporting_unit_code": "LAN-001",
    "unit_kind": "dbcs",
    "not_applicable": [],
    "interval_start": "2024-01-01",
    "interval_end": "2024-12-31",
    "_submission_id": 1,
}
_UNITS = (
    ("LAN-001", "dbcs", "2015-01-01", None),
    ("LAN-002", "cbcs", "2015-01-01", None),
    ("LAN-003", "cbcs", "2015-01-01", "2024-05-10"),
    ("LAN-004", "cbcs", "2024-02-01", None),
    ("LAN-VP", "bloc_office", "2015-01-01", None),
)
_PERIODS = (
    ("2023-Y", "2023-01-01", "2023-12-31"),
    ("2024-Y", "2024-01-01", "2024-12-31"),
)
_RETURNS = (
    ("LAN-001", "membership", "2023-Y"),
    ("LAN-002", "membership", "2023-Y"),
    ("LAN-003", "membership", "2023-Y"),
    ("LAN-001", "membership", "2024-Y"),
    ("LAN-002", "membership", "2024-Y"),
    ("LAN-004", "membership", "2024-Y"),
    ("LAN-VP", "bloc_summary", "2024-Y"),
)
_TOTALS = (
    ("unit_count", 3),
    ("unit_count_dbcs", 1),
    ("unit_count_cbcs", 2),
    ("member_count", 65),
    ("members_admitted", 5),
    ("admission_decisions", 5),
)
# claim, indicator, qualifier, period type, printed and recomputed
_CLAIMS = (
    ("T-1", "unit_count", "exact", "Y", 3),
    ("T-2", "member_count", "nearly", "Y", 66),
    ("T-3", "members_excellent_pct", "exact", "EACH_YEAR", 20),
    ("T-4", "members_good_pct", "exact", "EACH_YEAR", 80),
    ("T-5", "members_admitted", "exact", "TERM", 4),
)


# what the audit reads behind the marts, because readers do not see it
_CONFIDENTIAL = (
    "create table intermediate.int_discipline_confidential (unit_code text,"
    " bloc_code text, period_code text, period_year integer, not_applicable text[],"
    " discipline_total bigint, _submission_id bigint)",
    "create table intermediate.int_bloc_totals (bloc_code text,"
    " period_code text, period_year integer, indicator text, computed_total bigint,"
    " declared_total bigint, is_in_summary boolean, is_confidential boolean,"
    " is_complete boolean)",
)


# the return that states how many members the interval of LAN-001 opens with
_RETURN = 900
_STATED: tuple[LiteralString, ...] = (
    "insert into raw.files (file_id, sender, path, file_name, sha256, byte_size,"
    " received_at, received_at_source) overriding system value values (%(id)s, '', '',"
    " '', '', 0, now(), 'folder')",
    "insert into raw.submissions (submission_id, file_id, form, form_version, sheet,"
    " received_at) overriding system value values (%(id)s, %(id)s, 'membership', 1, '',"
    " now())",
    "insert into raw.membership (submission_id, sheet, sheet_row, opening_total,"
    " closing_total) values (%(id)s, '', 1, 42, 51)",
)
_OF_A_DAY = ("fct_ratings", "fct_membership_stocks")


def make_marts(connection: Connection) -> None:
    """Create the tables of ``marts_candidate`` with the columns of the contracts."""
    for statement in _CONFIDENTIAL:
        connection.execute(statement)
    paths = [path.with_suffix(".yml") for path in MARTS.rglob("*.sql")]
    for path in sorted(paths):
        (model,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(
                sql.Identifier(column["name"]), sql.SQL(column["data_type"])
            )
            for column in model["columns"]
        )
        connection.execute(
            sql.SQL("create table {} ({})").format(
                sql.Identifier("marts_candidate", model["name"]), columns
            )
        )


def fill_stated(connection: Connection) -> None:
    """Fill in what the audit reads of the returns themselves; as role ``ingest``."""
    for statement in _STATED:
        connection.execute(statement, {"id": _RETURN})


def fill_marts(connection: Connection) -> None:
    """Fill in the state that every expectation accepts."""
    for unit, kind, first, after in _UNITS:
        _insert(connection, "dim_units", unit_code=unit, unit_kind=kind,
                bloc_code="LAN", valid_from=first, valid_to=after)  # fmt: skip
    for code, start, end in _PERIODS:
        _insert(connection, "dim_periods", period_code=code, period_type="Y",
                basis="cumulative", period_start=start, period_end=end)  # fmt: skip
    for unit, form, period in _RETURNS:
        _insert(connection, "fct_returns", unit_code=unit, bloc_code="LAN", form=form,
                owed_by="bloc_office" if unit == "LAN-VP" else "unit",
                period_code=period, state="accepted", is_expected=True, is_due=True,
                period_end=f"{period[:4]}-12-31")  # fmt: skip
    for indicator, total in _TOTALS:
        _insert(connection, "rpt_bloc_totals", **_SCOPE, indicator=indicator,
                computed_total=total, declared_total=total, units_reported=3,
                is_in_summary=True, blank_count=0, is_withheld=False,
                units_expected=3, is_complete=True)  # fmt: skip
    for claim, indicator, qualifier, period_type, value in _CLAIMS:
        _insert(connection, "rpt_published_totals", claim_id=claim, bloc_code="LAN",
                period_type=period_type, indicator=indicator, qualifier=qualifier,
                role="actual", basis="stock", verdict="met", printed_value=value,
                recomputed=value, units_reported=3, units_expected=3,
                period_start="2024-01-01", period_end="2024-12-31")  # fmt: skip
    _fill_facts(connection)


def _fill_facts(connection: Connection) -> None:
    facts: Mapping[str, Mapping[str, Any]] = {
        "fct_membership": {
            "inc_total": 9, "dec_total": 0, "is_open_at_end": True,
            "_submission_id": _RETURN,
        },
        "fct_membership_stocks": {"closing_total": 51},
        "fct_admissions": {"admitted_total": 4},
        "fct_inspections": {"done": 3},
        "fct_awards": {"award_count": 2},
        "fct_training": {"attendees": 30},
        "fct_ratings": {
            "subject": "member", "rated_total": 50, "at_least_good": 40,
            "at_least_completed": 49,
        },
    }  # fmt: skip
    for table, measures in facts.items():
        common = {
            name: value
            for name, value in _FACT.items()
            if table not in _OF_A_DAY or name != "interval_start"
        }
        _insert(connection, table, **{**common, **measures})
    connection.execute(
        "insert into intermediate.int_discipline_confidential values"
        " ('LAN-001', 'LAN', '2024-Y', 2024, '{}', 0, 1)"
    )
    connection.execute(
        "insert into intermediate.int_bloc_totals values"
        " ('LAN', '2024-Y', 2024, 'members_disciplined', 2, 2, true, true, true)"
    )
    # outside the term of T-5
    before = {"interval_start": "2023-01-01", "interval_end": "2023-12-31"}
    _insert(connection, "fct_admissions", **{**_FACT, **before}, admitted_total=2)


def _insert(connection: Connection, table: str, **row: object) -> None:
    connection.execute(
        sql.SQL("insert into {} ({}) values ({})").format(
            sql.Identifier("marts_candidate", table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(sql.Placeholder() * len(row)),
        ),
        list(row.values()),
    )
