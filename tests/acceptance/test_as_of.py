"""What was known when: later corrections change today's answer, not that of then."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from psycopg import Connection, sql
from tests.acceptance.corrections import correct
from tests.acceptance.recompute import take_in, undone
from tests.acceptance.test_claims import one_member_more

from bloc_warehouse.build.compiled.project import Model
from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.days import end_of, moment_of
from bloc_warehouse.history.as_of import models_up_to, rebuild, rebuilt
from bloc_warehouse.intake.load.version_history import (
    ValidityPeriod,
    VersionLifetime,
    store_validity_periods,
    validity_periods,
)
from bloc_warehouse.intake.load.versions import Version, update_version_states
from bloc_warehouse.publish import publication_log
from bloc_warehouse.reference.store import Change, read_applied, record
from bloc_warehouse.settings import Settings

DAY = date(2024, 7, 10)
LAN_2024 = ("000-1", "000-2", "000-3", "000-4")


@pytest.fixture(scope="module")
def models(published: Settings) -> list[Model]:
    return models_up_to(published, "rpt_published_totals", "rpt_bloc_totals")


def verdicts(
    connection: Connection, settings: Settings, models: list[Model], moment: datetime
) -> dict[str, str]:
    """Return the verdicts on Long An's claims as of a moment; undone at once."""
    with connection.transaction(force_rollback=True):
        rebuild(connection, settings, models, moment, ["LAN"])
        return dict(
            connection.execute(
                "select claim_id, verdict from marts.rpt_published_totals"
                " where bloc_code = 'LAN'"
            ).fetchall()
        )


def test_a_claim_holds_as_of_its_day_after_later_corrections(
    published: Settings, models: list[Model]
) -> None:
    paths = correct(published, one_member_more(published))
    try:
        with undone(published) as connection:
            assert take_in(connection, published) == ["accepted"]
            today = verdicts(connection, published, models, datetime.now(UTC))
            then = verdicts(connection, published, models, end_of(DAY, published.zone))
    finally:
        for path in paths:
            path.unlink()
    assert {claim for claim, verdict in today.items() if verdict == "not_met"} == {
        "000-4"
    }
    assert {then[claim] for claim in LAN_2024} == {"met"}


def test_a_withdrawal_acts_from_its_own_time_on(
    published: Settings, models: list[Model]
) -> None:
    withdrawn_at = datetime(2024, 8, 1, tzinfo=UTC)
    with undone(published) as connection:
        connection.execute("set local role ingest")
        row = connection.execute(
            "update raw.submissions set state = 'withdrawn' where submission_id ="
            " (select submission_id from intermediate.int_submissions_current"
            " where bloc_code = 'LAN' and form = 'membership'"
            " and period_code = '2024-H1' order by unit_code limit 1)"
            " returning file_id, submission_id, unit_code"
        ).fetchone()
        assert row is not None
        connection.execute(
            "insert into raw.withdrawals (file_id, submission_id, state_before, reason,"
            " withdrawn_by, withdrawn_at) values (%s, %s, 'accepted', '', '', %s)",
            [*row[:2], withdrawn_at],
        )
        update_version_states(connection, [(row[2], "2024-H1")])
        store_validity_periods(connection, [(row[2], "2024-H1")])
        before, after = (
            verdicts(connection, published, models, withdrawn_at + timedelta(hours))
            for hours in (-1, 0)
        )
    assert before["000-4"] == "met"
    assert after["000-4"] == "not_recomputable"


def test_lists_are_those_that_were_in_force(
    published: Settings, models: list[Model]
) -> None:
    """A unit's end is written down in July and taken back in August."""
    with undone(published) as connection:
        connection.execute("set local role ingest")
        lists = read_applied(connection)
        ended = {
            **dict.fromkeys(lists["ref_unit_events"][0]),
            "event_id": "EV-LATE",
            "event_type": "dissolve",
            "status": "effective",
            "effective_date": "2024-06-01",
            "unit_code": _unit_of(connection, "LAN"),
        }
        connection.execute(
            "update quality.reference_applications set applied_at = '2024-07-15'"
        )
        for day, before, after in (
            ("2024-07-20", None, ended),
            ("2024-08-01", ended, None),
        ):
            change = Change("ref_unit_events", "EV-LATE", before, after)
            number = record(connection, [change], by="test", reason=None)
            connection.execute(
                "update quality.reference_applications set applied_at = %s"
                " where application_id = %s",
                [day, number],
            )
        told = {
            day: verdicts(connection, published, models, end_of(day, published.zone))
            for day in (DAY, date(2024, 7, 25), date(2024, 8, 2))
        }
    assert {told[DAY][claim] for claim in LAN_2024} == {"met"}
    assert told[date(2024, 7, 25)]["000-1"] == "not_met"
    assert told[date(2024, 8, 2)] == told[DAY]


def _unit_of(connection: Connection, bloc: str) -> str:
    row = connection.execute(
        "select unit_code from intermediate.int_membership_current"
        " where bloc_code = %s and period_code = '2024-H1' order by unit_code limit 1",
        [bloc],
    ).fetchone()
    assert row is not None
    return str(row[0])


def test_it_locks_nothing_that_a_build_needs_and_leaves_nothing(
    published: Settings, models: list[Model]
) -> None:
    relations = "select count(*) from pg_class where relpersistence = 'p'"
    with rebuilt(published, models, end_of(DAY, published.zone), ["LAN"]) as connection:
        before = connection.execute(relations).fetchone()
        held = connection.execute(
            "select distinct locks.mode from pg_locks as locks"
            " inner join pg_class on locks.relation = pg_class.oid"
            " where locks.pid = pg_backend_pid() and pg_class.relpersistence = 'p'"
            " and pg_class.oid > 16384"
        ).fetchall()
        figures = connection.execute(
            "select count(*), count(distinct bloc_code)"
            " from intermediate.int_submissions_current"
        ).fetchone()
    with undone(published) as connection:
        assert connection.execute(relations).fetchone() == before
    assert held == [("AccessShareLock",)]
    assert figures is not None
    assert figures[0] > 0
    assert figures[1] == 1  # the other blocs' returns were not touched


def test_versions_stand_as_intake_settled_them(published: Settings) -> None:
    with undone(published) as connection:
        double = connection.execute(
            "select 1 from intermediate.int_submissions_versioned as earlier"
            " inner join intermediate.int_submissions_versioned as other"
            " using (unit_code, form, period_code)"
            " where (earlier.submission_id, earlier.reported_from)"
            " <> (other.submission_id, other.reported_from)"
            " and earlier.reported_from <> coalesce(earlier.reported_to, 'infinity')"
            " and tstzrange(earlier.reported_from, earlier.reported_to)"
            " && tstzrange(other.reported_from, other.reported_to)"
        ).fetchall()
        current, versions = (
            {
                number
                for (number,) in connection.execute(
                    f"select submission_id from intermediate.{table}"  # type: ignore[arg-type]
                )
            }
            for table in (
                "int_submissions_current",
                "int_submissions_versioned where is_current",
            )
        )
    assert double == []
    assert current == versions


def test_the_view_gives_the_times_that_the_versions_give(published: Settings) -> None:
    """Generated histories, with and without withdrawals, one a period of one unit."""
    chance = random.Random(17)  # noqa: S311 - generated data
    start = datetime(2024, 7, 1, tzinfo=UTC)
    expected: set[ValidityPeriod] = set()
    with undone(published) as connection:
        connection.execute("set local role ingest")
        for year in range(1900, 1960):
            lifetimes = [
                _received(
                    connection, chance, year, start + timedelta(chance.randrange(5))
                )
                for _ in range(chance.randrange(1, 6))
            ]
            if year % 2:
                lifetimes = [
                    _perhaps_withdrawn(connection, chance, lifetime)
                    for lifetime in lifetimes
                ]
            update_version_states(connection, [("MADE", f"{year}-Y")])
            store_validity_periods(connection, [("MADE", f"{year}-Y")])
            expected |= set(validity_periods(lifetimes))
        connection.execute("set local role transform")
        connection.execute(
            "insert into intermediate.build_scope (unit_code, period_year)"
            " select 'MADE', generate_series(1900, 1960) on conflict do nothing"
        )
        rows = connection.execute(
            "select submission_id, counted_from, counted_to"
            " from intermediate.int_version_validity inner join raw.submissions"
            " using (submission_id) where unit_code = 'MADE'"
        ).fetchall()
    assert {ValidityPeriod(*row) for row in rows} == expected
    assert len(expected) > 100


def _received(
    connection: Connection, chance: random.Random, year: int, received: datetime
) -> VersionLifetime:
    number = chance.choice([None, None, 1, 2, 3])
    content = chance.choice("abcd")
    written = datetime(2024, 6, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(9))
    row = connection.execute(
        "with file as (insert into raw.files (sender, path, file_name, sha256,"
        " byte_size, received_at, received_at_source, archive_path, written_at) values"
        " ('MADE', gen_random_uuid(), '', '', 1, %(received)s, 'folder', '',"
        " %(written)s)"
        " returning file_id)"
        " insert into raw.submissions (file_id, form, form_version, sheet, unit_code,"
        " period_code, period_year, stated_submission_no, content_sha256, received_at,"
        " written_at) select file_id, 'membership', 1, '', 'MADE', %(period)s,"
        " %(year)s, %(number)s, %(content)s, %(received)s, %(written)s from file"
        " returning submission_id, file_id",
        {
            "received": received,
            "written": written,
            "period": f"{year}-Y",
            "year": year,
            "number": number,
            "content": content,
        },
    ).fetchone()
    assert row is not None
    period = f"{year}-Y"
    version = Version(
        *(*row, received, "MADE", period, "membership", number, content, "", None),
        written_at=written,
    )
    return VersionLifetime(version, None)


def _perhaps_withdrawn(
    connection: Connection, chance: random.Random, lifetime: VersionLifetime
) -> VersionLifetime:
    if chance.random() < 0.6:
        return lifetime
    moment = lifetime.version.received_at + timedelta(chance.randrange(1, 6), hours=1)
    connection.execute(
        "update raw.submissions set state = 'withdrawn' where submission_id = %s",
        [lifetime.version.submission_id],
    )
    connection.execute(
        "insert into raw.withdrawals (file_id, submission_id, state_before, reason,"
        " withdrawn_by, withdrawn_at) values (%s, %s, 'accepted', '', '', %s)",
        [lifetime.version.file_id, lifetime.version.submission_id, moment],
    )
    return VersionLifetime(lifetime.version, moment)


def test_a_day_is_its_end_in_the_offices_zone(published: Settings) -> None:
    assert moment_of("2024-07-10", published.zone) == datetime(
        2024, 7, 10, 16, 59, 59, 999999, tzinfo=UTC
    )
    assert moment_of("2024-07-10T08:30", published.zone) == datetime(
        2024, 7, 10, 1, 30, tzinfo=UTC
    )
    with pytest.raises(ValueError, match="isoformat"):
        moment_of("10/7", published.zone)


@pytest.mark.parametrize("kept", publication_log._KEPT)
def test_what_readers_see_is_not_compared_each_with_each(
    published: Settings, kept: str
) -> None:
    """Of a hundred blocs it took minutes: rows grow, and their pairs by the square."""
    with connect("owner", settings=published) as connection:
        connection.execute("set local role transform")
        plan = connection.execute(
            sql.SQL("explain {}").format(
                publication_log._keep_seen(kept, 1, datetime.now(tz=UTC))
            )
        ).fetchall()
        connection.rollback()
    steps = [line.strip(" ->") for (line,) in plan]
    assert sum(step.startswith(("Hash", "Merge")) for step in steps) >= 2
    assert not [step for step in steps if step.startswith("Nested Loop")]
