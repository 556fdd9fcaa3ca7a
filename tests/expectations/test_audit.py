"""Each rule of the audit: the made release passes it, one change fails it."""

from decimal import Decimal

import pytest
from psycopg import Connection
from tests.expectations.gx_runs import new_run, run_suites
from tests.paths import EXPECTATIONS

from bloc_warehouse.checks.model import Expectation
from bloc_warehouse.checks.rules import record_findings
from bloc_warehouse.checks.suites import load_suites

SUITES = load_suites(EXPECTATIONS, "audit")
OF_GREAT_EXPECTATIONS = [
    suite.model_copy(update={"expectations": rules})
    for suite in SUITES
    if suite.finding_columns
    and (rules := tuple(rule for rule in suite.expectations if rule.type))
]
RULES: dict[str, Expectation] = {
    rule.id: rule
    for suite in SUITES
    for rule in suite.expectations
    if rule.sql or suite.finding_columns
}


def found(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Run every rule; return unit or subject, left and right of each finding."""
    connection.execute("set local role ingest")
    run_id = new_run(connection, "audit")
    for rule in RULES.values():
        if rule.sql:
            record_findings(connection, run_id, rule)
    run_suites(connection, run_id, OF_GREAT_EXPECTATIONS)
    findings: dict[str, list[tuple[object, ...]]] = {}
    for rule_id, *rest in connection.execute(
        "select rule, bloc_code, coalesce(unit_code, subject), left_value, right_value"
        " from quality.findings where run_id = %s order by 1, 2, 3, 4",
        [run_id],
    ):
        findings.setdefault(rule_id, []).append(tuple(rest))
    return findings


def test_made_release_passes_every_rule(made: Connection) -> None:
    assert found(made) == {}


def change(table: str, assignment: str, condition: str = "true") -> str:
    """Return the statement that changes the rows of one table."""
    return f"update marts_candidate.{table} set {assignment} where {condition}"


def total(indicator: str, assignment: str) -> str:
    """Return the statement that changes one total of the bloc."""
    return change("rpt_bloc_totals", assignment, f"indicator = '{indicator}'")


def claim(number: int, assignment: str) -> str:
    """Return the statement that changes one claim."""
    return change("rpt_published_totals", assignment, f"claim_id = 'T-{number}'")


RETURN = "unit_code = 'LAN-002' and period_code = '2024-Y'"
ONE_BREAKS = [
    ("N1", change("fct_returns", "state = 'missing'", RETURN),
     ("LAN", "LAN-002", None, None)),
    ("N1", change("fct_returns", "state = 'rejected'", RETURN),
     ("LAN", "LAN-002", None, None)),
    ("H4", "insert into marts_candidate.fct_returns select * from"
     f" marts_candidate.fct_returns where {RETURN}", ("LAN", "LAN-002", 2, 1)),
    ("H4-expected", f"delete from marts_candidate.fct_returns where {RETURN}",
     ("LAN", "", 2, 3)),
    ("H1", total("member_count", "computed_total = 66"),
     ("LAN", "member_count", 66, 65)),
    ("H1", "update intermediate.int_bloc_totals set computed_total = 3",
     ("LAN", "members_disciplined", 3, 2)),
    ("H1", total("member_count", "computed_total = null"),
     ("LAN", "member_count", None, 65)),
    ("H1-declared", total("member_count", "declared_total = null"),
     ("LAN", "member_count", 65, None)),
    ("H2", total("unit_count_dbcs", "declared_total = 2, is_complete = false"),
     ("LAN", "declared", 3, 4)),
    ("H2", total("unit_count_dbcs", "declared_total = null, is_complete = false"),
     ("LAN", "declared", 3, None)),
    ("H4-units", change(
        "rpt_bloc_totals",
        "computed_total = computed_total + 1, declared_total = declared_total + 1",
        "indicator in ('unit_count', 'unit_count_cbcs')",
     ), ("LAN", "", 4, 3)),
    ("C4", total("admission_decisions", "declared_total = 6"), ("LAN", "", 5, 6)),
    ("C4", total("admission_decisions", "computed_total = null"),
     ("LAN", "", None, 5)),
    ("S2", "update reference.ref_unit_events set status = 'proposed'"
     " where event_id = 'E1'", ("LAN", "", 3, 4)),
    ("S2", "update reference.ref_unit_events set status = 'cancelled'"
     " where event_id = 'E2'", ("LAN", "", 3, 2)),
    ("G1", claim(1, "verdict = 'not_met', recomputed = 4"), ("LAN", "T-1", 4, 3)),
    ("G1", claim(1, "verdict = 'not_met', recomputed = null"),
     ("LAN", "T-1", None, 3)),
    ("G2", claim(2, "verdict = 'not_met', recomputed = 67"), ("LAN", "T-2", 67, 66)),
    ("G3", claim(3, "verdict = 'not_met', recomputed = 19.9"),
     ("LAN", "T-3", Decimal("19.9"), 20)),
    ("G4", claim(4, "printed_value = 79.57"),
     ("LAN", "EACH_YEAR", Decimal("99.57"), 100)),
    ("G-incomplete",
     claim(1, "verdict = 'not_recomputable', reason = 'incomplete',"
           " units_reported = 2"), ("LAN", "T-1", 2, 3)),
    ("G-blank",
     claim(1, "verdict = 'not_recomputable', reason = 'blank', blank_count = 2"),
     ("LAN", "T-1", 2, None)),
    ("G-unknown", claim(1, "verdict = 'not_recomputable', reason = 'nothing_due'"),
     ("LAN", "T-1", None, None)),
    ("G-unknown", claim(1, "verdict = null"), ("LAN", "T-1", None, None)),
    ("P6", claim(5, "recomputed = 5"), ("LAN", "T-5", 5, 4)),
    ("P6", change("fct_admissions", "interval_end = '2025-01-01'",
                  "interval_end > '2024-01-01'"),
     ("LAN", "T-5", 4, None)),
    ("M1-intervals", change("fct_membership_stocks", "closing_total = 52"),
     ("LAN", "LAN-001", 51, 52)),
    ("M1-intervals", change("fct_membership_stocks", "closing_total = null"),
     ("LAN", "LAN-001", 51, None)),
    ("M1-intervals", "delete from marts_candidate.fct_membership_stocks",
     ("LAN", "LAN-001", 51, None)),
    ("M1-intervals", "update raw.membership set opening_total = 43",
     ("LAN", "LAN-001", 52, 51)),
    ("fct_ratings-levels", change("fct_ratings", "at_least_completed = 51"),
     ("LAN", "LAN-001", 51, 50)),
    ("fct_ratings-levels", change("fct_ratings", "at_least_completed = null"),
     ("LAN", "LAN-001", None, 50)),
    ("fct_admissions-present",
     change("fct_admissions", "admitted_total = null", "interval_end < '2024-01-01'"),
     ("LAN", "LAN-001", None, None)),
    ("fct_inspections-present", change("fct_inspections", "done = null"),
     ("LAN", "LAN-001", None, None)),
    ("fct_discipline-not-negative", "update intermediate.int_discipline_confidential"
     " set discipline_total = -1", ("LAN", "LAN-001", -1, None)),
    ("fct_discipline-present", "update intermediate.int_discipline_confidential"
     " set discipline_total = null",
     ("LAN", "LAN-001", None, None)),
    ("fct_awards-present", change("fct_awards", "award_count = null"),
     ("LAN", "LAN-001", None, None)),
    ("fct_training-present", change("fct_training", "attendees = null"),
     ("LAN", "LAN-001", None, None)),
    ("fct_admissions-not-negative", change(
        "fct_admissions", "admitted_total = -1", "interval_end < '2024-01-01'"),
     ("LAN", "LAN-001", -1, None)),
    ("fct_awards-not-negative", change("fct_awards", "award_count = -1"),
     ("LAN", "LAN-001", -1, None)),
    ("fct_inspections-not-negative", change("fct_inspections", "done = -1"),
     ("LAN", "LAN-001", -1, None)),
    ("fct_training-not-negative", change("fct_training", "attendees = -1"),
     ("LAN", "LAN-001", -1, None)),
    ("fct_membership-increases", "with stated as (update raw.membership"
     " set opening_total = 52) "
     + change("fct_membership", "inc_total = -1"), ("LAN", "LAN-001", -1, None)),
    ("fct_membership-decreases", "with stated as (update raw.membership"
     " set opening_total = 41) "
     + change("fct_membership", "dec_total = -1"), ("LAN", "LAN-001", -1, None)),
    ("fct_ratings-subject", change("fct_ratings", "subject = 'team'"),
     ("LAN", "LAN-001", None, None)),
    ("fct_ratings-subject", change("fct_ratings", "subject = null"),
     ("LAN", "LAN-001", None, None)),
    ("fct_returns-state", change("fct_returns", "state = 'lost'", RETURN),
     ("LAN", "LAN-002", None, None)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "statement", "finding"),
    ONE_BREAKS,
    ids=[f"{number}-{case[0]}" for number, case in enumerate(ONE_BREAKS)],
)
def test_one_change_fails_exactly_one_rule(
    made: Connection, rule: str, statement: str, finding: tuple[object, ...]
) -> None:
    assert made.execute(statement).rowcount > 0
    assert found(made) == {rule: [finding]}


def test_every_query_has_a_case() -> None:
    assert {case[0] for case in ONE_BREAKS} == set(RULES)


@pytest.mark.parametrize(
    "statement",
    [
        # a missing unit makes a total incomplete, not wrong
        total("member_count", "computed_total = 9, units_reported = 2,"
              " is_complete = false"),
        # before the due day nothing is missing
        change("fct_returns", "state = 'not_due', is_due = false", RETURN),
        # mere context is never recomputed
        claim(1, "verdict = 'not_recomputable', reason = 'context', basis = 'context'"),
        # the sender marked the field as not applicable
        change("fct_inspections", "done = null, not_applicable = '{done}'"),
        # the period before was never owed: nothing to compare the register with
        "with gone as (delete from marts_candidate.fct_returns where period_code ="
        " '2023-Y') update reference.ref_unit_events set status = 'cancelled'"
        " where event_id in ('E1', 'E2')",
    ],
)  # fmt: skip
def test_nothing_is_found_where_a_rule_does_not_apply(
    made: Connection, statement: str
) -> None:
    assert made.execute(statement).rowcount > 0
    assert found(made) == {}


def test_a_finding_says_form_and_total_in_words(made: Connection) -> None:
    made.execute(total("member_count", "computed_total = 4851"))
    made.execute(change("fct_returns", "state = 'missing'", RETURN))
    found(made)
    messages = made.execute(
        "select message_vi, message_en from quality.findings order by rule"
    ).fetchall()
    assert messages == [
        (
            "Số đảng viên cuối kỳ: các đơn vị cộng lại 4.851, Khối báo cáo 65",
            "Members at the end: the units add up to 4851, the bloc declares 65",
        ),
        (
            "Quá hạn mà chưa có báo cáo hợp lệ: Biểu tăng, giảm đảng viên",
            "Overdue, and no valid return: Members, increases and decreases",
        ),
    ]


def test_a_finding_about_a_printed_figure_has_the_period_that_it_is_of(
    made: Connection,
) -> None:
    made.execute(claim(1, "verdict = 'not_met', recomputed = 4"))
    made.execute(claim(5, "verdict = null"))  # of a term, which is no period
    found(made)
    periods = made.execute(
        "select subject, period_code from quality.findings order by subject"
    ).fetchall()
    assert periods == [("T-1", "2024-Y"), ("T-5", None)]
