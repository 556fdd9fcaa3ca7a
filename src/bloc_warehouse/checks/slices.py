"""Runs the rules over what a build took up, instead of over everything.

Temporary tables bear the names of the tables that the rules read and hold the rows of
the blocs and years around the build's scope; the rules' own queries run over them. What
they find replaces the findings of those blocs and years, the others stay.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg import Connection, sql

from bloc_warehouse.checks.model import Expectation, Scope, Stage, Suite
from bloc_warehouse.checks.rule_queries import queries
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.sql import redirected, statement, tables_of

_SCHEMAS = ("intermediate", "marts_candidate", "reference")
# what a rule of returns asks about units; a rule of units alone is run whole
_UNIT_LISTS = frozenset(
    {("reference", "ref_unit_spans"), ("marts_candidate", "dim_units")}
)
# as arrays: a join to the slice stays outside of the views that join many tables
_UNITS: LiteralString = "any (array(select unit_code from slice_units))"
_BY_YEAR: LiteralString = (
    "period_year = any (array(select period_year from slice_years))"
)
_BY_UNIT: Mapping[str, LiteralString] = {
    "reporting_unit_code": f"reporting_unit_code = {_UNITS}",
    "unit_code": f"unit_code = {_UNITS}",
}
_BY_BLOC: LiteralString = "bloc_code = any (array(select bloc_code from slice_blocs))"

# a finding of a rule that is sliced belongs to one bloc, and mostly to a year
_IN_BLOCS = sql.SQL(
    "found.fields ->> 'bloc_code' in (select bloc_code from pg_temp.slice_blocs)"
)
_IN_SLICE = sql.SQL(
    "{} and split_part(found.fields ->> 'period_code', '-', 1)::integer in"
    " (select period_year from pg_temp.slice_years where is_judged)"
).format(_IN_BLOCS)


@dataclass(frozen=True, slots=True)
class Slice:
    """What a run looks at; rules that are not named here it looks for everywhere.

    Attributes:
        year_rules: Looked for in the blocs and years around what changed.
        bloc_rules: Looked for in all years of these blocs.
    """

    year_rules: frozenset[str]
    bloc_rules: frozenset[str]

    def scope_of(self, rule: str) -> Scope | None:
        """Return which findings of a rule are looked for anew, None for all."""
        if rule in self.bloc_rules:
            return "bloc"
        return "bloc_year" if rule in self.year_rules else None


def findings_within(scope: Scope | None) -> sql.Composable | None:
    """Return the condition on a finding that the open slice holds; None for all."""
    return {"bloc": _IN_BLOCS, "bloc_year": _IN_SLICE}.get(scope or "all")


def within_slice(findings: sql.Composable, connection: Connection) -> sql.Composable:
    """Return a rule's query with its tables' schemas left to the search path."""
    return sql.SQL(redirected(findings.as_string(connection), _left_to_search_path))


def _left_to_search_path(schema: str, _table: str) -> str | None:
    return "" if schema in _SCHEMAS else None


def rules_sha256(suites: Sequence[Suite]) -> str:
    """Return the fingerprint of what is looked for, by which forms too."""
    said = repr((suites, load_registry().raw_tables()))
    return hashlib.sha256(said.encode()).hexdigest()


def open_slice(
    connection: Connection, stage: Stage, suites: Sequence[Suite], fingerprint: str
) -> Slice | None:
    """Make the slice of the build that is judged, until the transaction ends.

    Returns:
        None if everything has to be looked at: the build is a full one, or the
        stage's last run did not finish or looked for something else.
    """
    if not _can_be_sliced(connection, stage, fingerprint):
        return None
    _execute(connection, "open_slice")
    columns = _columns(connection)
    rules = [
        (rule, names)
        for suite in suites
        for rule in suite.active
        if (names := _sliced_tables(suite, rule, columns))
    ]
    wanted = {name for _, names in rules for name in names}
    of_all_years = {
        name for rule, names in rules if rule.scope == "bloc" for name in names
    }
    for schema, table in sorted(wanted):
        _fill(
            connection,
            schema,
            table,
            columns[schema, table],
            has_all_years=(schema, table) in of_all_years,
        )
    connection.execute(
        "set local search_path to pg_temp, intermediate, marts_candidate, reference"
    )
    return Slice(
        frozenset(rule.id for rule, _ in rules if rule.scope == "bloc_year"),
        frozenset(rule.id for rule, _ in rules if rule.scope == "bloc"),
    )


def drop_replaced(
    connection: Connection, stage: Stage, run_id: int, slice_: Slice | None
) -> None:
    """Leave the findings that a run does not look for anew, as its own."""
    _execute(
        connection,
        "carry_findings" if slice_ else "drop_findings",
        stage=stage,
        run_id=run_id,
        year_rules=list(slice_.year_rules) if slice_ else [],
        bloc_rules=list(slice_.bloc_rules) if slice_ else [],
    )


def _can_be_sliced(connection: Connection, stage: Stage, fingerprint: str) -> bool:
    row = connection.execute(
        "select is_full is false from quality.releases where state = %s",
        ["building" if stage == "cross_check" else "candidate"],
    ).fetchone()
    return row == (True,) and last_run_stands(connection, stage, fingerprint)


def last_run_stands(connection: Connection, stage: Stage, fingerprint: str) -> bool:
    """Tell whether a stage's last run finished, and looked for the same."""
    last = connection.execute(
        "select finished_at is not null and rules_sha256 = %s from quality.runs"
        " where stage = %s order by run_id desc limit 1",
        [fingerprint, stage],
    ).fetchone()
    return last == (True,)


def _columns(connection: Connection) -> Mapping[tuple[str, str], frozenset[str]]:
    rows = connection.execute(
        "select pg_namespace.nspname, pg_class.relname, array_agg(attname::text)"
        " from pg_attribute"
        " inner join pg_class on pg_attribute.attrelid = pg_class.oid"
        " inner join pg_namespace on pg_class.relnamespace = pg_namespace.oid"
        " where nspname in ('intermediate', 'marts_candidate', 'reference')"
        " and relkind in ('r', 'v') and attnum > 0 and not attisdropped"
        " group by nspname, relname"
    )
    return {(schema, table): frozenset(names) for schema, table, names in rows}


def _sliced_tables(
    suite: Suite,
    rule: Expectation,
    columns: Mapping[tuple[str, str], frozenset[str]],
) -> set[tuple[str, str]]:
    """Return the tables of a rule that a slice holds; none for a rule run whole."""
    if rule.scope == "all" or (rule.type and not suite.finding_columns):
        return set()
    read = {
        name
        for query in queries(rule, load_registry())
        for name in tables_of(query.as_string(None))
    }
    if rule.type:
        read = {(suite.table_schema, suite.table)}
    by_year = {
        name
        for name in read
        if {"bloc_code", "period_year"} <= columns.get(name, frozenset())
    }
    return by_year | (read & _UNIT_LISTS) if by_year else set()


def _fill(
    connection: Connection,
    schema: str,
    table: str,
    columns: Iterable[str],
    *,
    has_all_years: bool,
) -> None:
    conditions = [
        next((by for name, by in _BY_UNIT.items() if name in columns), _BY_BLOC)
    ]
    if "period_year" in columns and not has_all_years:
        conditions.append(_BY_YEAR)
    by = sql.SQL(" and ").join(map(sql.SQL, conditions))
    connection.execute(
        sql.SQL(
            "create temporary table {} on commit drop as select * from {} where {}"
        ).format(sql.Identifier(table), sql.Identifier(schema, table), by)
    )
    connection.execute(sql.SQL("analyze {}").format(sql.Identifier("pg_temp", table)))


def _execute(connection: Connection, name: str, **arguments: object) -> None:
    connection.execute(statement(f"checks/{name}"), arguments or None)
