"""Faults that are put into otherwise right returns, and the rule that must catch each.

Each ``Fault`` changes one return of one unit that no other fault touches, so whatever
is found about that unit is its doing. ``others`` names the rules that the algebra makes
fire too. All faults are sent, checked, built and audited in one go.

``python -m tests.acceptance.seeded.seeded_faults`` prints the table as Markdown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """One seeded fault.

    Attributes:
        kind: What went wrong in the office that sent it.
        identity: The identity of the domain that it breaks, or the kind of file.
        rule: The rule that must catch it.
        bloc: Where the return is looked for, with ``table`` and ``period``.
        where: What the row must be like, over ``intermediate.int_<table>_current``.
        add: What is added to the row's figures; ``put`` what stands there instead,
            a figure or a function of the row.
        extra: Changes of the unit's other forms in the same file, by table.
        others: Rules that fire too about the unit.
        over_bloc: Rules that fire about the bloc.
        is_office: Whether the bloc's office sends it.
        sends: Returns of other periods to send instead, as changes of the row found.
    """

    kind: str
    identity: str
    rule: str
    bloc: str
    table: str
    period: str
    where: str = "true"
    add: Mapping[str, int] = field(default_factory=dict)
    put: Row = field(default_factory=dict)
    extra: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    over_bloc: tuple[str, ...] = ()
    sends: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    is_office: bool = False


def moved(source: str, target: str, number: int = 1) -> dict[str, int]:
    """Return the change that moves a figure from one column to another."""
    return {source: -number, target: number}


LAN, DTP, LSN = ("LAN", "2024-H1"), ("DTP", "2023-H1"), ("LSN", "2022-M9")

# the forms' own identities, severity error: the file is sent back
IN_THE_FORM = (
    Fault(
        "closing typed by hand", "M1", "M1",
        "LAN", "membership", "2024-H1", "closing_age_31_40 is null",
        add={"closing_total": 1, "closing_official": 1},
    ),
    Fault(
        "sum of increases typed by hand", "M2", "M2-inc",
        "LAN", "membership", "2024-H1", add={"inc_admitted": 1},
    ),
    Fault(
        "moves in and out swapped", "M2", "M2-dec",
        "LAN", "membership", "2024-H1", "dec_total > 0",
        add={"dec_transfer_external": 2},
    ),
    Fault(
        "official and probationary of another day", "M3", "M3-status",
        "LAN", "membership", "2024-H1", add={"closing_official": -1},
    ),
    Fault(
        "age bands of another day", "M3", "M3-age",
        "LAN", "membership", "2024-H1", "closing_age_31_40 > 0",
        add={"closing_age_31_40": -1},
    ),
    Fault(
        "column shifted: a total stands under women", "M4", "M4-female",
        "LAN", "membership", "2024-H1", put={"closing_female": 9_999},
    ),
    Fault(
        "a person counted at each level of theory", "M4", "M4-theory",
        "LAN", "membership", "2024-H1", put={"closing_theory_elementary": 9_999},
    ),
    Fault(
        "youth members of another list", "K1", "K1-youth",
        "LAN", "admissions", "2024-H1", put={"admitted_youth": 999},
    ),
    Fault(
        "education of another list", "K1", "K1-education",
        "LAN", "admissions", "2024-H1", "admitted_edu_university is not null",
        add={"admitted_edu_university": 1},
    ),
    Fault(
        "members to rate of another day", "X1", "X1-total",
        "DLKDN", "ratings", "2017-Y", "subject = 'member'", add={"total_subject": 1},
    ),
    Fault(
        "good includes excellent (levels cumulated)", "X1", "X1-levels",
        "DLKDN", "ratings", "2017-Y", "subject = 'member' and excellent > 0",
        add={"good": 1},
    ),
    Fault(
        "forms of discipline of another list", "T2", "T2-total",
        "DLKCQ", "discipline", "2015-Y", "true", add={"reprimand": 1},
    ),
    Fault(
        "committee members of another list", "T2", "T2-committee",
        "DLKCQ", "discipline", "2015-Y", "true",
        put={"of_which_committee_members": 99},
    ),
    Fault(
        "petitions left over are not counted", "T3", "T3",
        "DLKDN", "petitions", "2017-Y", "true", add={"pending": 1},
    ),
    Fault(
        "attendees counted twice", "A2", "A2",
        "DLKDN", "training", "2017-Y", "attendees_members is not null",
        add={"attendees_members": 1},
    ),
)  # fmt: skip

# the forms' own rules, severity warning: the file is accepted, the question stays open
QUESTIONS = (
    Fault(
        "more made official than there were", "M5", "M5",
        "LAN", "membership", "2024-H1", put={"made_official": 500},
    ),
    Fault(
        "a cell that reports subordinate cells", "M6", "M6-sub-cells",
        "LAN", "membership", "2024-H1", "unit_kind = 'cbcs'", put={"sub_cells": 2},
    ),
    Fault(
        "official members under probationary", "M6", "M6-official",
        "LAN", "membership", "2024-H1", "unit_kind = 'cbcs' and closing_total > 6",
        put={
            "closing_official": 2,
            "closing_probationary": lambda row: row["closing_total"] - 2,
        },
    ),
    Fault(
        "percentage typed by hand", "K2", "K2-percent",
        "LAN", "admissions", "2024-H1",
        "plan_year > 0 and pct_of_plan is not null and admitted_total > 0",
        put={"pct_of_plan": 1},
    ),
    Fault(
        "a plan typed one digit short", "K3", "K3-high",
        "DLKCQ", "admissions", "2015-Y", "admitted_total >= 2",
        put={"plan_year": 1, "pct_of_plan": None}, others=("K-plan",),
    ),
    Fault(
        "excellent beyond the ceiling", "X2", "X2",
        "DLKDN", "ratings", "2017-Y",
        "subject = 'member' and excellent + 1 > 0.2 * (good - 1)"
        " and good > 1 and excellent > 0",
        add=moved("good", "excellent"), over_bloc=("G3",),
    ),
    Fault(
        "more violations than turns", "T1", "T1-violation",
        "DLKDN", "inspections", "2017-Y",
        "body in ('grassroots_committee', 'grassroots_inspection_commission')",
        put={"concluded_violation": 9_999},
    ),
    Fault(
        "more disciplined than due", "T1", "T1-disciplined",
        "DLKDN", "inspections", "2017-Y",
        "body in ('grassroots_committee', 'grassroots_inspection_commission')",
        put={"disciplined": 9_999},
    ),
    Fault(
        "dismissed without an office", "T4", "T4",
        "DLKCQ", "discipline", "2015-Y", "subject = 'member' and reprimand > 0",
        add=moved("reprimand", "dismissal"),
        put={"dismissal_office_holders": 0},
    ),
)  # fmt: skip

_SAME_ROW_BEFORE = (
    "done > 0 and coalesce(concluded_violation, 0) = 0 and exists (select 1 from"
    " intermediate.int_inspections_current as before where before.unit_code ="
    " found.unit_code and before.period_code = '2019-H1' and before.body = found.body"
    " and before.subject = found.subject and before.kind = found.kind"
    " and before.done > 0)"
)

# one form against another, one period against another, decisions, the plan
ACROSS = (
    Fault(
        "admitted counted in one form only", "C1", "C1",
        "DLKCQ", "admissions", "2016-Y",
        "admitted_edu_university is not null and admitted_total + 1 <= 1.5 * plan_year",
        add={"admitted_total": 1, "admitted_edu_university": 1},
        put={"pct_of_plan": None}, over_bloc=("G-incomplete",),
    ),
    Fault(
        "expulsion without a decision", "C2", "C2",
        "DLKCQ", "membership", "2016-Y", "dec_transfer_external > 0",
        add=moved("dec_transfer_external", "dec_expelled"),
    ),
    Fault(
        "members to rate of another day, in balance", "C3", "C3",
        "DLKCQ", "ratings", "2016-Y", "subject = 'member'",
        add={"total_subject": 1, "not_rated": 1},
    ),
    Fault(
        "members struck off the balance", "T4", "T4-membership",
        "DLK", "discipline", "2020-H1", "subject = 'member'",
        add={"reprimand": 500, "discipline_total": 500}, over_bloc=("H1",),
    ),
    Fault(
        "another plan than the one given", "K3", "K-plan",
        "DLKCQ", "admissions", "2016-Y", "admitted_total <= 1.5 * plan_year",
        add={"plan_year": 1}, put={"pct_of_plan": None},
    ),
    Fault(
        "opening of another year (last year's file sent again)", "P1", "P1",
        "DLKCQ", "membership", "2017-Y", "opening_total > 3",
        add={"opening_total": -1, "inc_transfer_external": 1, "inc_total": 1},
        over_bloc=("G-incomplete",),
    ),
    Fault(
        "the quarter opens with another day's members", "P2", "P2",
        "LAN", "membership", "2017-Q1", "closing_total > 10",
        sends={
            "2017-Q2": {"opening_total": 1, "closing_total": 1, "closing_official": 1}
        },
    ),
    Fault(
        "the quarter alone in the cumulative form", "P3", "P3",
        "DLK", "inspections", "2019-Y", _SAME_ROW_BEFORE, put={"done": 0},
        over_bloc=("G-incomplete",),
    ),
    Fault(
        "quarter and cumulative returns disagree", "P4", "P4",
        "LAN", "membership", "2017-Q1", "closing_total > 10",
        sends={
            "2017-Q2": {},
            "2017-H1": {
                "inc_transfer_external": 1, "dec_transfer_external": 1,
                "inc_total": 1, "dec_total": 1,
            },
        },
    ),
    Fault(
        "each month repeats what its quarter cumulates", "P4", "P4",
        "DLK", "inspections", "2020-H1", "done > 0",
        sends={"2020-T01": {}, "2020-T02": {}, "2020-T03": {}, "2020-Q1": {}},
    ),
    Fault(
        "the bloc's figure in a unit's cell", "P5", "P5",
        "DLK", "membership", "2020-H1",
        "unit_kind = 'dbcs' and closing_total between 60 and 90",
        add=dict.fromkeys(
            ("inc_transfer_external", "inc_total", "closing_total",
             "closing_official"), 60,
        ),
        put={f"closing_age_{band}": None for band in (
            "to_30", "31_40", "41_50", "51_60", "over_60")},
        others=("O-peers",), over_bloc=("H1",),
    ),
    Fault(
        "another number taken over than the merger's", "S1", "S1",
        "DLK", "membership", "2019-Y", "inc_structural > 1",
        add=moved("inc_structural", "inc_transfer_external"),
        over_bloc=("G-incomplete",),
    ),
    Fault(
        "a rename reported as a merger", "S3", "S3",
        "DLKCQ", "membership", "2016-Y", "inc_transfer_external > 0",
        add=moved("inc_transfer_external", "inc_structural"),
        over_bloc=("G-incomplete",),
    ),
    Fault(
        "a merged unit goes on reporting", "S1", "R215",
        "DLKCQ", "membership", "2019-H1",
        "exists (select 1 from reference.ref_unit_events as events where"
        " events.unit_code = found.unit_code and event_type = 'merge_into')",
        sends={"2020-H1": {}},
    ),
    Fault(
        "counted in by one unit, out by none", "H3", "H3",
        "DTP", "membership", "2023-H1", "inc_transfer_external > 0",
        add=moved("inc_transfer_external", "inc_transfer_internal"),
    ),
    Fault(
        "a member counted twice", "H1", "H1",
        "LSN", "bloc_summary", "2022-M9", "indicator = 'member_count'", is_office=True,
        add={"declared_total": 1},
    ),
    Fault(
        "a cell declared as a committee", "H2", "H2",
        "DTP", "bloc_summary", "2023-H1", "indicator = 'unit_count_dbcs'",
        is_office=True,
        add={"declared_total": 1}, over_bloc=("H1",),
    ),
    Fault(
        "a decision of the next period counted", "C4", "C4",
        "LAN", "bloc_summary", "2024-H1", "indicator = 'admission_decisions'",
        is_office=True,
        add={"declared_total": 1},
    ),
    Fault(
        "the resolution's figure of another term", "L1", "L-term",
        "DLKCQ", "admission_plan", "2015-Y", "scope = 'bloc_term'",
        is_office=True,
        add={"planned_admissions": 1},
    ),
    Fault(
        "a published count that no longer fits", "G1", "G1",
        "LAN", "admissions", "2017-Q1",
        "admitted_edu_university is not null and admitted_total > 0"
        " and admitted_total + 1 <= 1.5 * plan_year",
        add={"admitted_total": 1, "admitted_edu_university": 1},
        put={"pct_of_plan": None},
        extra={"membership": {
            "inc_admitted": 1, "inc_total": 1, "dec_died": 1, "dec_total": 1}},
        over_bloc=("H1", "C4", "G2", "G3"),
    ),
    Fault(
        "people trained beyond what was published", "G2", "G2",
        "DLK", "training", "2020-H1", "programme = 'political_theory'",
        add={"attendees": 100, "attendees_members": 100}, is_office=True,
        over_bloc=("H1",),
    ),
    Fault(
        "youth members beyond the published share", "G3", "G3",
        "LAN", "admissions", "2017-Q1", "admitted_youth > 0",
        add={"admitted_youth": -1},
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Damage:
    """A fault that no sender can do: a list kept wrongly, or a build that goes wrong.

    Attributes:
        statement: What is done to a list or to a built table.
        place: Unit or bloc about which ``rule``, and ``others``, must then be found.
    """

    kind: str
    identity: str
    rule: str
    statement: str
    place: str
    others: tuple[str, ...] = ()


_DTP_UNIT = "unit_code = 'DTP-001' and period_code = '2023-H1'"
_LSN_UNITS = "bloc_code = 'LSN' and indicator in ('unit_count', 'unit_count_cbcs')"
_DN_046 = "reporting_unit_code = 'DN-046' and period_code = '2015-Y'"

DAMAGES = (
    Damage(
        "a return that never came", "N1", "N1",
        "update marts.fct_returns set state = 'missing'"
        f" where {_DTP_UNIT} and form = 'awards_training'", "DTP-001",
    ),
    Damage(
        "a unit counted twice, once under another year", "H4", "H4",
        "insert into marts.fct_returns"
        " select (jsonb_populate_record(once, '{\"period_year\": 1990}')).*"
        " from marts.fct_returns as once"
        " where unit_code = 'DTP-002' and form = 'membership'", "DTP-002",
    ),
    Damage(
        "a unit left out of the list of those who owe", "H4", "H4-expected",
        "delete from marts.fct_returns where unit_code = 'DN-045'"
        " and period_code = '2016-Y' and form = 'ratings'", "DLKDN",
    ),
    Damage(
        "a row \"Tổng cộng\" counted as a unit", "H4", "H4-units",
        "update marts.rpt_bloc_totals set computed_total = computed_total + 1,"
        f" declared_total = declared_total + 1 where {_LSN_UNITS}", "LSN",
    ),
    Damage(
        "a unit in the list without a decision", "S2", "S2",
        "insert into reference.ref_unit_spans"
        " (unit_code, bloc_code, unit_kind, valid_from)"
        " values ('CQ-999', 'DLK', 'cbcs', '2020-02-01')", "DLK",
    ),
    Damage(
        "a build that loses members", "M1", "M1-intervals",
        f"update marts.fct_membership_stocks set closing_total = closing_total - 1"
        f" where {_DN_046}", "DN-046",
    ),
    Damage(
        "a term that leaves out a predecessor", "P6", "P6",
        "update marts.rpt_published_totals set recomputed = 1900, verdict = 'met'"
        " where claim_id = '001-10'", "DLK",
    ),
    Damage(
        "the parts of a split made to give 100", "G4", "G4",
        "update marts.rpt_published_totals set printed_value = printed_value + 1"
        " where claim_id = '001-13'", "DLK",
    ),
    Damage(
        "a claim nobody can recompute", "G1", "G-unknown",
        "update marts.rpt_published_totals set verdict = 'not_recomputable',"
        " reason = 'nothing_due' where claim_id = '003-1'", "DTP",
    ),
    Damage(
        "a total the office forgot", "H1", "H1-declared",
        "update marts.rpt_bloc_totals set declared_total = null"
        " where bloc_code = 'LSN' and indicator = 'members_admitted'", "LSN",
    ),
)  # fmt: skip

FAULTS = (*IN_THE_FORM, *QUESTIONS, *ACROSS)


def table() -> str:
    """Return all faults as a table: what, where, which rules fire."""
    lines = [
        "| # | fault | identity | return | must be caught by | others that fire |",
        "|---|---|---|---|---|---|",
    ]
    rows = [
        (
            fault.kind,
            fault.identity,
            f"{fault.table} {fault.bloc} {fault.period}",
            fault.rule,
            ", ".join((*fault.others, *(f"{rule} (bloc)" for rule in fault.over_bloc))),
        )
        for fault in FAULTS
    ] + [
        (
            damage.kind,
            damage.identity,
            damage.place,
            damage.rule,
            ", ".join(damage.others),
        )
        for damage in DAMAGES
    ]
    lines += [
        f"| {number} | {' | '.join(row)} |" for number, row in enumerate(rows, start=1)
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())  # noqa: T201
