"""A rule's queries, filled in: one, or one for each table that it speaks of."""

from collections.abc import Iterator
from decimal import Decimal

from psycopg import sql

from bloc_warehouse.checks.model import Expectation
from bloc_warehouse.forms.model import Column, Table
from bloc_warehouse.forms.registry import Registry


def queries(expectation: Expectation, registry: Registry) -> Iterator[sql.Composable]:
    """Yield the rule's queries: one, or one for each table that it speaks of."""
    # suites are part of the project, as the code is: nothing here comes from a sender
    query = sql.SQL(expectation.sql or "")
    tolerance = sql.Literal(Decimal(str(expectation.tolerance or 0)))
    if expectation.for_each is None:
        yield query.format(tolerance=tolerance)
        return
    for form in registry.latest:
        for table in form.tables:
            if "unit" in form.senders and _flows(table, registry):
                parts = _parts(form.name, table, registry)
                yield query.format(tolerance=tolerance, **parts)


def _flows(table: Table, registry: Registry) -> list[Column]:
    """Return the table's flows in all versions; none for a list of the office's."""
    if table.rows == "list":
        return []
    columns = registry.raw_tables()[table.name].values()
    return [column for column in columns if column.nature == "flow"]


def _parts(form: str, table: Table, registry: Registry) -> dict[str, sql.Composable]:
    """Return what a query over "each flow of each table" is filled with.

    ``current`` the view of current rows, ``form`` its form's name, ``keys`` the
    breakdown (each name preceded by a comma), ``seen_keys`` and ``reported_keys`` the
    same of ``seen`` and of ``reported``, ``keys_match`` that ``seen`` and ``reported``
    agree on them, ``keys_vi`` and ``keys_en`` the breakdown in words, ``flows`` rows of
    (measure, label_vi, label_en, value), ``falls`` that any of them is blank, or lower
    than before in the window ``line``, ``absent`` what a row that is not there stands
    for.
    """
    names = [sql.Identifier(key.name) for key in table.keys]
    falls = [
        sql.SQL(
            "reported.{0} is null"
            " or reported.{0} < coalesce(lag(reported.{0}) over line, 0)"
        ).format(sql.Identifier(flow.name))
        for flow in _flows(table, registry)
    ]
    flows = [
        sql.SQL("({}, {}, {}, reported.{})").format(
            sql.Literal(flow.name),
            sql.Literal(flow.label_vi),
            sql.Literal(flow.label_en),
            sql.Identifier(flow.name),
        )
        for flow in _flows(table, registry)
    ]
    return {
        "current": sql.Identifier("intermediate", f"int_{table.name}_current"),
        "form": sql.Literal(form),
        "keys": _each(", {}", names),
        "seen_keys": _each(", seen.{}", names),
        "reported_keys": _each(", reported.{}", names),
        "keys_match": _each(" and seen.{0} is not distinct from reported.{0}", names),
        "keys_vi": _in_words(table.keys, "label_vi"),
        "keys_en": _in_words(table.keys, "label_en"),
        "flows": sql.SQL(", ").join(flows),
        "falls": sql.SQL("({})").format(sql.SQL(" or ").join(falls)),
        "absent": sql.SQL("0" if names else "null::bigint"),
    }


def _each(template: str, names: list[sql.Identifier]) -> sql.Composable:
    return sql.Composed([sql.SQL(template).format(name) for name in names])


def _in_words(keys: tuple[Column, ...], label: str) -> sql.Composable:
    """Compose the text of a breakdown: its values' labels, joined by a slash."""
    if not keys:
        return sql.SQL("''")
    words = []
    for key in keys:
        name = sql.Identifier("seen", key.name)
        cases = [
            sql.SQL("when {} then {}").format(
                sql.Literal(value.code), sql.Literal(getattr(value, label))
            )
            for value in key.values
        ]
        words.append(
            sql.SQL("case {0}::text {1} else {0}::text end").format(
                name, sql.SQL(" ").join(cases)
            )
            if cases
            else sql.SQL("{}::text").format(name)
        )
    return sql.SQL("' (' || concat_ws(' / ', {}) || ')'").format(
        sql.SQL(", ").join(words)
    )
