"""The forms' own rules, checked on a batch at once as set-based SQL.

Rows are staged in temporary tables that live as long as the transaction; loading
takes the accepted ones from there.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import Any

from psycopg import Connection, sql

from bloc_warehouse.forms.model import Form, Rule
from bloc_warehouse.forms.registry import Registry
from bloc_warehouse.intake.faults.faults import Fault
from bloc_warehouse.intake.parse.parsed import ParsedForm, ParsedTable

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_OPERATORS = {
    "=": "({left}) = ({right})",
    "<": "({left}) < ({right})",
    "<=": "({left}) <= ({right})",
    ">": "({left}) > ({right})",
    ">=": "({left}) >= ({right})",
    "within 0.01 of": "abs(({left}) - ({right})) <= 0.01",
}
_FAILED = {
    "=": "≠", "<": "≥", "<=": ">", ">": "≤", ">=": "<", "within 0.01 of": "≠"
}  # fmt: skip
_SIGNS = {"<=": "≤", ">=": "≥"}
_SIGNS_VI = _SIGNS | {"within 0.01 of": "lệch không quá 0,01 so với"}


@dataclass(frozen=True, slots=True)
class StagedForm:
    """A parsed form under the identity it has, or would have, in raw.submissions."""

    submission_id: int
    form: ParsedForm


def stage(
    connection: Connection, registry: Registry, forms: Sequence[StagedForm]
) -> None:
    """Copy the forms' rows into temporary tables ``staged_<table>``."""
    for table in staged_tables(forms):
        columns = registry.raw_tables()[table]
        staged = sql.Identifier("pg_temp", f"staged_{table}")
        connection.execute(
            sql.SQL(
                "create temporary table {} (like {}, faulty text[] not null,"
                " form_version integer not null, unit_kind text, period_type text,"
                " period_year integer) on commit drop"
            ).format(sql.Identifier(f"staged_{table}"), sql.Identifier("raw", table))
        )
        names = list(columns)
        copy = sql.SQL(
            "copy {} (submission_id, sheet, sheet_row, {}, not_applicable,"
            " faulty, form_version, unit_kind, period_type, period_year)"
            " from stdin"
        ).format(staged, sql.SQL(", ").join(map(sql.Identifier, names)))
        with connection.cursor().copy(copy) as writer:
            for row in _rows(forms, table, names):
                writer.write_row(row)


def staged_tables(forms: Iterable[StagedForm]) -> list[str]:
    """Return the tables that forms have rows for, or at least a header."""
    return list(
        dict.fromkeys(
            table.name for staged_form in forms for table in staged_form.form.tables
        )
    )


def _rows(
    forms: Iterable[StagedForm], table: str, names: Sequence[str]
) -> Iterable[tuple[Any, ...]]:
    for staged in forms:
        identity = staged.form.identity
        for parsed in staged.form.tables:
            if parsed.name != table:
                continue
            own = {column.name for column in identity.form.table(table).columns}
            for row in parsed.rows:
                yield (
                    staged.submission_id,
                    staged.form.sheet,
                    row.sheet_row,
                    *(row.values.get(name) for name in names),
                    list(row.not_applicable),
                    sorted(own - row.values.keys()),
                    identity.form.version,
                    identity.unit.unit_kind if identity.unit else None,
                    identity.period.type if identity.period else None,
                    identity.period.year if identity.period else None,
                )


def broken_rules(
    connection: Connection, registry: Registry, forms: Sequence[StagedForm]
) -> list[tuple[int, Fault]]:
    """Return (submission_id, fault) for every staged row that breaks a rule.

    A rule is not tried on a row in which one of its own cells is faulty: that fault
    comes first.
    """
    by_id = {staged.submission_id: staged.form for staged in forms}
    rules = _rules_for(registry, forms)
    if not rules:
        return []
    # one statement: a batch waits for the server once, not once a rule
    queries = [_query(form, rule, at) for at, (form, rule) in enumerate(rules)]
    rows = connection.execute(sql.SQL(" union all ").join(queries)).fetchall()
    return [
        (number, _fault(rules[at][1], by_id[number], sheet_row, left, right))
        for at, number, sheet_row, left, right in sorted(rows, key=itemgetter(0, 1, 2))
    ]


def _rules_for(
    registry: Registry, forms: Sequence[StagedForm]
) -> list[tuple[Form, Rule]]:
    present = {(s.form.identity.form.name, s.form.identity.form.version) for s in forms}
    staged = set(staged_tables(forms))
    return [
        (form, rule)
        for form in registry.forms
        if (form.name, form.version) in present
        for rule in form.rules
        if rule.table in staged
    ]


def _query(form: Form, rule: Rule, number: int) -> sql.Composed:
    """Compose a rule's query; its expressions come from the form, not a sender."""
    columns = form.table(rule.table).columns
    blank_is_zero = rule.missing == "zero"
    selected = [
        sql.SQL("coalesce({0}, 0) as {0}" if blank_is_zero else "{0}").format(
            sql.Identifier(column.name)
        )
        if column.type in ("count", "percent")
        else sql.Identifier(column.name)
        for column in columns
    ]
    holds = _OPERATORS[rule.operator].format(left=rule.left, right=rule.right)
    return sql.SQL(
        "select {number}, submission_id, sheet_row, ({left})::numeric,"
        " ({right})::numeric"
        " from (select submission_id, sheet_row, unit_kind, period_type, period_year,"
        " {columns} from {table} where form_version = {version}"
        " and not faulty && {needed}::text[] and {when})"
        " as staged where ({holds}) {fails}"
    ).format(
        number=sql.Literal(number),
        left=_trusted(rule.left),
        right=_trusted(rule.right),
        columns=sql.SQL(", ").join(selected),
        table=sql.Identifier("pg_temp", f"staged_{rule.table}"),
        version=sql.Literal(form.version),
        needed=sql.Literal(sorted(_cells_of(rule) & _column_names(form, rule))),
        when=_trusted(f"({rule.when})" if rule.when else "true"),
        holds=_trusted(holds),
        fails=sql.SQL("is false" if rule.missing == "skip" else "is not true"),
    )


def _column_names(form: Form, rule: Rule) -> set[str]:
    return {column.name for column in form.table(rule.table).columns}


def _cells_of(rule: Rule) -> set[str]:
    return {
        name
        for expression in (rule.left, rule.right, rule.when, rule.cell)
        for name in _NAME.findall(expression)
    }


def _trusted(expression: str) -> sql.SQL:
    return sql.SQL(expression)


def _fault(
    rule: Rule,
    parsed: ParsedForm,
    sheet_row: int,
    left: Decimal | None,
    right: Decimal | None,
) -> Fault:
    table = next(table for table in parsed.tables if table.name == rule.table)
    letter = table.columns.get(rule.cell, "A")
    sign = _SIGNS.get(rule.operator, rule.operator)
    sides = f"{_shown(left)} {sign} {_shown(right)}"
    sides_vi = (
        f"{_shown(left)} {_SIGNS_VI.get(rule.operator, rule.operator)} {_shown(right)}"
    )
    identity = f"{rule.left} {sign} {rule.right}"
    return Fault(
        code="I401",
        severity=rule.severity,
        sheet=parsed.sheet,
        cell=f"{letter}{sheet_row}",
        rule=rule.rule,
        found=f"{_shown(left)} {_FAILED[rule.operator]} {_shown(right)}",
        expected=_with_addresses(identity, table, sheet_row),
        message_vi=f"{rule.message_vi}: {sides_vi} là sai. {rule.remedy_vi}",
        message_en=f"{rule.message_en}: {sides} does not hold. {rule.remedy_en}",
    )


def _with_addresses(identity: str, table: ParsedTable, sheet_row: int) -> str:
    """Say an identity in the sender's own cells: ``H12 + Q12 - Z12 = AA12``."""

    def address(name: re.Match[str]) -> str:
        letter = table.columns.get(name[0])
        return f"{letter}{sheet_row}" if letter else name[0]

    return _NAME.sub(address, identity)


def _shown(side: Decimal | None) -> str:
    if side is None:
        return "(trống)"
    rounded = side.quantize(Decimal("0.01")).normalize()
    return f"{rounded:f}"
