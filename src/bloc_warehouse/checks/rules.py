"""Runs a rule's query once and keeps every row that it returns as a finding."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import LiteralString

from psycopg import Connection, sql

from bloc_warehouse.checks.model import Expectation, Suite
from bloc_warehouse.checks.rule_queries import queries
from bloc_warehouse.checks.slices import Slice, within_slice
from bloc_warehouse.domain.periods import period_of
from bloc_warehouse.forms.registry import Registry, load_registry
from bloc_warehouse.sql import statement

_EVERYTHING = sql.SQL("true")
_REGISTERED = (
    "id", "severity", "title_vi", "title_en", "cure_vi", "cure_en", "scope",
    "valid_from", "valid_to", "is_on", "is_explainable", "tolerance",
)  # fmt: skip
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
                    "told": list(rule.told),
                    "stage": suite.stage,
                    "suite": suite.name,
                }
                for suite in suites
                for rule in suite.expectations
            ],
        )


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
    only = slice_.findings_within(expectation.id) if slice_ else None
    return sum(
        connection.execute(
            statement("checks/record_findings").format(
                run_id=sql.Literal(run_id),
                rule=sql.Literal(expectation.id),
                severity=sql.Literal(expectation.severity),
                cure_vi=sql.Literal(expectation.cure_vi),
                cure_en=sql.Literal(expectation.cure_en),
                findings=within_slice(findings, connection) if only else findings,
            )
        ).rowcount
        for findings in findings_of(expectation, only or _EVERYTHING)
    )


def findings_of(
    expectation: Expectation, only: sql.Composable = _EVERYTHING
) -> Iterator[sql.Composable]:
    """Yield the queries that return the rule's findings.

    Args:
        expectation: A rule with a query.
        only: A condition over ``found.fields``, what the rule's row says.
    """
    registry = load_registry()
    tolerance = _tolerance_in_words(expectation)
    for query in queries(expectation, registry):
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
    compare = expectation.compare
    if compare is None:
        return query
    sides: dict[str, sql.Composable] = {
        "left": sql.SQL("left_value"),
        "right": sql.SQL("right_value"),
    }
    if compare.missing == "zero":
        sides = {
            name: sql.SQL("coalesce({}, 0)").format(side)
            for name, side in sides.items()
        }
    tolerance: sql.Composable = sql.Literal(Decimal(str(expectation.tolerance)))
    if compare.is_share:
        tolerance = sql.SQL("{} * abs({right})").format(tolerance, **sides)
    return sql.SQL("select * from ({}) as pairs where ({}) {}").format(
        query,
        sql.SQL(_HOLDS[compare.operator]).format(tolerance=tolerance, **sides),
        sql.SQL("is false" if compare.missing == "skip" else "is not true"),
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
    if expectation.compare and expectation.compare.is_share:
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
