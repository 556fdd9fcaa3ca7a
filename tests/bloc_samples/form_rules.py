"""Tries the forms' rules on returns in memory: their SQL runs in SQLite."""

import sqlite3
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bloc_samples.dataset import Dataset
from bloc_samples.returns.model import Return
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.forms.model import Form, Rule, Table
from bloc_warehouse.forms.registry import load_registry

_OPERATORS = {"within 0.01 of": "abs(({left}) - ({right})) <= 0.01"}


def broken_rules(dataset: Dataset) -> list[str]:
    """Return one line for every row that breaks a rule, warnings included."""
    connection = sqlite3.connect(":memory:")
    connection.create_function("num_nonnulls", -1, _count_of_values)
    broken: list[str] = []
    for form in load_registry().latest:
        returns = [sent for sent in dataset.returns if sent.form == form.name]
        for table in form.tables:
            _load(connection, dataset, table, returns)
        for rule in form.rules:
            broken += _broken(connection, form, rule)
    connection.close()
    return broken


def _count_of_values(*values: object) -> int:
    return sum(value is not None for value in values)


def _load(
    connection: sqlite3.Connection,
    dataset: Dataset,
    table: Table,
    returns: Sequence[Return],
) -> None:
    names = [column.name for column in table.columns]
    columns = ["sender", "period", "unit_kind", "period_type", "period_year", *names]
    connection.execute(f"create table {table.name} ({', '.join(columns)})")
    marks = ", ".join("?" for _ in columns)
    connection.executemany(
        f"insert into {table.name} values ({marks})",
        _lines(dataset, table, returns, names),
    )


def _lines(
    dataset: Dataset, table: Table, returns: Sequence[Return], names: Sequence[str]
) -> Iterator[list[object]]:
    for sent in returns:
        period = period_of(sent.period)
        span = dataset.population.unit(sent.unit_code).span_at(sent.period)
        kind = span.unit_kind if span else None
        for row in sent.rows.get(table.name, ()):
            assert set(row) <= set(names), set(row) - set(names)
            values = (row.get(name) for name in names)
            yield [
                sent.unit_code,
                sent.period,
                kind,
                period.type,
                period.year,
                *(float(v) if isinstance(v, Decimal) else v for v in values),
            ]


def _broken(connection: sqlite3.Connection, form: Form, rule: Rule) -> Iterator[str]:
    columns = ["sender", "period", "unit_kind", "period_type", "period_year"]
    for column in form.table(rule.table).columns:
        zero = rule.missing == "zero" and column.type in ("count", "percent")
        name = column.name
        columns.append(f"coalesce({name}, 0) as {name}" if zero else name)
    shape = _OPERATORS.get(rule.operator, f"({{left}}) {rule.operator} ({{right}})")
    holds = shape.format(left=rule.left, right=rule.right).replace("::int", "")
    fails = "is false" if rule.missing == "skip" else "is not true"
    rows = connection.execute(
        f"select sender, period from (select {', '.join(columns)} from {rule.table}"
        f" where {rule.when or 'true'}) where ({holds}) {fails}"
    )
    return (f"{rule.rule} {sender} {period}" for sender, period in rows.fetchall())
