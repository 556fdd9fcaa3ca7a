"""What every rule's query has in common, whatever it finds."""

import pytest
from psycopg import Connection, sql
from tests.paths import EXPECTATIONS

from bloc_warehouse.checks.model import FINDING_COLUMNS, Expectation
from bloc_warehouse.checks.rule_queries import queries
from bloc_warehouse.checks.suites import load_suites
from bloc_warehouse.forms.registry import load_registry

RULES: list[Expectation] = [
    rule
    for stage in ("cross_check", "audit")
    for suite in load_suites(EXPECTATIONS, stage)  # type: ignore[arg-type]
    for rule in suite.expectations
    if rule.sql
]


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_query_returns_known_columns_only(made: Connection, rule: Expectation) -> None:
    for query in queries(rule, load_registry()):
        cursor = made.execute(
            sql.SQL("select * from ({}) as rule_rows limit 0").format(query)
        )
        columns = {column.name for column in cursor.description or ()}
        assert columns <= set(FINDING_COLUMNS)
        assert columns & {"bloc_code", "unit_code"}


def test_flows_of_every_form_of_a_unit_are_looked_at(made: Connection) -> None:
    rule = next(rule for rule in RULES if rule.id == "P3")
    texts = [query.as_string(made) for query in queries(rule, load_registry())]
    tables = {
        "membership", "admissions", "inspections", "discipline", "petitions",
        "awards", "training",
    }  # fmt: skip
    assert len(texts) == len(tables)
    for table in tables:
        assert any(f'"int_{table}_current"' in text for text in texts)
