"""One changed figure turns exactly the claims that rest on it to not met.

The changes keep the forms' own identities and the unit's other forms, so that
nothing is rejected or held: what moves is the total alone.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from psycopg import Connection
from tests.acceptance.corrections import Edit, Return, add, correct
from tests.acceptance.recompute import (
    compiled_models,
    recompute,
    recompute_changed,
    take_in,
    undone,
)
from tests.dbt_project.compiled_build import Model

from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import Settings

Edits = list[tuple[Return, Edit]]

ADMITTED_IN_MEMBERSHIP = {
    "inc_admitted": 1,
    "inc_total": 1,
    "dec_died": 1,
    "dec_total": 1,
}
ADMITTED = {"admitted_total": 1, "admitted_edu_university": 1}


def unit(settings: Settings, query: str, *parameters: object) -> str:
    """Return the one code that a query finds."""
    return units(settings, query, *parameters)[0]


def units(settings: Settings, query: str, *parameters: object) -> list[str]:
    """Return the codes that a query finds, in its order."""
    with connect("ingest", settings=settings) as connection:
        rows = connection.execute(query, parameters).fetchall()  # type: ignore[arg-type]
    return [code for (code, *_) in rows]


def one_member_more(settings: Settings) -> Edits:
    code = unit(
        settings,
        "select unit_code from intermediate.int_membership_current where"
        " bloc_code = 'LAN' and period_code = '2024-H1' and unit_kind = 'dbcs'"
        " and closing_age_to_30 is not null order by 1",
    )
    deltas = dict.fromkeys(
        (
            "inc_transfer_external",
            "inc_total",
            "closing_total",
            "closing_official",
            "closing_age_31_40",
        ),
        1,
    )
    return [(Return(code, "membership", "2024-H1"), add("membership", deltas))]


def members_past_seven_thousand(settings: Settings) -> Edits:
    code = unit(
        settings,
        "select unit_code from intermediate.int_membership_current where"
        " bloc_code = 'DLK' and period_code = '2019-Y' and unit_kind = 'dbcs'"
        " order by closing_total desc",
    )
    more = 400
    arrived = dict.fromkeys(
        ("inc_transfer_external", "inc_total", "closing_total", "closing_official"),
        more,
    ) | {"closing_age_31_40": more}
    left = {
        "opening_total": more,
        "dec_transfer_external": more,
        "dec_total": more,
    }
    return [
        (Return(code, "membership", "2019-Y"), add("membership", arrived)),
        (Return(code, "membership", "2020-H1"), add("membership", left)),
    ]


def admitted_more(bloc: str, period: str) -> Callable[[Settings], Edits]:
    def edits(settings: Settings) -> Edits:
        code = unit(
            settings,
            "select unit_code from intermediate.int_admissions_current where"
            " bloc_code = %s and period_code = %s and admitted_edu_university"
            " is not null and admitted_total > 0 order by 1",
            bloc,
            period,
        )
        return [
            (Return(code, "admissions", period), add("admissions", ADMITTED)),
            (
                Return(code, "membership", period),
                add("membership", ADMITTED_IN_MEMBERSHIP),
            ),
        ]

    return edits


def youth_more(settings: Settings) -> Edits:
    code = unit(
        settings,
        "select unit_code from intermediate.int_admissions_current where"
        " bloc_code = 'LAN' and period_code = '2017-Q1'"
        " and admitted_youth < admitted_total order by 1",
    )
    return [
        (
            Return(code, "admissions", "2017-Q1"),
            add("admissions", {"admitted_youth": 1}),
        )
    ]


def plan_more(office: str, period: str, by: int) -> Callable[[Settings], Edits]:
    return lambda _: [
        (
            Return(office, "admission_plan", period),
            add("admission_plan", {"planned_admissions": by}, scope="unit_year"),
        )
    ]


def members_rated(
    from_level: str, to_level: str, count: int
) -> Callable[[Settings], Edits]:
    """Move ``count`` members of 2018's ratings to another level, unit by unit."""

    def edits(settings: Settings) -> Edits:
        with connect("ingest", settings=settings) as connection:
            rows = connection.execute(
                "select unit_code, to_jsonb(ratings) from"
                " intermediate.int_ratings_current as ratings"
                " where period_code = '2018-Y' and subject = 'member'"
                " order by rated_total desc, unit_code"
            ).fetchall()
        left, found = count, []
        for code, row in rows:
            moved = min(left, row[from_level])
            if moved:
                deltas = {from_level: -moved, to_level: moved}
                edit = add("ratings", deltas, subject="member")
                found.append((Return(code, "ratings", "2018-Y"), edit))
                left -= moved
        return found

    return edits


def units_rated(
    from_levels: Sequence[str], to_level: str, count: int
) -> Callable[[Settings], Edits]:
    """Give ``count`` units another level in 2019."""

    def edits(settings: Settings) -> Edits:
        with connect("ingest", settings=settings) as connection:
            rows = connection.execute(
                "select unit_code, to_jsonb(ratings) from"
                " intermediate.int_ratings_current as ratings"
                " where period_code = '2019-Y' and subject = 'unit' order by 1"
            ).fetchall()
        found: Edits = []
        for code, row in rows:
            level = next((level for level in from_levels if row[level]), None)
            if level and len(found) < count:
                edit = add("ratings", {level: -1, to_level: 1}, subject="unit")
                found.append((Return(code, "ratings", "2019-Y"), edit))
        return found

    return edits


def inspections_more(
    body: str, subject: str, kinds: Sequence[str]
) -> Callable[[Settings], Edits]:
    def edits(settings: Settings) -> Edits:
        with connect("ingest", settings=settings) as connection:
            row = connection.execute(
                "select unit_code, period_code, kind from"
                " intermediate.int_inspections_current where body = %s"
                " and subject = %s and kind = any(%s) and period_code = '2020-H1'"
                " and done > 0 order by period_code, unit_code, kind",
                [body, subject, list(kinds)],
            ).fetchone()
        if row is None:
            raise LookupError(f"nobody reported {body} {subject} {kinds}")
        code, period, kind = row
        edit = add("inspections", {"done": 1}, body=body, subject=subject, kind=kind)
        return [(Return(code, "inspections", period), edit)]

    return edits


def trained_more(settings: Settings) -> Edits:
    code = unit(
        settings,
        "select unit_code from intermediate.int_training_current"
        " where programme = 'political_theory' and period_code = '2020-H1'"
        " and unit_code = 'DLK-VP'",
    )
    deltas = {"attendees": 100, "attendees_members": 100}
    edit = add("training", deltas, programme="political_theory")
    return [(Return(code, "awards_training", "2020-H1"), edit)]


def awards_more(subject: str) -> Callable[[Settings], Edits]:
    where = {
        "level": "province",
        "kind": "certificate_of_merit",
        "subject": subject,
        "merit_from_year": 2018,
        "merit_to_year": 2022,
    }

    def edits(settings: Settings) -> Edits:
        code = unit(
            settings,
            "select unit_code from intermediate.int_awards_current where"
            " bloc_code = 'DTP' and level = 'province' and subject = %s"
            " and kind = 'certificate_of_merit' and merit_from_year = 2018"
            " and merit_to_year = 2022 order by 1",
            subject,
        )
        edit = add("awards", {"award_count": 1}, **where)
        return [(Return(code, "awards_training", "2023-H1"), edit)]

    return edits


INSPECTION_KINDS = (
    "compliance_inspection",
    "violation_sign_inspection",
    "inspection_duty_inspection",
    "discipline_enforcement_inspection",
    "finance_inspection",
)
WITH_THEMATIC = (*INSPECTION_KINDS, "thematic_supervision")

CASES: dict[str, tuple[Callable[[Settings], Edits], set[str]]] = {
    "000-4": (one_member_more, {"000-4"}),
    "001-4": (members_past_seven_thousand, {"001-4"}),
    "001-5": (trained_more, {"001-5"}),
    "001-6": (units_rated(["completed"], "not_completed", 1), {"001-6"}),
    "001-7": (units_rated(["good", "excellent"], "completed", 1), {"001-7"}),
    "001-8": (
        units_rated(["completed"], "not_completed", 3),
        {"001-6", "001-8"},
    ),
    "001-9": (
        units_rated(["good", "excellent"], "completed", 20),
        {"001-7", "001-9"},
    ),
    "001-10": (admitted_more("DLK", "2020-H1"), {"001-10", "001-11"}),
    "001-11": (admitted_more("DLKCQ", "2018-Y"), {"001-10", "001-11"}),
    "001-12": (plan_more("DLKCQ-VP", "2018-Y", 1), {"001-11", "001-12"}),
    "001-13": (members_rated("excellent", "not_completed", 2), {"001-13"}),
    "001-14": (members_rated("good", "not_completed", 2), {"001-14"}),
    "001-15": (members_rated("completed", "not_completed", 2), {"001-15"}),
    "001-16": (members_rated("good", "not_completed", 400), {"001-14", "001-16"}),
    "001-17": (
        inspections_more("bloc_standing_committee", "organisation", INSPECTION_KINDS),
        {"001-17"},
    ),
    "001-18": (
        inspections_more("bloc_standing_committee", "member", INSPECTION_KINDS),
        {"001-18"},
    ),
    "001-19": (
        inspections_more("bloc_inspection_commission", "organisation", WITH_THEMATIC),
        {"001-19"},
    ),
    "001-20": (
        inspections_more("grassroots_inspection_commission", "member", WITH_THEMATIC),
        {"001-20"},
    ),
    "001-21": (
        inspections_more("bloc_departments", "organisation", INSPECTION_KINDS),
        {"001-21"},
    ),
    "001-22": (
        inspections_more(
            "grassroots_committee",
            "organisation",
            (*WITH_THEMATIC, "regular_supervision"),
        ),
        {"001-22"},
    ),
    "001-23": (
        inspections_more("grassroots_committee", "member", WITH_THEMATIC),
        {"001-23"},
    ),
    "002-1": (admitted_more("LSN", "2022-M9"), {"002-1"}),
    "003-1": (awards_more("sub_cell"), {"003-1"}),
    "003-2": (awards_more("member"), {"003-2"}),
    "004-1": (admitted_more("LAN", "2017-Q1"), {"004-1", "004-2", "004-3"}),
    "004-2": (plan_more("LAN-VP", "2017-Y", 10), {"004-2"}),
    "004-3": (youth_more, {"004-3"}),
}


@pytest.fixture(scope="session")
def models(published: Settings) -> list[Model]:
    """The tables that the claims rest on."""
    return compiled_models(published)


@pytest.mark.parametrize("claim", CASES)
def test_one_figure_turns_exactly_the_claims_that_rest_on_it(
    claim: str, published: Settings, models: list[Model], tmp_path: Path
) -> None:
    edits, expected = CASES[claim]
    assert claim in expected
    own = published.with_changes(
        landing_dir=tmp_path / "in", archive_dir=tmp_path / "kept"
    )
    files = correct(own, edits(published))
    with undone(published) as connection:
        assert take_in(connection, own) == ["accepted"] * len(files)
        assert recompute_changed(connection, published, models) == 0
        assert _not_met(connection) == expected


# the reference data says what a unit is: these claims depend on a line of it
KINDS = {
    "000-2": ("LAN", "2024-06-30", {"000-2", "000-3"}),
    "000-3": ("LAN", "2024-06-30", {"000-2", "000-3"}),
    "001-2": ("DLK", "2019-12-31", {"001-2", "001-3"}),
    "001-3": ("DLK", "2019-12-31", {"001-2", "001-3"}),
}


@pytest.mark.parametrize("claim", KINDS)
def test_a_unit_of_another_kind_turns_the_claims_on_kinds(
    claim: str, published: Settings, models: list[Model]
) -> None:
    bloc, day, expected = KINDS[claim]
    old, new = ("dbcs", "cbcs") if claim.endswith("2") else ("cbcs", "dbcs")
    with undone(published) as connection:
        span = _span(connection, bloc, old, day)
        connection.execute(
            "update reference.ref_unit_spans set unit_kind = %s where ctid = %s",
            [new, span],
        )
        recompute(connection, published, models)
        assert _not_met(connection) == expected


# the claim, those that turn with it, and shares that may: the members' ratings of 2019
# are those of the units open at its end, and one unit's may be like all the others'
CLOSINGS = {
    "000-1": ("LAN", "2024-06-30", {"000-1", "000-2", "000-4"}, set[str]()),
    "001-1": (
        "DLK",
        "2019-12-31",
        {"001-1", "001-2"},
        {"001-13", "001-14", "001-15"},
    ),
}


@pytest.mark.parametrize("claim", CLOSINGS)
def test_a_unit_closed_for_one_day_turns_the_claims_of_that_day(
    claim: str, published: Settings, models: list[Model]
) -> None:
    bloc, day, expected, possible = CLOSINGS[claim]
    with undone(published) as connection:
        span = _span(connection, bloc, "dbcs", day)
        connection.execute(
            "insert into reference.ref_unit_spans (unit_code, bloc_code, unit_kind,"
            " sector, unit_name, valid_from, valid_to) select unit_code, bloc_code,"
            " unit_kind, sector, unit_name, %s::date + 1, valid_to"
            " from reference.ref_unit_spans where ctid = %s",
            [day, span],
        )
        connection.execute(
            "update reference.ref_unit_spans set valid_to = %s where ctid = %s",
            [day, span],
        )
        recompute(connection, published, models)
        assert expected <= _not_met(connection) <= expected | possible


def test_the_cases_cover_every_claim_that_is_not_context(published: Settings) -> None:
    covered = {*CASES, *KINDS, *CLOSINGS}
    with undone(published) as connection:
        claims = _verdicts(connection)
    assert covered == {
        claim for claim, (_, reason) in claims.items() if reason != "context"
    }
    assert len(covered) == 33


def _verdicts(connection: Connection) -> dict[str, tuple[str, str | None]]:
    rows = connection.execute(
        "select claim_id, verdict, reason from marts.rpt_published_totals"
    ).fetchall()
    return {claim: (verdict, reason) for claim, verdict, reason in rows}


def _not_met(connection: Connection) -> set[str]:
    found = _verdicts(connection)
    not_recomputable = {
        (claim, reason)
        for claim, (verdict, reason) in found.items()
        if verdict == "not_recomputable" and reason != "context"
    }
    assert not_recomputable == set()
    return {claim for claim, (verdict, _) in found.items() if verdict == "not_met"}


def _span(connection: Connection, bloc: str, kind: str, day: str) -> str:
    """The row of a unit that is open on the day and long after."""
    connection.execute("reset role")  # who prepares may change the lists
    row = connection.execute(
        "select ctid::text from reference.ref_unit_spans where bloc_code = %s"
        " and unit_kind = %s and valid_from <= %s"
        " and (valid_to is null or valid_to > %s::date + 30)"
        " order by unit_code limit 1",
        [bloc, kind, day, day],
    ).fetchone()
    assert row is not None
    return str(row[0])
