"""What readers saw when: kept at each publishing, override and rollback."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bloc_warehouse.build import releases
from bloc_warehouse.cli.totals import history
from bloc_warehouse.database.connection import Role, connect
from bloc_warehouse.history.totals import Question, totals_seen
from bloc_warehouse.publish.publication_log import publications
from bloc_warehouse.publish.publish import publish, rollback
from bloc_warehouse.settings import Settings

Publish = Callable[..., datetime]

TOTALS = """
drop table if exists marts_candidate.rpt_bloc_totals,
    marts_candidate.rpt_published_totals;
create table marts_candidate.rpt_bloc_totals as
select
    'LAN' as bloc_code, '2024-H1' as period_code, indicator, total as computed_total,
    null::bigint as declared_total, 80 as units_reported, 80 as units_expected,
    true as is_complete
from (values ('member_count', {members}::bigint), ('unit_count', 80),
    ('members_disciplined', {disciplined})) as totals (indicator, total);
create table marts_candidate.rpt_published_totals as
select '000-4' as claim_id, 'LAN' as bloc_code,
    case when {members} = 4851 then 'met' else 'not_met' end as verdict,
    null::text as reason, {members}::numeric as recomputed, 80 as units_reported,
    80 as units_expected
"""


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def show(warehouse: Settings) -> Publish:
    """Publish a release with these totals; return a moment at which it was live."""

    def order(
        members: int, disciplined: int | None = 1, *, critical: int = 0
    ) -> datetime:
        release_id = releases.begin_build(warehouse)
        made = TOTALS.format(
            members=members,
            disciplined="null::bigint" if disciplined is None else disciplined,
        )
        with connect("transform", settings=warehouse) as connection:
            connection.execute(made.encode())
        releases.finish_build(warehouse, release_id)
        with connect("ingest", settings=warehouse) as connection:
            row = connection.execute(
                "insert into quality.runs (stage, finished_at, critical_count,"
                " warning_count) values ('audit', clock_timestamp(), %s, 0)"
                " returning run_id",
                [critical],
            ).fetchone()
            run_id = row[0] if row else 0
            if critical:
                connection.execute(
                    "insert into quality.findings (run_id, rule, severity, message_vi,"
                    " message_en) values (%s, 'G1', 'critical', '', '')",
                    [run_id],
                )
            releases.record_audit(connection, release_id, run_id)
        outcome = publish(
            warehouse,
            by="lan",
            reason="the report is due" if critical else None,
            override=bool(critical),
        )
        assert outcome.published, outcome.message
        return now()

    return order


def members(settings: Settings, moment: datetime) -> list[int | None]:
    found = totals_seen(settings, Question("LAN", "2024-H1"), moment)
    return [
        total.computed_total for total in found if total.indicator == "member_count"
    ]


def rows(
    settings: Settings, query: str, role: Role = "ingest"
) -> list[tuple[Any, ...]]:
    with connect(role, settings=settings) as connection:
        return connection.execute(query.encode()).fetchall()


def test_each_day_gives_the_totals_that_were_seen(
    warehouse: Settings, show: Publish
) -> None:
    before = now()
    first = show(4851)
    second = show(4852)
    rollback(warehouse, by="lan")
    third = now()
    assert members(warehouse, before) == []
    assert [members(warehouse, at) for at in (first, second, third)] == [
        [4851], [4852], [4851],
    ]  # fmt: skip
    with connect("ingest", settings=warehouse) as connection:
        seen = publications(connection)
        at_second = publications(connection, second)
    assert [(release.release_id, release.cause) for release in seen] == [
        (1, "rolled_back"), (2, "published"), (1, "published"),
    ]  # fmt: skip
    assert [release.shown_to is None for release in seen] == [True, False, False]
    assert [release.release_id for release in at_second] == [2]
    assert rows(
        warehouse,
        "select verdict, release_id, seen_to is null from quality.published_claims"
        " order by seen_from",
    ) == [("met", 1, False), ("not_met", 2, False), ("met", 1, True)]


def test_a_withheld_total_differs_from_an_unreported_one(
    warehouse: Settings, show: Publish
) -> None:
    moment = show(4851, None)
    found = totals_seen(warehouse, Question("LAN", "2024-H1"), moment)
    assert [total.indicator for total in found if total.is_withheld] == [
        "members_disciplined"
    ]
    with history.console.capture() as printed:
        history._print_totals("Totals", found)
    lines = printed.get().splitlines()
    [line] = [line for line in lines if "withheld" in line]
    assert "members disciplined" in line


def test_only_what_differs_is_kept_again(warehouse: Settings, show: Publish) -> None:
    show(4851)
    show(4851)
    show(4852)
    kept = "select indicator, count(*) from quality.published_totals group by 1"
    assert sorted(rows(warehouse, kept)) == [
        ("member_count", 2), ("members_disciplined", 1), ("unit_count", 1),
    ]  # fmt: skip


def test_an_override_is_flagged(warehouse: Settings, show: Publish) -> None:
    show(4851, critical=1)
    with connect("ingest", settings=warehouse) as connection:
        [seen] = publications(connection)
    assert seen.is_overridden
    assert (seen.shown_by, seen.reason, seen.audit_outcome) == (
        "lan",
        "the report is due",
        "critical",
    )


def test_readers_see_the_history_without_discipline(
    warehouse: Settings, show: Publish
) -> None:
    show(4851, 1)
    show(4851, 2)
    seen = rows(
        warehouse, "select indicator from monitoring.published_totals", "bi_reader"
    )
    assert sorted(seen) == [("member_count",), ("unit_count",)]
