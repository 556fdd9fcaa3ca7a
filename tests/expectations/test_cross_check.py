"""Each expectation of the cross-check: the made state passes, one change fails it."""

import pytest
from psycopg import Connection
from tests.expectations.conftest import add_return
from tests.paths import EXPECTATIONS

from bloc_warehouse.checks.model import Expectation
from bloc_warehouse.checks.rules import record_findings, register_rules
from bloc_warehouse.checks.suites import load_suites
from bloc_warehouse.forms.registry import load_registry

RULES: dict[str, Expectation] = {
    rule.id: rule
    for suite in load_suites(EXPECTATIONS, "cross_check")
    for rule in suite.expectations
}

# tried in test_slips.py
IN_SLIPS = {
    "P-copy", "S-other", "P-part", "A-office", "A-class", "T-office", "O-parts"
}  # fmt: skip


def found(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Run every rule; return unit, form, period, left and right of each finding."""
    connection.execute("set local role ingest")
    (run_id,) = connection.execute(
        "insert into quality.runs (stage) values ('cross_check') returning run_id"
    ).fetchone() or (0,)
    for rule in RULES.values():
        record_findings(connection, run_id, rule)
    findings: dict[str, list[tuple[object, ...]]] = {}
    for rule_id, *rest in connection.execute(
        "select rule, unit_code, form, period_code, left_value, right_value"
        " from quality.findings where run_id = %s order by 1, 2, 3, 4",
        [run_id],
    ):
        findings.setdefault(rule_id, []).append(tuple(rest))
    return findings


def test_made_state_passes_every_rule(made: Connection) -> None:
    assert found(made) == {}


def change(table: str, unit: str, period: str, assignment: str) -> str:
    """Return the statement that changes one unit's rows of one period."""
    return (
        f"update intermediate.int_{table}_current set {assignment}"
        f" where unit_code = '{unit}' and period_code = '{period}'"
    )


def remove(table: str, unit: str, period: str) -> str:
    """Return the statement that removes a return's row but not its submission."""
    return (
        f"delete from intermediate.int_{table}_current"
        f" where unit_code = '{unit}' and period_code = '{period}'"
    )


ONE_BREAKS = [
    # the forms of one period
    ("C1", change("admissions", "LAN-002", "2024-Y", "admitted_total = 2"),
     ("LAN-002", "membership", "2024-Y", 1, 2)),
    ("C1", change("admissions", "LAN-002", "2024-Y", "admitted_total = null"),
     ("LAN-002", "membership", "2024-Y", 1, None)),
    ("C1", change("membership", "LAN-002", "2024-Y", "inc_admitted = null"),
     ("LAN-002", "membership", "2024-Y", None, 1)),
    ("K-plan", change("admissions", "LAN-002", "2024-Y", "plan_year = 2"),
     ("LAN-002", "admissions", "2024-Y", 2, 1)),
    ("K-plan", change("admissions", "LAN-002", "2024-Y", "plan_year = null"),
     ("LAN-002", "admissions", "2024-Y", None, 1)),
    ("K-plan",
     change("admission_plan", "LAN-VP", "2024-Y", "planned_unit_code = 'LAN-004'")
     + " and planned_unit_code = 'LAN-002'",
     ("LAN-002", "admissions", "2024-Y", 1, None)),
    ("C2", change("membership", "LAN-001", "2024-Y", "dec_expelled = 0"),
     ("LAN-001", "membership", "2024-Y", 0, 1)),
    ("C2", change("discipline", "LAN-002", "2024-Y", "expulsion = 1"),
     ("LAN-002", "membership", "2024-Y", 0, 1)),
    ("T4-membership",
     change("discipline", "LAN-002", "2024-Y", "discipline_total = 12"),
     ("LAN-002", "inspections", "2024-Y", 12, 11)),
    ("T4-membership",
     change("discipline", "LAN-002", "2024-Y", "discipline_total = null"),
     ("LAN-002", "inspections", "2024-Y", None, 11)),
    ("C3", change("ratings", "LAN-002", "2024-Y", "total_subject = 10"),
     ("LAN-002", "ratings", "2024-Y", 10, 11)),
    ("C3", remove("ratings", "LAN-002", "2024-Y"),
     ("LAN-002", "ratings", "2024-Y", None, 11)),
    ("L-term", change("admission_plan", "LAN-VP", "2024-Y", "planned_admissions = 6")
     + " and scope = 'bloc_term'",
     ("LAN-VP", "admission_plan", "2024-Y", 5, 6)),
    ("L-term",
     change("admission_plan", "LAN-VP", "2024-Y", "planned_admissions = null")
     + " and scope = 'bloc_term'",
     ("LAN-VP", "admission_plan", "2024-Y", 5, None)),
    # one period against another
    ("P1", change("membership", "LAN-001", "2024-Y", "opening_total = 41"),
     ("LAN-001", "membership", "2024-Y", 41, 42)),
    ("P1", change("membership", "LAN-001", "2024-Q1", "opening_total = null"),
     ("LAN-001", "membership", "2024-Q1", None, 42)),
    ("P1", change("membership", "LAN-004", "2024-Y", "opening_total = 1"),
     ("LAN-004", "membership", "2024-Y", 1, 0)),
    ("P2", change("membership", "LAN-001", "2024-Q2", "opening_total = 44"),
     ("LAN-001", "membership", "2024-Q2", 44, 43)),
    ("P2", change("membership", "LAN-001", "2024-Q2", "opening_total = null"),
     ("LAN-001", "membership", "2024-Q2", None, 43)),
    ("P3", change("inspections", "LAN-001", "2024-Y", "done = 2"),
     ("LAN-001", "inspections", "2024-Y", 2, 3)),
    ("P3", change("inspections", "LAN-001", "2024-Y", "done = null"),
     ("LAN-001", "inspections", "2024-Y", None, 3)),
    ("P3", remove("inspections", "LAN-001", "2024-Y"),
     ("LAN-001", "inspections", "2024-Y", 0, 3)),
    ("P4", change("membership", "LAN-001", "2024-Q2", "inc_admitted = 2"),
     ("LAN-001", "membership", "2024-Q2", 2, 1)),
    ("P4", change("membership", "LAN-001", "2024-Q2", "inc_admitted = null"),
     ("LAN-001", "membership", "2024-Q2", None, 1)),
    ("P4", change("inspections", "LAN-002", "2024-T02", "done = 1"),
     ("LAN-002", "inspections", "2024-T03", 2, 1)),
    ("P4", change("inspections", "LAN-002", "2024-T04", "done = null"),
     ("LAN-002", "inspections", "2024-T06", None, 1)),
    ("P4", change("inspections", "LAN-002", "2024-T08", "done = 1"),
     ("LAN-002", "inspections", "2024-T09", 1, 0)),
    ("P5", change("membership", "LAN-004", "2024-Y", "closing_total = 4"),
     ("LAN-004", "membership", "2024-Y", 4, 3)),
    ("P5", change("membership", "LAN-004", "2024-Y", "closing_total = null"),
     ("LAN-004", "membership", "2024-Y", None, 3)),
    ("O-season", change("awards", "LAN-002", "2024-M9", "award_count = 30"),
     ("LAN-002", "awards_training", "2024-M9", 30, 12)),
    # mergers, splits, renames
    ("S1", change("membership", "LAN-003", "2024-H1", "dec_structural = 4"),
     ("LAN-003", "membership", "2024-H1", 4, 5)),
    ("S1", change("membership", "LAN-003", "2024-H1", "dec_structural = null"),
     ("LAN-003", "membership", "2024-H1", None, 5)),
    ("S1", change("membership", "LAN-003", "2024-H1", "closing_total = 1"),
     ("LAN-003", "membership", "2024-H1", 1, 0)),
    ("S1", change("membership", "LAN-001", "2024-Y", "inc_structural = 6"),
     ("LAN-001", "membership", "2024-Y", 6, 5)),
    ("S1-after",
     "insert into intermediate.int_submissions_current select 900, unit_code,"
     " bloc_code, unit_kind, 'awards_training', 1, '2024-Q3', 'Q3', 2024, '2024-07-01',"
     " '2024-09-30', 'period' from intermediate.int_submissions_current"
     " where unit_code = 'LAN-003' and period_code = '2024-H1'",
     ("LAN-003", "awards_training", "2024-Q3", None, None)),
    ("S3", change("membership", "LAN-002", "2024-Y", "inc_structural = 1"),
     ("LAN-002", "membership", "2024-Y", 1, 0)),
    ("S3", change("membership", "LAN-002", "2023-Y", "dec_structural = 9"),
     ("LAN-002", "membership", "2023-Y", 9, 0)),
    # the bloc
    ("H3", change("membership", "LAN-002", "2024-Y", "inc_transfer_internal = 1"),
     (None, "membership", "2024-Y", 1, 0)),
    ("H3", change("membership", "LAN-002", "2024-Y", "dec_transfer_internal = null"),
     (None, "membership", "2024-Y", 0, None)),
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


@pytest.mark.parametrize("severity", ["warning", "error"])
def test_warnings_of_the_forms_own_rules_stay_in_sight(
    made: Connection, severity: str
) -> None:
    made.execute("set local role ingest")
    made.execute(
        "insert into raw.files (file_id, sender, path, file_name, sha256, byte_size,"
        " received_at, received_at_source, archive_path) overriding system value"
        " values (1, 'LAN-002', 'x', 'x', 'x', 1, now(), 'found', 'x')"
    )
    made.execute(
        "insert into raw.submissions (submission_id, file_id, form, form_version,"
        " sheet, received_at) overriding system value select submission_id, 1,"
        " 'ratings', 1, 'BXL', now() from intermediate.int_submissions_current"
        " where form = 'ratings'"
    )
    made.execute(
        "insert into raw.faults (file_id, submission_id, code, severity, sheet, cell,"
        " rule, message_vi, message_en) select 1, submission_id, 'I401', %s, 'BXL',"
        " 'F12', 'X2', 'vượt 20 %%', 'exceeds 20 %%' from raw.submissions",
        [severity],
    )
    expected = [("LAN-002", "ratings", "2024-Y", None, None)]
    assert found(made) == ({"W-form": expected} if severity == "warning" else {})


def test_every_rule_has_a_case() -> None:
    apart = {"W-form", "O-window", "O-peers", "accepted-known"}
    apart |= {
        "P-copy",
        "S-other",
        "P-part",
        "A-office",
        "A-class",
        "T-office",
        "O-parts",
    }
    assert {case[0] for case in ONE_BREAKS} | apart == set(RULES)


@pytest.mark.parametrize(("rule", "is_found"), [("C3", False), ("C1", True)])
def test_no_line_accepts_what_is_critical(
    made: Connection, rule: str, *, is_found: bool
) -> None:
    made.execute("set local role ingest")
    for stage in ("cross_check", "audit"):
        register_rules(made, load_suites(EXPECTATIONS, stage))  # type: ignore[arg-type]
    made.execute(
        "insert into reference.ref_accepted_differences (rule, unit_code, reason)"
        " values (%s, 'LAN-002', 'x')",
        [rule],
    )
    expected = {"accepted-known": [("LAN-002", None, None, None, None)]}
    assert found(made) == (expected if is_found else {})


QUARTERS = ("2023-Q1", "2023-H1", "2023-M9", "2023-Y", "2024-Q1")


@pytest.mark.parametrize(("last", "findings"), [(2, {}), (40, {"O-window": 1})])
def test_a_count_is_compared_with_the_last_two_years(
    made: Connection, last: int, findings: dict[str, int]
) -> None:
    for months, period in zip((3, 6, 9, 12, 3), QUARTERS, strict=True):
        given = last if period == QUARTERS[-1] else months
        add_return(
            made, "LAN-001", "awards_training", period,
            training=[{"programme": "new_members", "classes": 1, "attendees": given}],
        )  # fmt: skip
    assert {rule: len(rows) for rule, rows in found(made).items()} == findings


@pytest.mark.parametrize(("last", "findings"), [(3, {}), (60, {"O-peers": 1})])
def test_a_count_is_compared_with_units_of_the_same_kind_and_size(
    made: Connection, last: int, findings: dict[str, int]
) -> None:
    for number in range(12):
        made.execute(
            "insert into reference.ref_unit_spans values (%s, 'DTP', 'dbcs', 'agency',"
            " 'x', '2015-01-01', null)",
            [f"DTP-{number:03}"],
        )
        add_return(
            made, f"DTP-{number:03}", "membership", "2023-H1",
            membership=[{
                "opening_total": 50, "closing_total": 50, "inc_transfer_internal": 0,
                "dec_transfer_internal": 0, "inc_transfer_external": 0,
                "dec_transfer_external": 0, "made_official": last if number == 5 else 2,
            }],
        )  # fmt: skip
    assert {rule: len(rows) for rule, rows in found(made).items()} == findings


def test_a_strange_count_says_what_is_usual(made: Connection) -> None:
    made.execute(change("awards", "LAN-002", "2024-M9", "award_count = 30"))
    found(made)
    (message,) = made.execute("select message_vi from quality.findings").fetchone() or (
        None,
    )
    assert message == (
        "Số được khen thưởng (thường từ 0 đến 12) là 30,"
        " lệch hẳn so với cùng kỳ các năm trước"
    )


def without(form: str, unit: str, period: str) -> list[str]:
    """Return the statements that take a whole return away."""
    tables = [table.name for table in load_registry().form(form).tables]
    return [
        *(remove(table, unit, period) for table in tables),
        remove("submissions", unit, period) + f" and form = '{form}'",
    ]


NOT_APPLICABLE = {
    "the other form was not sent": [
        *without("admissions", "LAN-002", "2024-Y"),
        *without("ratings", "LAN-002", "2024-Y"),
        *without("inspections", "LAN-002", "2024-Y"),
    ],
    "the year before was never sent": [
        *without("membership", "LAN-002", "2023-Y"),
        change("membership", "LAN-002", "2024-Q1", "opening_total = 9"),
        change("membership", "LAN-002", "2024-H1", "opening_total = 9"),
        change("membership", "LAN-002", "2024-Y", "opening_total = 9"),
    ],
    "a year apart nothing is looked back on": [
        *without("membership", "LAN-002", "2024-Q1"),
        *without("membership", "LAN-002", "2024-H1"),
        *without("membership", "LAN-002", "2024-Y"),
        "update intermediate.int_submissions_current set period_code = '2017-Y',"
        " period_year = 2017, period_start = '2017-01-01', period_end = '2017-12-31'"
        " where unit_code = 'LAN-002' and period_code = '2023-Y'",
        "update intermediate.int_membership_current set period_code = '2017-Y',"
        " period_year = 2017, period_start = '2017-01-01', period_end = '2017-12-31',"
        " closing_total = 99 where unit_code = 'LAN-002' and period_code = '2023-Y'",
    ],
    "an optional figure is blank after 0": [
        change("membership", "LAN-002", "2024-H1", "dec_expelled = 0"),
        change("membership", "LAN-002", "2024-Y", "dec_expelled = null"),
    ],
    "the later form has no such field": [
        change("inspections", "LAN-001", "2024-H1", "concluded_violation = 2"),
        change(
            "inspections", "LAN-001", "2024-Y",
            "not_applicable = '{concluded_violation}'",
        ),
    ],
    "the move has an event": [
        "insert into reference.ref_unit_events (event_id, event_type, status,"
        " effective_date, unit_code) values ('E9', 'change_kind', 'effective',"
        " '2024-09-01', 'LAN-004')",
        change("membership", "LAN-004", "2024-Y", "closing_total = 9"),
    ],
    "one unit has not reported its transfers": [
        *without("membership", "LAN-004", "2024-Y"),
        change("membership", "LAN-002", "2024-Y", "inc_transfer_internal = 1"),
    ],
    "the office gave no plan": [
        *without("admission_plan", "LAN-VP", "2024-Y"),
        change("admissions", "LAN-002", "2024-Y", "plan_year = 7"),
    ],
    "a whole year of the term has no plan": [
        "update reference.ref_terms set first_day = '2023-01-01'",
        change("admission_plan", "LAN-VP", "2024-Y", "planned_admissions = 9")
        + " and scope = 'bloc_term'",
    ],
}  # fmt: skip


@pytest.mark.parametrize("statements", NOT_APPLICABLE.values(), ids=NOT_APPLICABLE)
def test_nothing_is_found_where_a_rule_does_not_apply(
    made: Connection, statements: list[str]
) -> None:
    assert sum(made.execute(statement).rowcount for statement in statements) > 0
    assert found(made) == {}


@pytest.mark.parametrize(
    ("by_the_bloc", "findings"),
    [(1, {}), (2, {"C2": [(None, "membership", "2024-Y", 1, 2)]})],
)
def test_expulsions_by_the_bloc_are_compared_over_the_bloc(
    made: Connection, by_the_bloc: int, findings: dict[str, object]
) -> None:
    made.execute(change("discipline", "LAN-001", "2024-Y", "expulsion = 0"))
    add_return(
        made, "LAN-VP", "inspections", "2024-Y",
        discipline=[{
            "body": "bloc_standing_committee", "subject": "member",
            "expulsion": by_the_bloc, "discipline_total": by_the_bloc,
        }],
    )  # fmt: skip
    assert found(made) == findings


def test_each_return_is_compared_with_the_highest_before_it(made: Connection) -> None:
    """So whatever is held, differences of what is left are never negative."""
    made.execute(change("inspections", "LAN-001", "2024-H1", "done = 9"))
    add_return(
        made, "LAN-001", "inspections", "2024-M9",
        inspections=[{
            "body": "grassroots_committee", "subject": "member",
            "kind": "thematic_supervision", "done": 2,
        }],
    )  # fmt: skip
    assert found(made) == {
        "P3": [
            ("LAN-001", "inspections", "2024-M9", 2, 9),
            ("LAN-001", "inspections", "2024-Y", 7, 9),
        ]
    }


def send_turns(made: Connection, sent: dict[str, int]) -> None:
    """Have a unit send these turns by period type, and nothing else."""
    made.execute(
        "delete from intermediate.int_submissions_current"
        " where unit_code = 'LAN-004' and form = 'inspections'"
    )
    made.execute(remove("inspections", "LAN-004", "2024-Y"))
    for kind, turns in sent.items():
        add_return(
            made, "LAN-004", "inspections", f"2024-{kind}",
            inspections=[{
                "body": "grassroots_committee", "subject": "member",
                "kind": "thematic_supervision", "done": turns,
            }],
        )  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "findings"),
    [
        # the quarters are in the nine months, and make them up or leave the third one
        ({"Q1": 2, "Q2": 3, "M9": 5}, {}),
        ({"Q1": 2, "Q2": 3, "Q3": 1, "M9": 6}, {}),
        # they are not: the nine months are held, the half-year stays as it was
        ({"Q1": 2, "Q2": 3, "M9": 4},
         {"P3": [("LAN-004", "inspections", "2024-M9", 4, 5)]}),
        ({"Q1": 2, "Q2": 3, "Y": 4},
         {"P3": [("LAN-004", "inspections", "2024-Y", 4, 5)]}),
        # three quarters of which the nine months hold two: somebody has to look
        ({"Q1": 2, "Q2": 3, "Q3": 2, "M9": 6},
         {"P4": [("LAN-004", "inspections", "2024-Q3", 5, 4)]}),
        # months that follow the quarter; after a gap they are in no total
        ({"Q1": 2, "T04": 1, "T05": 3, "Y": 5},
         {"P3": [("LAN-004", "inspections", "2024-Y", 5, 6)]}),
        ({"Q1": 2, "T05": 9, "Y": 5}, {}),
        # the quarter stands for its months
        ({"T01": 2, "T02": 2, "T03": 2, "Q1": 2, "Y": 3},
         {"P4": [("LAN-004", "inspections", "2024-T03", 6, 2)]}),
    ],
)  # fmt: skip
def test_a_longer_return_holds_what_was_counted_before_it(
    made: Connection, sent: dict[str, int], findings: dict[str, object]
) -> None:
    send_turns(made, sent)
    falls = {rule: rows for rule, rows in found(made).items() if rule in ("P3", "P4")}
    assert falls == findings


def test_a_fall_names_all_returns_that_it_contradicts(made: Connection) -> None:
    send_turns(made, {"Q1": 2, "Q2": 3, "M9": 4})
    found(made)
    row = made.execute(
        "select message_vi, message_en, cardinality(concerned_submission_ids)"
        " from quality.findings"
    ).fetchone()
    assert row is not None
    assert "so với 2024-Q1 + 2024-Q2: cộng dồn là 4" in row[0]
    assert "beside 2024-Q1 + 2024-Q2: 4 cumulated, 5 already" in row[1]
    assert row[2] == 3


def test_closing_on_the_eve_of_a_merger_is_what_is_handed_over(
    made: Connection,
) -> None:
    made.execute(
        "update reference.ref_unit_events set effective_date = '2024-04-01',"
        " members_carried = 6 where event_id = 'E1'"
    )
    findings = found(made)
    assert findings["S1"] == [
        ("LAN-001", "membership", "2024-H1", 5, 6),
        ("LAN-001", "membership", "2024-Q2", 5, 6),
        ("LAN-001", "membership", "2024-Y", 5, 6),
        ("LAN-003", "membership", "2024-H1", 5, 6),
        ("LAN-003", "membership", "2024-Q1", 5, 6),
    ]


def test_a_merger_without_its_number_is_a_finding(made: Connection) -> None:
    made.execute(
        "update reference.ref_unit_events set members_carried = null"
        " where event_id = 'E1'"
    )
    assert {row[-1] for row in found(made)["S1"]} == {None}


def test_a_finding_says_unit_period_both_numbers_and_the_cure(
    made: Connection,
) -> None:
    made.execute(change("inspections", "LAN-001", "2024-Y", "done = 2"))
    found(made)
    row = made.execute(
        "select subject, message_vi, cure_vi, message_en, cure_en from quality.findings"
    ).fetchone()
    assert row == (
        "done (Grassroots committee / Member / Thematic supervision)",
        "Số lượt: Đã thực hiện (Cấp ủy cơ sở / Đảng viên / Giám sát chuyên đề):"
        " cộng dồn là 2, kỳ trước trong năm đã là 3",
        "Ghi số cộng dồn từ đầu năm, hoặc gửi lại biểu của kỳ trước",
        "Turns done (Grassroots committee / Member / Thematic supervision):"
        " 2 cumulated, 3 already in an earlier return of the year",
        "Write figures cumulated from 1 January, or send the earlier return again",
    )
