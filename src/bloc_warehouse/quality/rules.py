"""Runs a rule's query once and keeps every row that it returns as a finding."""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from psycopg import Connection, sql

from bloc_warehouse.forms.model import Column, Table
from bloc_warehouse.forms.registry import Registry, load_registry
from bloc_warehouse.quality.suites import Expectation


@cache
def statement(name: str) -> sql.SQL:
    """Return one of the package's own statements, ``sql/<name>.sql``."""
    text = (files("bloc_warehouse.quality") / "sql" / f"{name}.sql").read_text("utf-8")
    return sql.SQL(text)


def record_findings(
    connection: Connection, run_id: int, expectation: Expectation
) -> int:
    """Write all violations of a query's rule to ``quality.findings``.

    Returns:
        How many there are.
    """
    return sum(
        connection.execute(
            statement("record_findings").format(
                run_id=sql.Literal(run_id),
                rule=sql.Literal(expectation.id),
                severity=sql.Literal(expectation.severity),
                message_vi=sql.Literal(expectation.message_vi),
                message_en=sql.Literal(expectation.message_en),
                query=query,
                titles=_rows(_titles(load_registry())),
                indicators=_rows(_indicators(load_registry())),
            )
        ).rowcount
        for query in queries(expectation, load_registry())
    )


def _titles(registry: Registry) -> Iterator[tuple[str, str, str]]:
    return ((form.name, form.title_vi, form.title_en) for form in registry.latest)


def _indicators(registry: Registry) -> Iterator[tuple[str, str, str]]:
    key = registry.form("bloc_summary").table("bloc_summary").column("indicator")
    return ((value.code, value.label_vi, value.label_en) for value in key.values)


def _rows(rows: Iterable[tuple[str, ...]]) -> sql.Composable:
    return sql.SQL(", ").join(
        sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Literal, row)))
        for row in rows
    )


def queries(expectation: Expectation, registry: Registry) -> Iterator[sql.Composable]:
    """Yield the rule's queries: one, or one for each table that it speaks of."""
    # suites are part of the project, as the code is: nothing here comes from a sender
    query = sql.SQL(expectation.sql or "")
    if expectation.for_each is None:
        yield query
        return
    for form in registry.latest:
        for table in form.tables:
            if "unit" in form.senders and _flows(table, registry):
                yield query.format(**_parts(form.name, table, registry))


def _flows(table: Table, registry: Registry) -> list[Column]:
    """Return the table's flows in all versions; none for a list of the office's."""
    if table.rows == "list":
        return []
    columns = registry.raw_tables()[table.name].values()
    return [column for column in columns if column.nature == "flow"]


def _parts(form: str, table: Table, registry: Registry) -> dict[str, sql.Composable]:
    """Return what a query over "each flow of each table" is filled with.

    ``current`` the view of current rows, ``form`` its form's name, ``keys`` the
    breakdown (each name preceded by a comma), ``seen_keys`` the same of ``seen``,
    ``keys_match`` that ``seen`` and ``reported`` agree on them, ``keys_vi`` and
    ``keys_en`` the breakdown in words, ``flows`` rows of (measure, label_vi,
    label_en, value), ``absent`` what a row that is not there stands for.
    """
    names = [sql.Identifier(key.name) for key in table.keys]
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
        "keys_match": _each(" and seen.{0} is not distinct from reported.{0}", names),
        "keys_vi": _in_words(table.keys, "label_vi"),
        "keys_en": _in_words(table.keys, "label_en"),
        "flows": sql.SQL(", ").join(flows),
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
