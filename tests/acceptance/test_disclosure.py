"""What readers see gives no small count of discipline away, whatever is subtracted.

The attacker knows everything that readers may read, in every release, and the rule by
which counts are withheld: a withheld count lies between 0 and the threshold less one.
"""

from collections.abc import Sequence

import pytest
from psycopg import Connection
from tests.acceptance.recompute import (
    compiled_models,
    recompute,
    refill,
    undone,
)
from tests.dbt.undbted import Model

from bloc_warehouse.settings import Settings
from bloc_warehouse.warehouse.connection import connect

THRESHOLD = 3
BLOC, YEAR = "DLKCQ", 2016
PERIOD = f"{YEAR}-Y"
SHOWN = "int_bloc_totals_shown"
MARTS = ("fct_discipline", "fct_membership", "fct_inspections", "rpt_bloc_totals")


@pytest.fixture(scope="module")
def models(published: Settings) -> list[Model]:
    return compiled_models(published, *MARTS)


def release(
    connection: Connection, settings: Settings, models: Sequence[Model]
) -> int | None:
    """Build anew, as dbt would, and return the bloc's total as readers see it."""
    place = next(i for i, model in enumerate(models) if model.name == SHOWN)
    recompute(connection, settings, models[:place])
    connection.execute("set local role transform")
    connection.execute(  # appended to: what was shown once stays known
        "insert into intermediate.int_bloc_totals_shown select bloc_code, period_code,"
        f" indicator, basis from ({models[place].query}) as shown"  # type: ignore[arg-type]
    )
    refill(connection, models[place + 1 :])
    (total,) = connection.execute(
        "select computed_total from marts.rpt_bloc_totals where bloc_code = %s"
        " and period_code = %s and indicator = 'members_disciplined'",
        [BLOC, PERIOD],
    ).fetchone() or (None,)
    return total  # type: ignore[no-any-return]


def discipline(connection: Connection, counts: dict[int, int]) -> None:
    """Let the n-th unit have so many reprimands in the year, and all others none."""
    connection.execute("set local role ingest")
    connection.execute("delete from raw.discipline using raw.submissions where"
                       " discipline.submission_id = submissions.submission_id"
                       " and period_year = %s and unit_code = any (%s)",
                       [YEAR, units(connection)])  # fmt: skip
    for number, count in counts.items():
        connection.execute(
            "insert into raw.discipline (submission_id, sheet, sheet_row, body,"
            " subject, reprimand, warning, dismissal, expulsion, dissolution,"
            " discipline_total, of_which_committee_members, not_applicable)"
            " select submission_id, 'BKT', 99, 'grassroots_committee', 'member', %s,"
            " 0, 0, 0, null, %s, 0, '{}' from raw.submissions"
            " where form = 'inspections' and state = 'accepted' and unit_code = %s"
            " and period_code = %s",
            [count, count, units(connection)[number], PERIOD],
        )


def units(connection: Connection) -> list[str]:
    return [
        code
        for (code,) in connection.execute(
            "select unit_code from intermediate.int_submissions_current"
            " where form = 'inspections' and bloc_code = %s and period_code = %s"
            " order by unit_kind = 'bloc_office', unit_code",
            [BLOC, PERIOD],
        )
    ]


def correct(connection: Connection, number: int, count: int) -> None:
    """Let one unit send its return again, with another count."""
    unit = units(connection)[number]
    connection.execute("set local role ingest")
    (old, new) = connection.execute(
        "with current as (select * from raw.submissions where form = 'inspections'"
        "  and state = 'accepted' and unit_code = %s and period_code = %s),"
        " added as (insert into raw.submissions overriding system value"
        "  select (jsonb_populate_record(null::raw.submissions, to_jsonb(current)"
        "   || jsonb_build_object('state', 'superseded', 'submission_id',"
        "    (select max(submission_id) + 1 from raw.submissions)))).*"
        "  from current returning submission_id)"
        " select current.submission_id, added.submission_id from current, added",
        [unit, PERIOD],
    ).fetchone() or (0, 0)
    for table in ("inspections", "discipline", "petitions"):
        connection.execute(
            f"update raw.{table} set submission_id = %s where submission_id = %s",  # type: ignore[arg-type]
            [new, old],
        )
    connection.execute(
        "update raw.submissions set state = case submission_id when %s then"
        " 'superseded' else 'accepted' end where submission_id in (%s, %s)",
        [old, old, new],
    )
    connection.execute(
        "update raw.discipline set reprimand = %s, discipline_total = %s"
        " where submission_id = %s",
        [count, count, new],
    )


def recovered(connection: Connection, total: int | None) -> dict[str, int]:
    """Attack by siblings: the units whose withheld count has one value left."""
    shown = dict(
        connection.execute(
            "select reporting_unit_code, sum(discipline_total)"
            " from marts.fct_discipline where bloc_code = %s and period_code = %s"
            " and subject = 'member' group by 1",
            [BLOC, PERIOD],
        ).fetchall()
    )
    hidden = [unit for unit in units(connection) if unit not in shown]
    if total is None:
        return {}
    left = total - sum(shown.values())
    lowest = max(0, left - (len(hidden) - 1) * (THRESHOLD - 1))
    highest = min(left, THRESHOLD - 1)
    return dict.fromkeys(hidden, highest) if lowest == highest > 0 else {}


def test_siblings_give_nothing_away(published: Settings, models: list[Model]) -> None:
    for counts, expected in (
        ({0: 2}, None),  # a small total is somebody's
        ({0: 7, 1: 2}, 9),
        ({}, 0),
    ):
        with undone(published) as connection:
            discipline(connection, counts)
            total = release(connection, published, models)
            assert total == expected, counts
            assert recovered(connection, total) == {}


def test_two_releases_give_nothing_away(
    published: Settings, models: list[Model]
) -> None:
    with undone(published) as connection:
        discipline(connection, {0: 7, 1: 2})
        assert release(connection, published, models) == 9
        correct(connection, 1, 1)
        # 8 now: less 9 it would say what the one unit that sent again has changed
        assert release(connection, published, models) is None
        correct(connection, 2, 0)
        assert release(connection, published, models) is None
        correct(connection, 3, 0)
        assert release(connection, published, models) == 8  # of three, who knows


def test_parts_of_a_year_are_withheld_by_unit(published: Settings) -> None:
    with connect("ingest", settings=published) as connection:
        rows = connection.execute(
            "select extract(month from interval_end), extract(day from interval_end)"
            " from marts.fct_discipline union"
            " select extract(month from interval_end), extract(day from interval_end)"
            " from marts.fct_inspections"
            " where num_nonnulls(concluded_violation_year_to_date,"
            " cases_carried_over, must_discipline_year_to_date,"
            " disciplined_year_to_date) > 0"
        ).fetchall()
    assert set(rows) <= {(12, 31)}


def test_members_who_left_cannot_be_told_apart(published: Settings) -> None:
    """The stock and the flows leave the four ways out as one sum."""
    with connect("ingest", settings=published) as connection:
        columns = {
            name
            for (name,) in connection.execute(
                "select column_name from information_schema.columns"
                " where table_schema in ('marts', 'monitoring')"
            )
        }
        (differing,) = connection.execute(
            "select count(*) from marts.fct_membership where opening_total"
            " + inc_total - coalesce(dec_transfer_internal, 0)"
            " - coalesce(dec_transfer_external, 0) - coalesce(dec_died, 0)"
            " - coalesce(dec_structural, 0) - coalesce(dec_left_or_removed, 0)"
            " <> closing_total"
        ).fetchone() or (1,)
    assert differing == 0
    assert not columns & {
        "dec_expelled", "dec_struck_off", "dec_resigned", "dec_other",
        "dec_expelled_year_to_date", "must_discipline", "disciplined",
        "concluded_violation",
    }  # fmt: skip


def test_no_count_below_the_threshold_is_readable(published: Settings) -> None:
    with connect("ingest", settings=published) as connection:
        small = connection.execute(
            "select count(*) from marts.fct_discipline cross join lateral"
            " unnest(array[reprimand, warning, dismissal, expulsion, dissolution,"
            " discipline_total, of_which_committee_members, dismissal_office_holders])"
            " as counts (shown) where shown < %s",
            [THRESHOLD],
        ).fetchone()
        known = connection.execute(
            "select count(*) from intermediate.int_discipline_confidential"
            " where discipline_total_year_to_date between 1 and %s",
            [THRESHOLD - 1],
        ).fetchone()
    assert small == (0,)
    assert known != (0,)


def test_what_led_to_discipline_bounds_it_to_nothing_hidden(
    published: Settings, models: list[Model]
) -> None:
    """Nobody is disciplined who did not violate, was not due or was not carried over.

    The attacker knows of each hidden unit the most that T1 leaves it: where those
    bounds add up to the hidden sum, each unit has its own.
    """
    hidden = {1: 2, 2: 1, 3: 1}
    with undone(published) as connection:
        discipline(connection, {0: 7, **hidden})
        disclose_cases(connection, {0: 7, **hidden})
        assert release(connection, published, models) == 11
        bounds = upper_bounds(connection)
        of_hidden = {
            unit: min(bounds.get(unit, THRESHOLD - 1), THRESHOLD - 1)
            for unit in units(connection)[1:]
        }
        assert sum(of_hidden.values()) > sum(hidden.values())
        assert set(of_hidden.values()) == {THRESHOLD - 1}  # none is known better


def disclose_cases(connection: Connection, counts: dict[int, int]) -> None:
    """Let each unit's returns have as many violations as people it disciplined."""
    connection.execute("set local role ingest")
    for number, unit in enumerate(units(connection)):
        connection.execute(
            "with first_line as (select submission_id, min(sheet_row) as sheet_row"
            " from raw.inspections inner join raw.submissions using (submission_id)"
            " where unit_code = %s and period_code = %s and state = 'accepted'"
            " and subject = 'member' group by 1)"
            " update raw.inspections set cases_carried_over = 0,"
            " concluded_violation = counted, must_discipline = counted,"
            " disciplined = counted, done = greatest(done, counted) from"
            " (select inspections.submission_id, inspections.sheet_row,"
            "   case when first_line.sheet_row is null then 0 else %s end as counted"
            "   from raw.inspections inner join raw.submissions using (submission_id)"
            "   left join first_line using (submission_id, sheet_row)"
            "   where unit_code = %s and period_code = %s) as lines"
            " where inspections.submission_id = lines.submission_id"
            " and inspections.sheet_row = lines.sheet_row",
            [unit, PERIOD, counts.get(number, 0), unit, PERIOD],
        )


def upper_bounds(connection: Connection) -> dict[str, int]:
    """Return the most that a unit can have disciplined, where T1 lets it be known."""
    return dict(
        connection.execute(
            "select reporting_unit_code, sum(concluded_violation_year_to_date"
            " + cases_carried_over) from marts.fct_inspections where bloc_code = %s"
            " and period_code = %s and subject = 'member' group by 1 having"
            " bool_and(num_nulls(concluded_violation_year_to_date,"
            " cases_carried_over) = 0)",
            [BLOC, PERIOD],
        ).fetchall()
    )
