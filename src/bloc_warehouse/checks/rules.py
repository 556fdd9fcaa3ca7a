"""Runs a rule's query once and keeps every row that it returns as a finding."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, LiteralString

from psycopg import Connection, sql
from psycopg.rows import dict_row

from bloc_warehouse.checks.model import Expectation, Scope, Suite
from bloc_warehouse.checks.rule_queries import queries as rule_queries
from bloc_warehouse.checks.slices import Slice, findings_within, within_slice
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.forms.registry import Registry, load_registry
from bloc_warehouse.sql import statement

_EVERYTHING = sql.SQL("true")
_REGISTERED = (
    "id", "severity", "title_vi", "title_en", "remedy_vi", "remedy_en", "scope",
    "valid_from", "valid_to", "enabled", "is_explainable", "tolerance",
)  # fmt: skip
_SHOWN = 20  # rows handed back, as Great Expectations does
_HOLDS: dict[str, LiteralString] = {
    "=": "abs({left} - {right}) <= {tolerance}",
    "<=": "{left} <= {right} + {tolerance}",
    ">=": "{left} + {tolerance} >= {right}",
}


def register_rules(connection: Connection, suites: Sequence[Suite]) -> None:
    """Keep what is declared of each rule in ``quality.rules``, one row a rule."""
    connection.execute(
        "delete from quality.rules where stage = any(%s)",
        [[suite.stage for suite in suites]],
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            statement("checks/register_rule"),
            [
                {
                    **{name: getattr(rule, name) for name in _REGISTERED},
                    "audience": list(rule.audience),
                    "stage": suite.stage,
                    "suite": suite.name,
                }
                for suite in suites
                for rule in suite.expectations
            ],
        )


@dataclass(frozen=True, slots=True)
class Violations:
    """What a rule's query found: how many, and the first of them."""

    count: int
    first: Sequence[Mapping[str, Any]]


def record_findings(
    connection: Connection,
    run_id: int,
    expectation: Expectation,
    slice_: Slice | None = None,
) -> int:
    """Write all violations of a query's rule to ``quality.findings``.

    Args:
        connection: As role ingest.
        run_id: The run.
        expectation: A rule with a query.
        slice_: Where to look, for a rule that it holds the rows of.

    Returns:
        How many there are.
    """
    within = slice_.scope_of(expectation.id) if slice_ else None
    return find_violations(connection, expectation, run_id=run_id, within=within).count


def find_violations(
    connection: Connection,
    expectation: Expectation,
    *,
    queries: Iterable[sql.Composable] | None = None,
    run_id: int | None = None,
    within: Scope | None = None,
) -> Violations:
    """Run a rule's query once.

    Args:
        connection: Any role that reads what the query reads.
        expectation: The rule.
        queries: What returns its violations, when that is not its own query.
        run_id: The run in whose findings all violations are written; None writes none.
        within: Which findings of an open slice to look for; None looks everywhere.
    """
    only = findings_within(within)
    count, first = 0, list[Mapping[str, Any]]()
    for findings in findings_of(expectation, only or _EVERYTHING, queries):
        query = statement("checks/list_findings").format(
            findings=within_slice(findings, connection) if only else findings
        )
        if run_id is not None:
            query = statement("checks/record_findings").format(
                run_id=sql.Literal(run_id),
                rule=sql.Literal(expectation.id),
                severity=sql.Literal(expectation.severity),
                remedy_vi=sql.Literal(expectation.remedy_vi),
                remedy_en=sql.Literal(expectation.remedy_en),
                findings=within_slice(findings, connection) if only else findings,
            )
        with connection.cursor(row_factory=dict_row) as cursor:
            rows = cursor.execute(query).fetchall()
        count += rows[0]["row_count"] if rows else 0
        first += [
            {name: value for name, value in row.items() if name != "row_count"}
            for row in rows[: _SHOWN - len(first)]
        ]
    return Violations(count, first)


def findings_of(
    expectation: Expectation,
    only: sql.Composable = _EVERYTHING,
    queries: Iterable[sql.Composable] | None = None,
) -> Iterator[sql.Composable]:
    """Yield the queries that return the rule's findings.

    Args:
        expectation: The rule.
        only: A condition over ``found.fields``, what the rule's row says.
        queries: What returns its violations, when that is not its own query.
    """
    registry = load_registry()
    tolerance = _tolerance_in_words(expectation)
    for query in queries or rule_queries(expectation, registry):
        yield statement("checks/findings").format(
            message_vi=sql.Literal(
                expectation.message_vi.replace("{tolerance}", tolerance)
            ),
            message_en=sql.Literal(
                expectation.message_en.replace("{tolerance}", tolerance)
            ),
            query=_violations(query, expectation),
            titles=_rows(_titles(registry)),
            indicators=_rows(_indicators(registry)),
            only=sql.SQL(" and ").join([only, *_in_force(expectation)]),
        )


def _violations(query: sql.Composable, expectation: Expectation) -> sql.Composable:
    """Leave those of the pairs that do not stand as they must."""
    if expectation.compare is None:
        return query
    sides: dict[str, sql.Composable] = {
        "left": sql.SQL("left_value"),
        "right": sql.SQL("right_value"),
    }
    if expectation.missing == "zero":
        sides = {
            name: sql.SQL("coalesce({}, 0)").format(side)
            for name, side in sides.items()
        }
    tolerance: sql.Composable = sql.Literal(Decimal(str(expectation.tolerance or 0)))
    if expectation.tolerance_unit == "share":
        tolerance = sql.SQL("{} * abs({right})").format(tolerance, **sides)
    return sql.SQL("select * from ({}) as pairs where ({}) {}").format(
        query,
        sql.SQL(_HOLDS[expectation.compare]).format(tolerance=tolerance, **sides),
        sql.SQL("is false" if expectation.missing == "skip" else "is not true"),
    )


def _in_force(expectation: Expectation) -> Iterator[sql.Composable]:
    """Yield conditions on the finding's period; what has no period is always judged."""
    period = sql.SQL("found.fields ->> 'period_code'")
    condition: LiteralString = (
        "coalesce(quality.period_end({period}) {operator} {day}, true)"
    )
    for code, operator in (
        (expectation.valid_from, ">="),
        (expectation.valid_to, "<="),
    ):
        if code:
            yield sql.SQL(condition).format(
                period=period,
                operator=sql.SQL(operator),
                day=sql.Literal(period_of(code).end),
            )


def _tolerance_in_words(expectation: Expectation) -> str:
    tolerance = expectation.tolerance or 0
    if expectation.tolerance_unit == "share":
        return f"{tolerance * 100:g} %"
    return f"{tolerance:g}"


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
