"""What readers see gives no count of discipline away, whatever is subtracted.

The attacker knows everything that readers may read, in every release, and the rule by
which counts are withheld (tests/dbt_project/readers/disclosure_attack.py).
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
from tests.dbt_project.compiled_build import Model
from tests.dbt_project.readers.disclosure_attack import Attack, Release
from tests.dbt_project.readers.disclosure_world import PERIODS, Returns, Seen, Unit

from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import Settings

THRESHOLD = 3
BLOC, YEAR = "DLKCQ", 2016
PERIOD = f"{YEAR}-Y"
DECIDED = "int_confidential_totals_decided"
FORMS = ("reprimand", "warning", "dismissal", "expulsion")

Seeing = tuple[int | None, dict[int, int]]


@pytest.fixture(scope="module")
def models(published: Settings) -> list[Model]:
    return compiled_models(published, "fct_discipline", "rpt_bloc_totals")


def release(
    connection: Connection,
    settings: Settings,
    models: Sequence[Model],
    *,
    declared: int | None = None,
) -> Seeing:
    """Rebuild, as dbt would, and return the bloc's total and the units' as seen.

    The office declares the right total, unless another one is given.
    """
    connection.execute("set local role ingest")
    connection.execute(
        "update raw.bloc_summary set declared_total = coalesce(%s, (select"
        "  sum(discipline_total) from raw.discipline inner join raw.submissions"
        "  using (submission_id) where state = 'accepted' and subject = 'member'"
        "  and period_code = %s and unit_code = any (%s)), 0)"
        " from raw.submissions where bloc_summary.submission_id"
        " = submissions.submission_id and indicator = 'members_disciplined'"
        " and unit_code = any (%s) and period_code = %s",
        [declared, PERIOD, units(connection), units(connection), PERIOD],
    )
    place = next(i for i, model in enumerate(models) if model.name == DECIDED)
    recompute(connection, settings, models[:place])
    connection.execute("set local role transform")
    connection.execute(  # appended to: what was decided on once stays so
        f"insert into intermediate.{DECIDED} (bloc_code, period_code, indicator, basis,"
        " period_year, computed_total, period_end, increase)"
        f" select * from ({models[place].query}) as decided"  # type: ignore[arg-type]
    )
    refill(connection, models[place + 1 :])
    (total,) = connection.execute(
        "select coalesce(computed_total, declared_total) from marts.rpt_bloc_totals"
        " where bloc_code = %s and period_code = %s"
        " and indicator = 'members_disciplined'",
        [BLOC, PERIOD],
    ).fetchone() or (None,)
    rows = connection.execute(
        "select reporting_unit_code, discipline_total from marts.fct_discipline"
        " where bloc_code = %s and period_code = %s and subject = 'member'",
        [BLOC, PERIOD],
    )
    numbers = {code: number for number, code in enumerate(units(connection))}
    return total, {numbers[unit]: count for unit, count in rows}


def begin(connection: Connection, counts: dict[int, tuple[int, ...]]) -> None:
    """Let the year's counts be others from the start: nothing was decided on before."""
    connection.execute("set local role transform")
    connection.execute(
        f"delete from intermediate.{DECIDED} where bloc_code = %s and period_year = %s",
        [BLOC, YEAR],
    )
    discipline(connection, counts)


def discipline(connection: Connection, counts: dict[int, tuple[int, ...]]) -> None:
    """Let the n-th unit have so many of each form in the year, and all others none."""
    connection.execute("set local role ingest")
    connection.execute("delete from raw.discipline using raw.submissions where"
                       " discipline.submission_id = submissions.submission_id"
                       " and period_year = %s and unit_code = any (%s)",
                       [YEAR, units(connection)])  # fmt: skip
    for number, forms in counts.items():
        connection.execute(
            "insert into raw.discipline (submission_id, sheet, sheet_row, body,"
            " subject, reprimand, warning, dismissal, expulsion, dissolution,"
            " discipline_total, of_which_committee_members, not_applicable)"
            " select submission_id, 'BKT', 99, 'grassroots_committee', 'member', %s,"
            " %s, %s, %s, null, %s, 0, '{}' from raw.submissions"
            " where form = 'inspections' and state = 'accepted' and unit_code = %s"
            " and period_code = %s",
            [
                *(*forms, 0, 0, 0)[: len(FORMS)],
                sum(forms),
                units(connection)[number],
                PERIOD,
            ],
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


@pytest.mark.parametrize(
    ("counts", "seen"),
    [
        ({0: (2,)}, (None, {})),  # a small total is somebody's
        ({}, (None, {})),  # else each unit's nothing were told
        ({0: (7,), 1: (2,)}, (9, {})),  # the 7 would leave 2 for all the others
        ({0: (7,), 1: (2,), 2: (1, 1)}, (11, {0: 7})),
        # forms 3 and 3 beside a total of 7 pin the two that are withheld
        ({0: (3, 3, 0, 1), 1: (2,), 2: (2,)}, (11, {})),
    ],
)
def test_a_units_year_is_shown_whole_beside_enough_that_is_hidden(
    counts: dict[int, tuple[int, ...]],
    seen: Seeing,
    published: Settings,
    models: list[Model],
) -> None:
    with undone(published) as connection:
        begin(connection, counts)
        assert release(connection, published, models) == seen


def test_two_releases_give_nothing_away(
    published: Settings, models: list[Model]
) -> None:
    with undone(published) as connection:
        begin(connection, {0: (7,), 1: (2,), 2: (2,)})
        assert release(connection, published, models) == (11, {0: 7})
        correct(connection, 1, 1)
        # 10 now: less 11 it would say what the one unit that sent again has changed
        assert release(connection, published, models) == (None, {})
        correct(connection, 1, 2)  # sent again, with the same counts as at first
        assert release(connection, published, models) == (11, {0: 7})


def test_an_override_shows_nothing_of_a_total_that_the_office_contests(
    published: Settings, models: list[Model]
) -> None:
    """It blocks the bloc (H1); an override shows what the build made all the same."""
    with undone(published) as connection:
        begin(connection, {0: (7,), 1: (2,), 2: (2,)})
        assert release(connection, published, models, declared=12) == (None, {})
        correct(connection, 1, 3)  # nothing was shown of the wrong one
        assert release(connection, published, models) == (12, {0: 7})


def test_the_samples_leave_a_range_to_every_count(published: Settings) -> None:
    with connect("bi_reader", settings=published) as connection:
        years = connection.execute(
            "select distinct period_year from marts.rpt_bloc_totals"
            " where indicator = 'members_disciplined' order by 1"
        ).fetchall()
        for (year,) in years:
            attack = Attack(THRESHOLD)
            attack.learn(release_of(connection, year))
            targets = attack.targets()
            # totals first; units are alike to the attacker
            for label in list(targets)[:4]:
                least, _ = attack.extreme(targets[label], 1)
                most, _ = attack.extreme(targets[label], -1)
                assert most - least >= THRESHOLD, (year, label, least, most)


def release_of(connection: Connection, year: int) -> Release:
    """Return a year of all blocs as readers see it in the live release."""
    totals = connection.execute(
        "select bloc_code, period_type, computed_total, is_complete"
        " from marts.rpt_bloc_totals where indicator = 'members_disciplined'"
        " and period_year = %s",
        [year],
    ).fetchall()
    returns: dict[str, dict[str, str]] = {}
    for unit, bloc, period in connection.execute(
        "select unit_code, bloc_code, period_type from marts.fct_returns"
        " where form = 'inspections' and state = 'accepted' and period_year = %s",
        [year],
    ):
        returns.setdefault(unit, {})[period] = bloc
    units = {
        code: Unit({period: blocs[period] for period in PERIODS if period in blocs}, {})
        for code, blocs in returns.items()
    }
    rows = connection.execute(
        "select count(*) from marts.fct_discipline where period_year = %s", [year]
    ).fetchone()
    assert rows == (0,)  # none has enough beside it
    return Release(
        Seen({(bloc, period): total for bloc, period, total, _ in totals}, {}),
        Returns(
            units,
            {"DLK": frozenset({"DLKCQ", "DLKDN"})},
            missing=frozenset(
                (bloc, period)
                for bloc, period, _, is_complete in totals
                if not is_complete
            ),
        ),
        dict.fromkeys(units, 0),
    )


def test_parts_of_a_year_are_withheld_by_unit(published: Settings) -> None:
    with connect("ingest", settings=published) as connection:
        rows = connection.execute(
            "select extract(month from interval_end), extract(day from interval_end)"
            " from marts.fct_discipline"
        ).fetchall()
    assert set(rows) <= {(12, 31)}


def test_members_who_left_cannot_be_distinguished(published: Settings) -> None:
    """The stock and the flows leave the four ways out as one sum, or as unknown."""
    with connect("ingest", settings=published) as connection:
        columns = {
            name
            for (name,) in connection.execute(
                "select column_name from information_schema.columns"
                " where table_schema in ('marts', 'monitoring')"
            )
        }
        (differing,) = connection.execute(
            "select count(*) from marts.fct_membership as flows"
            " inner join marts.fct_membership_stocks as stocks"
            " using (reporting_unit_code, interval_end)"
            " inner join raw.membership as stated"
            " on flows._submission_id = stated.submission_id"
            " left join raw.membership as before"
            " on flows._previous_submission_id = before.submission_id"
            " where coalesce(before.closing_total, stated.opening_total)"
            " + flows.inc_total - coalesce(flows.dec_transfer_internal, 0)"
            " - coalesce(flows.dec_transfer_external, 0) - coalesce(flows.dec_died, 0)"
            " - coalesce(flows.dec_structural, 0)"
            " - coalesce(flows.dec_left_or_removed, 0)"
            " <> stocks.closing_total and flows.dec_left_or_removed is not null"
        ).fetchone() or (1,)
    assert differing == 0
    assert not columns & {
        "dec_expelled", "dec_struck_off", "dec_resigned", "dec_other",
        "dec_expelled_year_to_date", "must_discipline", "disciplined",
        "concluded_violation", "cases_carried_over", "must_discipline_year_to_date",
        "disciplined_year_to_date", "concluded_violation_year_to_date",
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
