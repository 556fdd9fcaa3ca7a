"""Rules become formulas where the row alone decides, and only there."""

import pytest

from bloc_warehouse.forms.live_checks import live_check
from bloc_warehouse.forms.registry import load_registry


def formula(form: str, rule_id: str) -> str | None:
    chosen = load_registry().form(form)
    rule = next(rule for rule in chosen.rules if rule.rule == rule_id)
    table = chosen.table(rule.table)
    cells = {column.name: f"${column.name.upper()}9" for column in table.columns}
    check = live_check(rule, table, cells, 2024)
    return check.formula if check else None


@pytest.mark.parametrize(
    ("form", "rule", "expected"),
    [
        (
            "membership",
            "M3-status",
            "=AND(COUNTA($CLOSING_OFFICIAL9,$CLOSING_PROBATIONARY9,$CLOSING_TOTAL9)=3,"
            "(N($CLOSING_OFFICIAL9) + N($CLOSING_PROBATIONARY9))"
            "<>(N($CLOSING_TOTAL9)))",
        ),
        (
            "awards_training",
            "A2",
            "=AND(COUNTA($ATTENDEES9)=1,"
            "COUNTA($ATTENDEES_MEMBERS9,$ATTENDEES_MASSES9) > 0,"
            "(N($ATTENDEES_MEMBERS9) + N($ATTENDEES_MASSES9))<>(N($ATTENDEES9)))",
        ),
        (
            "ratings",
            "X1-unit",
            '=AND(COUNTA($TOTAL_SUBJECT9)=1,$SUBJECT9="Tổ chức cơ sở đảng",'
            "(N($TOTAL_SUBJECT9))<>(1))",
        ),
        (
            "admissions",
            "K2-percent",
            "=AND(COUNTA($PCT_OF_PLAN9,$ADMITTED_TOTAL9,$PLAN_YEAR9)=3,"
            "ABS((N($PCT_OF_PLAN9))-(100.0 * N($ADMITTED_TOTAL9) / N($PLAN_YEAR9)))"
            ">0.01)",
        ),
        (
            "admissions",
            "K1-owner",
            "=AND(COUNTA($ADMITTED_PRIVATE_OWNER9)=1,"
            "(N($ADMITTED_PRIVATE_OWNER9))>(N($ADMITTED_PRIVATE_SECTOR9)))",
        ),
        (
            "awards_training",
            "A1-given",
            "=AND(COUNTA($MERIT_TO_YEAR9)=1,(N($MERIT_TO_YEAR9))>(2024))",
        ),
    ],
)
def test_a_rule_over_the_row_is_translated(form: str, rule: str, expected: str) -> None:
    assert formula(form, rule) == expected


@pytest.mark.parametrize(
    ("form", "rule"),
    [
        ("membership", "M6-small-committee"),  # needs the unit's kind
        ("admissions", "K3-none"),  # needs the kind of period
        ("admission_plan", "L1-unit"),  # a comparison of truths
        ("admission_plan", "L1-year"),  # a case expression
    ],
)
def test_a_rule_that_needs_more_is_left_to_intake(form: str, rule: str) -> None:
    assert formula(form, rule) is None


def test_no_formula_is_longer_than_excel_takes() -> None:
    for form in load_registry().latest:
        for rule in form.rules:
            assert len(formula(form.name, rule.rule) or "") < 2_000
