"""A bloc that findings name stays as it was; the others move; a person may override."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bloc_warehouse.build import releases
from bloc_warehouse.database.connection import Role, connect
from bloc_warehouse.history.claims import read_claims
from bloc_warehouse.history.shown_release import last_build, live_release
from bloc_warehouse.publish.plan import PublishError
from bloc_warehouse.publish.publish import publish, rollback, why_not
from bloc_warehouse.reports.status import read_status
from bloc_warehouse.settings import Settings

Build = Callable[..., int]
_TABLES = """
drop table if exists marts_candidate.dim_units, marts_candidate.fct_membership,
    marts_candidate.dim_periods, marts_candidate.rpt_published_totals;
create table marts_candidate.rpt_published_totals as
    select bloc || '-1' as claim_id, bloc as bloc_code, 'Y' as period_type,
        date '2024-01-01' as period_start, date '2024-12-31' as period_end,
        'member_count' as indicator, null::text as subject,
        null::text as conducted_by, 'actual' as role, 'exact' as qualifier,
        '1' as printed, {number}::numeric as recomputed, null::text as by_year,
        'met' as verdict, null::text as reason, 1 as units_reported,
        1 as units_expected, 0 as blank_count
    from unnest(array['DLK', 'LAN', 'PYE']) as blocs (bloc);
create table marts_candidate.dim_units as
    select bloc || '-001' as unit_code, bloc || '-001@2010' as unit_key,
        bloc as bloc_code, {number} as built_in
    from unnest(array['DLK', 'LAN', 'PYE']) as blocs (bloc);
create table marts_candidate.fct_membership as
    select unit_key, bloc_code, built_in from marts_candidate.dim_units;
create table marts_candidate.dim_periods as select {number} as built_in
"""


@pytest.fixture
def build(warehouse: Settings) -> Build:
    """Build a candidate whose rows say which build made them, and audit it."""

    def make(*blocked: str | None) -> int:
        number = releases.begin_build(warehouse)
        run(warehouse, _TABLES.format(number=number), "transform")
        releases.finish_build(warehouse, number)
        audit(warehouse, number, blocked)
        return number

    return make


def audit(settings: Settings, release_id: int, blocked: Sequence[str | None]) -> None:
    with connect("ingest", settings=settings) as connection:
        (run_id,) = connection.execute(
            "insert into quality.runs (stage, finished_at, critical_count,"
            " warning_count) values ('audit', now(), %s, 0) returning run_id",
            [len(blocked)],
        ).fetchone() or (0,)
        for bloc in blocked:
            connection.execute(
                "insert into quality.findings (run_id, rule, severity, bloc_code,"
                " message_vi, message_en) values (%s, 'H1', 'critical', %s, '', '')",
                [run_id, bloc],
            )
        releases.record_audit(connection, release_id, run_id)


def run(
    settings: Settings, statement: str, role: Role = "ingest"
) -> list[tuple[Any, ...]]:
    with connect(role, settings=settings) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def shown(settings: Settings) -> dict[str, int]:
    """Return bloc → the build whose figures BI reads."""
    query = (
        "select facts.bloc_code, facts.built_in from marts.fct_membership as facts"
        " inner join marts.dim_units using (unit_key)"
    )
    return dict(run(settings, query, "bi_reader"))


def outcomes(settings: Settings, release: int) -> dict[str, tuple[str, int | None]]:
    return {
        bloc: (outcome, carried)
        for bloc, outcome, carried in run(
            settings,
            "select bloc_code, outcome, carried_from_release_id"
            f" from quality.release_blocs where release_id = {release}",
        )
    }


def test_a_blocked_bloc_stays_as_it_was_and_the_others_move(
    warehouse: Settings, build: Build
) -> None:
    first = build()
    publish(warehouse, by="schedule")
    second = build("LAN")
    expected = why_not(warehouse)
    assert shown(warehouse)["DLK"] == first
    outcome = publish(warehouse, by="schedule")
    assert (outcome.state, outcome.kept) == ("published", expected.kept)
    assert f"LAN stays as in release {first}" in outcome.message
    assert shown(warehouse) == {"DLK": second, "LAN": first, "PYE": second}
    assert run(warehouse, "select * from marts.dim_periods") == [(second,)]
    assert outcomes(warehouse, second) == {
        "DLK": ("published", None),
        "LAN": ("carried", first),
        "PYE": ("published", None),
    }
    # kept twice, it still says which build its figures are of
    third = build("LAN", "PYE")
    publish(warehouse, by="schedule")
    assert shown(warehouse) == {"DLK": third, "LAN": first, "PYE": second}
    assert outcomes(warehouse, third)["LAN"] == ("carried", first)
    release = read_status(warehouse).release or {}
    assert release["kept"] == [
        f"LAN stays as in release {first}",
        f"PYE stays as in release {second}",
    ]
    fourth = build()
    publish(warehouse, by="schedule")
    assert set(shown(warehouse).values()) == {fourth}
    assert run(warehouse, "select kept_back_release_id from quality.publishing") == [
        (None,)
    ]


def test_a_rollback_shows_what_was_shown_before(
    warehouse: Settings, build: Build
) -> None:
    first = build()
    publish(warehouse, by="ana")
    second = build("LAN")
    publish(warehouse, by="ana")
    before = shown(warehouse)
    build()
    publish(warehouse, by="ana")
    rollback(warehouse, by="ana")
    assert shown(warehouse) == before == {"DLK": second, "LAN": first, "PYE": second}
    with pytest.raises(PublishError, match="kept back"):
        publish(warehouse, by="ana", override=True, reason="right after all")


_KEYS = """
create table marts_candidate.dim_kinds as select 'kind-' || {kind} as kind;
create table marts_candidate.fct_awards as
    select bloc_code, unit_key, 'kind-' || case bloc_code when 'LAN' then {kind} else 2
        end as kind, (
            select max(unit_key) from marts_candidate.dim_units as other
            where other.bloc_code = 'PYE'
        ) as today_unit_key
    from marts_candidate.dim_units;
alter table marts_candidate.dim_kinds add primary key (kind);
alter table marts_candidate.dim_units add primary key (unit_key);
select quality.declare_foreign_keys('marts_candidate', '[
    ["fct_awards", "kind", "dim_kinds", "kind"],
    ["fct_awards", "unit_key", "dim_units", "unit_key"],
    ["fct_awards", "today_unit_key", "dim_units", "unit_key"]
]')
"""


def test_codes_that_a_blocked_blocs_rows_name_are_kept_with_them(
    warehouse: Settings, build: Build
) -> None:
    for kind, blocked in ((1, ()), (2, ("LAN",))):
        build(*blocked)
        run(
            warehouse,
            "drop table if exists marts_candidate.fct_awards,"
            f" marts_candidate.dim_kinds; {_KEYS.format(kind=kind)}",
            "transform",
        )
        assert publish(warehouse, by="schedule").published
    kinds = "select kind from marts.dim_kinds order by kind"
    assert run(warehouse, kinds) == [("kind-1",), ("kind-2",)]
    assert run(
        warehouse, "select kind from marts.fct_awards where bloc_code = 'LAN'"
    ) == [("kind-1",)]


def test_rows_that_would_lead_nowhere_keep_the_release_from_readers(
    warehouse: Settings, build: Build
) -> None:
    for number, blocked in ((1, ()), (2, ("LAN",))):
        build(*blocked)
        if number == 2:
            run(
                warehouse,
                "update marts_candidate.dim_units set unit_key = 'PYE-001@2011'"
                " where bloc_code = 'PYE'",
                "transform",
            )
        run(
            warehouse,
            "drop table if exists marts_candidate.fct_awards,"
            f" marts_candidate.dim_kinds; {_KEYS.format(kind=1)}",
            "transform",
        )
        outcome = publish(warehouse, by="schedule")
    assert outcome.blocked
    assert "fct_awards" in outcome.message
    assert "PYE-001@2010" in outcome.message
    assert run(warehouse, "select distinct built_in from marts.dim_units") == [(1,)]


def test_before_the_first_publication_a_blocked_bloc_is_left_out(
    warehouse: Settings, build: Build
) -> None:
    first = build("LAN")
    outcome = publish(warehouse, by="schedule")
    assert "LAN is left out because it was never published" in outcome.message
    assert shown(warehouse) == {"DLK": first, "PYE": first}
    second = build("LAN")
    publish(warehouse, by="schedule")
    assert outcomes(warehouse, second)["LAN"] == ("left_out", None)
    assert shown(warehouse) == {"DLK": second, "PYE": second}


def test_a_finding_over_all_blocs_or_over_each_blocks_the_release(
    warehouse: Settings, build: Build
) -> None:
    first = build()
    publish(warehouse, by="schedule")
    for blocked in ((None,), ("LAN", None), ("LAN", "DLK", "PYE")):
        build(*blocked)
        assert publish(warehouse, by="schedule").blocked
    assert set(shown(warehouse).values()) == {first}
    with pytest.raises(PublishError, match="not blocked"):
        publish(warehouse, by="ana", override=True, bloc="XXX", reason="why")
    assert publish(
        warehouse, by="ana", override=True, bloc="LAN", reason="why"
    ).published


def test_one_bloc_is_overridden_before_it_is_published(
    warehouse: Settings, build: Build
) -> None:
    first = build()
    publish(warehouse, by="schedule")
    second = build("LAN", "DLK")
    publish(warehouse, by="ana", override=True, bloc="LAN", reason="recount")
    assert shown(warehouse) == {"DLK": first, "LAN": second, "PYE": second}
    record = "select outcome, decided_by, reason from quality.release_blocs"
    assert run(
        warehouse, f"{record} where release_id = {second} and bloc_code = 'LAN'"
    ) == [("overridden", "ana", "recount")]
    assert run(
        warehouse, "select is_overridden from quality.releases where state = 'live'"
    ) == [(True,)]


def test_what_was_kept_back_is_shown_by_an_override_afterwards(
    warehouse: Settings, build: Build
) -> None:
    first = build()
    publish(warehouse, by="schedule")
    second = build("LAN", "DLK")
    publish(warehouse, by="schedule")
    assert {bloc.bloc_code for bloc in why_not(warehouse).kept} == {"DLK", "LAN"}
    for wrong in ({"bloc": "PYE"}, {"release": first}):
        with pytest.raises(PublishError):
            publish(warehouse, by="ana", override=True, reason="why", **wrong)  # type: ignore[arg-type]
    outcome = publish(
        warehouse, by="ana", override=True, bloc="LAN", reason="recount",
        release=second,
    )  # fmt: skip
    assert "nothing was published" not in outcome.message
    assert shown(warehouse) == {"DLK": first, "LAN": second, "PYE": second}
    assert outcomes(warehouse, second)["LAN"] == ("overridden", None)
    publish(warehouse, by="ana", override=True, reason="all of it")
    assert set(shown(warehouse).values()) == {second}
    with pytest.raises(PublishError, match="kept back"):
        publish(warehouse, by="ana", override=True, reason="once more")


def test_a_bloc_cannot_stay_where_its_rows_no_longer_fit(
    warehouse: Settings, build: Build
) -> None:
    build()
    publish(warehouse, by="schedule")
    build("LAN")
    run(warehouse, "alter table marts_candidate.dim_units add sector text", "transform")
    assert "other columns" in publish(warehouse, by="schedule").message
    build("LAN")
    run(
        warehouse,
        "update marts_candidate.dim_units set bloc_code = 'PYE'"
        " where unit_code = 'LAN-001'",
        "transform",
    )
    assert "LAN-001 moved" in publish(warehouse, by="schedule").message


def test_what_is_kept_back_is_named_until_it_is_settled(
    warehouse: Settings, build: Build
) -> None:
    build()
    publish(warehouse, by="ana")
    build("LAN")
    kept = publish(warehouse, by="ana").kept
    again = publish(warehouse, by="ana")
    assert (again.state, again.kept) == ("nothing", kept)
    assert again.reasons
    assert again == why_not(warehouse)


def test_each_figure_says_which_release_or_build_it_is_of(
    warehouse: Settings, build: Build
) -> None:
    def figures(*, candidate: bool = False) -> dict[str, tuple[int, int]]:
        return {
            claim["bloc"]: (claim["recomputed"], claim["release"])
            for claim in read_claims(warehouse, candidate=candidate)
        }

    def described() -> tuple[str, str]:
        with connect("ingest", settings=warehouse) as connection:
            live, built = live_release(connection), last_build(connection)
        assert live is not None
        assert built is not None
        return live.describe("LAN"), built.describe()

    first = build()
    publish(warehouse, by="ana")
    second = build("LAN")
    assert set(figures(candidate=True).values()) == {(second, second)}
    assert set(figures().values()) == {(first, first)}
    assert described()[1] == f"build {second}, which readers do not see"
    publish(warehouse, by="ana")
    assert figures()["LAN"] == (first, first)
    assert figures()["DLK"] == (second, second)
    assert set(figures(candidate=True).values()) == {(second, second)}
    live, built = described()
    assert live == f"release {second}; LAN stays as in release {first}"
    assert built == f"release {second}; as built, not as readers see LAN"
    rollback(warehouse, by="ana")
    assert set(figures().values()) == {(first, first)}
    assert described()[1] == f"build {second}, which readers do not see"
