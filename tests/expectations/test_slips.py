"""A clerk's slips that no single form shows, beside what looks like them and is right.

Each slip must be found for the unit that made it, by the rule meant for it.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from psycopg import Connection
from tests.expectations.conftest import add_return
from tests.expectations.test_cross_check import change, found

Rows = list[Mapping[str, Any]]
Sent = tuple[str, str, str, dict[str, Rows]]  # unit, form, period, tables


def admitted(total: int, youth: int, female: int, **more: int) -> dict[str, Rows]:
    """Return form BKN's row."""
    return {
        "admissions": [{
            "plan_year": 20, "admitted_total": total, "admitted_youth": youth,
            "admitted_female": female, **more,
        }]
    }  # fmt: skip


def turns(done: int, body: str = "cell", kind: str = "regular_supervision") -> Rows:
    """Return one line of form BKT."""
    return [{
        "body": body, "subject": "member", "kind": kind, "done": done,
        "distinct_subjects": done,
    }]  # fmt: skip


def awards(count: int, kind: str = "certificate_of_merit") -> Rows:
    """Return one line of form BKB."""
    return [{
        "level": "bloc", "kind": kind, "subject": "member", "merit_from_year": 2022,
        "merit_to_year": 2022, "award_count": count,
    }]  # fmt: skip


def classes(count: int, attendees: int, programme: str = "political_theory") -> Rows:
    """Return one line of training in form BKB."""
    return [{"programme": programme, "classes": count, "attendees": attendees}]


def rated(excellent: int, good: int, completed: int, not_completed: int) -> Rows:
    """Return the members' row of form BXL."""
    return [{
        "subject": "member", "excellent": excellent, "good": good,
        "completed": completed, "not_completed": not_completed,
        "rated_total": excellent + good + completed + not_completed,
        "total_subject": excellent + good + completed + not_completed,
    }]  # fmt: skip


TWELVE = admitted(12, 9, 5, admitted_edu_university=12)
FEW = admitted(1, 1, 0, admitted_edu_university=1)

SLIPS: dict[str, tuple[str, str, list[Sent]]] = {
    "the half-year's file sent again for nine months": ("P-copy", "LAN-001", [
        ("LAN-001", "admissions", "2022-H1", TWELVE),
        ("LAN-001", "inspections", "2022-H1", {"inspections": turns(5)}),
        ("LAN-001", "admissions", "2022-M9", TWELVE),
        ("LAN-001", "inspections", "2022-M9", {"inspections": turns(5)}),
    ]),
    "a quarter of its own sent again for the next": ("P-copy", "LAN-001", [
        ("LAN-001", "admissions", "2022-Q2", TWELVE),
        ("LAN-001", "admissions", "2022-Q3", TWELVE),
    ]),
    "last year's file under this year": ("P-copy", "LAN-001", [
        ("LAN-001", "admissions", "2021-Y", TWELVE),
        ("LAN-001", "admissions", "2022-Y", TWELVE),
    ]),
    "the half-year's figures under the second quarter": ("P-copy", "LAN-001", [
        ("LAN-001", "admissions", "2022-Q2", TWELVE),
        ("LAN-001", "admissions", "2022-H1", TWELVE),
    ]),
    "December repeated in January": ("P-copy", "LAN-001", [
        ("LAN-001", "inspections", "2021-T12", {"inspections": turns(60)
            + turns(41, "grassroots_committee")}),
        ("LAN-001", "inspections", "2022-T01", {"inspections": turns(60)
            + turns(41, "grassroots_committee")}),
    ]),
    "another unit's file under one's own code": ("P-copy", "LAN-002", [
        ("LAN-001", "admissions", "2022-H1",
            admitted(31, 22, 14, admitted_edu_university=20, candidates_trained=45)),
        ("LAN-002", "admissions", "2022-H1",
            admitted(31, 22, 14, admitted_edu_university=20, candidates_trained=45)),
    ]),
    "an award listed by the office too": ("A-office", "LAN-001", [
        ("LAN-001", "awards_training", "2022-H1", {"awards": awards(3)}),
        ("LAN-VP", "awards_training", "2022-H1", {"awards": awards(3)}),
    ]),
    "a class listed by the office too": ("A-office", "LAN-001", [
        ("LAN-001", "awards_training", "2022-H1", {"training": classes(1, 35)}),
        ("LAN-VP", "awards_training", "2022-H1", {"training": classes(1, 35)}),
    ]),
    "attendees ten times too many": ("A-class", "LAN-001", [
        ("LAN-001", "awards_training", "2022-H1", {"training": classes(3, 1650)}),
    ]),
    "more attendees than members in each class": ("A-class", "LAN-001", [
        ("LAN-001", "awards_training", "2023-Y", {"training": classes(2, 92)}),
    ]),
    "turns of the bloc's bodies as the unit's own": ("T-office", "LAN-001", [
        ("LAN-001", "inspections", "2021-Y", {"inspections": turns(4)}),
        ("LAN-001", "inspections", "2022-H1",
            {"inspections": turns(3, kind="thematic_supervision")}),
        ("LAN-VP", "inspections", "2022-H1", {"inspections":
            turns(3, "bloc_inspection_commission", "thematic_supervision")}),
    ]),
    "youth and women exchanged": ("O-parts", "LAN-001", [
        ("LAN-001", "admissions", "2021-Y", admitted(30, 27, 9)),
        ("LAN-001", "admissions", "2022-Y", admitted(28, 8, 25)),
    ]),
    "a rating level moved by one column": ("O-parts", "LAN-001", [
        ("LAN-001", "ratings", "2021-Y", {"ratings": rated(8, 40, 2, 0)}),
        ("LAN-001", "ratings", "2022-Y", {"ratings": rated(0, 8, 40, 2)}),
    ]),
}  # fmt: skip

RIGHT: dict[str, list[Sent]] = {
    "little was admitted, and then nobody": [
        ("LAN-001", "admissions", "2022-H1", FEW),
        ("LAN-001", "admissions", "2022-M9", FEW),
    ],
    "one a quarter": [
        ("LAN-001", "admissions", "2022-Q2", FEW),
        ("LAN-001", "admissions", "2022-Q3", FEW),
    ],
    "two units admitted one each": [
        ("LAN-001", "admissions", "2022-H1", FEW),
        ("LAN-002", "admissions", "2022-H1", FEW),
    ],
    "the same year's end with one figure more": [
        ("LAN-001", "admissions", "2021-Y", TWELVE),
        ("LAN-001", "admissions", "2022-Y", admitted(12, 9, 6,
            admitted_edu_university=12)),
    ],
    "all awards of the year were given in spring": [
        ("LAN-001", "awards_training", "2022-H1", {"awards": awards(40)}),
        ("LAN-001", "awards_training", "2022-M9", {"awards": awards(40)}),
    ],
    "the office lists another award": [
        ("LAN-001", "awards_training", "2022-H1", {"awards": awards(3)}),
        ("LAN-VP", "awards_training", "2022-H1", {"awards": awards(3, "flag")}),
    ],
    "a hall of people who are not members": [
        ("LAN-001", "awards_training", "2023-Y",
            {"training": classes(2, 300, "party_awareness")}),
    ],
    "each member in each class": [
        ("LAN-001", "awards_training", "2023-Y", {"training": classes(2, 84)}),
    ],
    "the office inspected as often as the unit always does": [
        ("LAN-001", "inspections", "2021-Y", {"inspections": turns(4)}),
        ("LAN-001", "inspections", "2022-H1", {"inspections": turns(3)}),
        ("LAN-VP", "inspections", "2022-H1",
            {"inspections": turns(3, "bloc_inspection_commission")}),
    ],
    "shares move a little": [
        ("LAN-001", "ratings", "2021-Y", {"ratings": rated(8, 40, 2, 0)}),
        ("LAN-001", "ratings", "2022-Y", {"ratings": rated(6, 41, 4, 0)}),
    ],
    "a small cell's ratings": [
        ("LAN-001", "ratings", "2021-Y", {"ratings": rated(1, 5, 1, 0)}),
        ("LAN-001", "ratings", "2022-Y", {"ratings": rated(0, 4, 3, 0)}),
    ],
}  # fmt: skip


def send(connection: Connection, sent: list[Sent]) -> None:
    """Add the returns to the made state."""
    for unit, form, period, tables in sent:
        add_return(connection, unit, form, period, **tables)


@pytest.mark.parametrize(("rule", "unit", "sent"), SLIPS.values(), ids=SLIPS)
def test_a_slip_over_several_files_is_found(
    made: Connection, rule: str, unit: str, sent: list[Sent]
) -> None:
    send(made, sent)
    assert unit in {finding[0] for finding in found(made).get(rule, [])}


@pytest.mark.parametrize("sent", RIGHT.values(), ids=RIGHT)
def test_what_only_looks_like_a_slip_is_let_pass(
    made: Connection, sent: list[Sent]
) -> None:
    send(made, sent)
    assert found(made) == {}


def test_where_many_units_say_the_same_each_is_found_once(made: Connection) -> None:
    """Not each with each: that would be a quarter of a million of five hundred."""
    same = admitted(31, 22, 14, admitted_edu_university=20, candidates_trained=45)
    units = ["LAN-001", "LAN-002", "LAN-004"]
    send(made, [(unit, "admissions", "2022-H1", same) for unit in units])
    assert [finding[0] for finding in found(made)["P-copy"]] == units


def test_the_predecessors_admissions_balanced_by_other_decreases(
    made: Connection,
) -> None:
    made.execute(
        change("membership", "LAN-001", "2024-Y",
               "inc_admitted = 9, inc_total = 14, dec_other = 5")
    )  # fmt: skip
    made.execute(change("admissions", "LAN-001", "2024-Y", "admitted_total = 9"))
    assert found(made)["S-other"] == [("LAN-001", "membership", "2024-Y", 5, 0)]


def test_other_moves_without_a_merger_are_the_units_own_matter(
    made: Connection,
) -> None:
    made.execute(change("membership", "LAN-002", "2024-Y", "dec_other = 1"))
    assert "S-other" not in found(made)


@pytest.mark.parametrize(("women", "is_found"), [(3, False), (4, False), (5, True)])
def test_women_change_by_no_more_than_who_came_and_left(
    made: Connection, women: int, *, is_found: bool
) -> None:
    for period, count in (("2023-Y", 3), ("2024-Y", women)):
        made.execute(
            change("membership", "LAN-002", period,
                   f"closing_female = {count}, dec_total = 0")
        )  # fmt: skip
    findings = [("LAN-002", "membership", "2024-Y", 2, 1)]
    assert found(made) == ({"P-part": findings} if is_found else {})


def test_who_may_have_moved_inside_the_bloc_is_named(made: Connection) -> None:
    made.execute(change("membership", "LAN-002", "2024-Y", "inc_transfer_internal = 3"))
    made.execute(change("membership", "LAN-001", "2024-Y", "dec_transfer_external = 3"))
    made.execute(change("membership", "LAN-004", "2024-Y", "dec_transfer_external = 2"))
    assert found(made)["H3"] == [
        ("LAN-001", "membership", "2024-Y", 3, 0),
        (None, "membership", "2024-Y", 3, 0),
    ]
    messages = made.execute(
        "select message_en from quality.findings where rule = 'H3'"
        " order by unit_code nulls last"
    ).fetchall()
    assert messages == [
        ("Transfers in from the bloc (3) differ from transfers out to it (0);"
         " as many as the unit moved to outside",),
        ("Transfers in from the bloc (3) differ from transfers out to it (0)",),
    ]  # fmt: skip


def test_of_two_who_may_have_moved_inside_the_bloc_none_is_suspected(
    made: Connection,
) -> None:
    made.execute(change("membership", "LAN-002", "2024-Y", "inc_transfer_internal = 3"))
    for unit in ("LAN-001", "LAN-004"):
        made.execute(change("membership", unit, "2024-Y", "dec_transfer_external = 3"))
    assert found(made)["H3"] == [(None, "membership", "2024-Y", 3, 0)]
