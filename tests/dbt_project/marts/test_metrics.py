"""Each metric, by the SQL that MetricFlow writes for readers, beside the totals."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from metricflow.engine.metricflow_engine import (
    MetricFlowEngine,
    MetricFlowQueryRequest,
)
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.postgres import PostgresSQLSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import (
    parse_manifest_from_dbt_generated_manifest,
)
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup
from psycopg.rows import dict_row
from tests.conftest import _execute
from tests.dbt_project.world import Row, World, membership

from bloc_warehouse.build import transform
from bloc_warehouse.database import embedded
from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import Settings

Values = Mapping[tuple[Any, ...], float | None]
FORMS = ("membership", "admissions", "inspections", "awards_training", "ratings")
# metric → the figure of rpt_historical_totals that it is
STOCKS = {"members": "member_count", "closing_female": "members_female"}
RATINGS = {
    "rated_total": "rated",
    "excellent": "rated_excellent",
    "at_least_good": "rated_at_least_good",
}
FLOWS = {
    "members_admitted": "members_admitted",
    "admitted_youth": "members_admitted_youth",
    "inspections_done": "inspection_turns",
    "people_trained": "people_trained",
    "awards_given": "awards_given",
}
OWN = {"members_increased": "inc_total", "members_decreased": "dec_total"}
SHARES = {
    "members_female_share": ("members_female", "member_count"),
    "admissions_youth_share": ("members_admitted_youth", "members_admitted"),
}
RATED_SHARES = {
    "rated_excellent_share": ("rated_excellent", "rated"),
    "rated_at_least_good_share": ("rated_at_least_good", "rated"),
}
PLANS = {
    "plan_admitted": "amount",
    "plan_allotted": "base_amount",
    "admission_plan_attainment": "rate_pct / 100",
}
RETURNS = {
    "returns_counted": "sum(units_reported)",
    "returns_in_time": "sum(units_reported_on_time)",
    "returns_due": "sum(units_expected)",
    "completeness": "sum(units_reported) / sum(units_expected)",
    "timeliness": "sum(units_reported_on_time) / sum(units_expected)",
}
BY_YEAR = ("bloc", "metric_time__year")
OF_MEMBERS = "{{ Entity('rating_subject') }} = 'member'"
# what a wide view says in one statement: metric → groups, condition, and the statement
OF_VIEWS: Mapping[str, tuple[tuple[str, ...], str | None, str]] = {
    "members_today": (
        ("bloc", "unit__unit_code", "unit__unit_kind__label_vi", "metric_time__day"),
        None,
        "select bloc_code, unit_code, unit_kind_vi, interval_end, closing_total"
        " from v_members",
    ),
    "women_today": (
        ("bloc", "unit__unit_kind"),
        None,
        "select bloc_code, unit_kind, sum(closing_female) from v_members group by 1, 2",
    ),
    "women_today_share": (
        ("bloc",),
        "{{ Dimension('member_today__is_female_known') }}",
        "select bloc_code, sum(closing_female) / sum(closing_total) from v_members"
        " where closing_female is not null group by 1",
    ),
    "units_with_members": (
        ("bloc__province", "metric_time__day"),
        "{{ Dimension('membership_stock__is_year_end') }}",
        "select province, interval_end, count(closing_total) from v_members_by_day"
        " where is_year_end group by 1, 2",
    ),
    "admissions_planned": (
        ("unit__unit_code", "metric_time__year"),
        None,
        "select unit_code, period_year, sum(planned_admissions) from v_admissions"
        " where record = 'plan' group by 1, 2",
    ),
    "admissions_attained": (
        BY_YEAR,
        None,
        "select bloc_code, period_year,"
        " sum(admitted_total) / nullif(sum(planned_admissions), 0)"
        " from v_admissions group by 1, 2",
    ),
    **{
        metric: (
            BY_YEAR,
            OF_MEMBERS,
            f"select bloc_code, period_year, {column} from v_ratings"
            " where subject = 'member' group by 1, 2",
        )
        for metric, column in (
            ("good", "sum(good)"),
            ("completed", "sum(completed)"),
            ("not_completed", "sum(not_completed)"),
            ("rated_good_share", "sum(good) / sum(rated_total)"),
            ("rated_completed_share", "sum(completed) / sum(rated_total)"),
            ("rated_not_completed_share", "sum(not_completed) / sum(rated_total)"),
        )
    },
    "returns": (
        ("unit__unit_code", "form__label_vi", "return_state__label_vi", "period"),
        "{{ Dimension('return__is_expected') }}"
        " and not {{ Dimension('return__is_reported') }}",
        "select unit_code, form_vi, state_vi, period_code, count(*) from v_reporting"
        " where is_expected and not is_reported group by 1, 2, 3, 4",
    ),
    "claims": (
        ("bloc", "verdict__label_vi"),
        None,
        "select bloc_code, verdict_vi, count(*) from v_published group by 1, 2",
    ),
}


class _Client:
    """What MetricFlow must know to write SQL; it runs nothing."""

    sql_engine_type = SqlEngine.POSTGRES
    sql_plan_renderer = PostgresSQLSqlPlanRenderer()


class Layer:
    """The semantic layer as a BI tool has it: asks as ``bi_reader``."""

    def __init__(self, settings: Settings, manifest: Path) -> None:
        """Read what ``make docs`` writes for BI tools."""
        text = manifest.read_text(encoding="utf-8")
        self.metrics = {metric["name"] for metric in json.loads(text)["metrics"]}
        self._settings = settings
        self._engine = MetricFlowEngine(
            SemanticManifestLookup(parse_manifest_from_dbt_generated_manifest(text)),
            _Client(),  # type: ignore[arg-type]
        )

    @cache  # noqa: B019 - as long as the module's tests
    def ask(self, metric: str, *groups: str, where: str | None = None) -> Values:
        """Return groups → value; days as dates, a year as its number."""
        request = MetricFlowQueryRequest.create(
            metric_names=[metric],
            group_by_names=groups,
            where_constraints=[where] if where else None,
        )
        statement = self._engine.explain(request).sql_statement.sql
        with connect("bi_reader", settings=self._settings) as connection:
            rows = connection.cursor(row_factory=dict_row).execute(statement).fetchall()
        return {
            tuple(_key(row[group], group) for group in groups): (
                None if row[metric] is None else float(row[metric])
            )
            for row in rows
        }


def _key(value: Any, group: str) -> Any:  # noqa: ANN401 - a day, a year or a code
    if group.endswith("__day"):
        return value and value.date()
    return value and value.year if group.endswith("__year") else value


@pytest.fixture(scope="module")
def office(copies: Callable[[], World], server: embedded.Server) -> Iterator[World]:
    """Blocs whose last days differ, all forms, and a unit that is closed."""
    made = copies()
    with connect("ingest", settings=made.settings) as connection:
        connection.execute("delete from reference.ref_obligations")
        connection.cursor().executemany(
            "insert into reference.ref_obligations"
            " values (%s, %s, %s, %s, %s, null, %s)",
            [
                (bloc, form, "unit", kind, f"2018-{kind}", 15)
                for bloc in ("LAN", "DLKCQ", "DLK")
                for form in FORMS
                for kind in (("Y",) if form == "ratings" else ("Q1", "H1", "M9", "Y"))
            ]
            + [("LAN", "admission_plan", "bloc_office", "Y", "2024-Y", -300)],
        )
    _send_all(made)
    transform.stage(made.settings, full=True)
    transform.build_marts(made.settings)
    assert made.publish().published
    yield made
    name = made.settings.warehouse_url.get_secret_value().rpartition("/")[2]
    _execute(server, "drop database {} with (force)", name)


def _send_all(world: World) -> None:
    for unit, period, members, women in (
        ("CQ-001", "2018-Y", 100, 40), ("CQ-002", "2018-Y", 20, 5),
        ("CQ-001", "2019-H1", 110, 44), ("CQ-001", "2019-Y", 130, 50),
        ("CQ-002", "2019-Y", 9, 9),  # closed since: nobody's members
        ("LAN-001", "2023-Y", 4700, 1900), ("LAN-002", "2023-Y", 51, 20),
        ("LAN-001", "2024-H1", 4800, 2000), ("LAN-002", "2024-H1", 52, 21),
        ("LAN-001", "2024-M9", 4810, 2001),
    ):  # fmt: skip
        rows = membership(members, members, closing_female=women)
        world.send(unit, "membership", period, membership=rows)
    for unit, period, total in (
        ("LAN-001", "2024-Q1", 3), ("LAN-001", "2024-H1", 8), ("LAN-002", "2024-H1", 2),
        ("LAN-001", "2023-Y", 12), ("CQ-001", "2018-Y", 7),
    ):  # fmt: skip
        lines: list[Row] = [
            {"plan_year": 9, "admitted_total": total, "admitted_youth": total // 2}
        ]
        world.send(unit, "admissions", period, admissions=lines)
    for unit, period, good in (
        ("LAN-001", "2023-Y", 60), ("LAN-002", "2023-Y", 5), ("CQ-001", "2018-Y", 30),
        ("CQ-002", "2018-Y", 3), ("CQ-001", "2019-Y", 33),
    ):  # fmt: skip
        world.send(unit, "ratings", period, ratings=[
            {"subject": subject, "total_subject": 100, "exempt": 0, "not_rated": 0,
             "rated_total": 100, "excellent": 9, "good": good, "completed": 90 - good,
             "not_completed": 1}
            for subject in ("member", "sub_cell")
        ])  # fmt: skip
    for unit, period, done in (
        ("LAN-001", "2024-Q1", 4), ("LAN-001", "2024-H1", 9), ("LAN-002", "2024-Q1", 2),
        ("CQ-002", "2018-Y", 5), ("CQ-001", "2019-H1", 6), ("CQ-001", "2019-Y", 8),
    ):  # fmt: skip
        world.send(unit, "inspections", period, inspections=[
            {"body": body, "subject": "member", "kind": "finance_inspection",
             "done": done}
            for body in ("cell", "grassroots_committee")
        ])  # fmt: skip
        world.send(
            unit, "awards_training", period,
            training=[{"programme": "new_members", "classes": 1, "attendees": done}],
            awards=[{"level": "bloc", "kind": "certificate_of_merit",
                     "subject": "member", "merit_from_year": 2018,
                     "merit_to_year": 2018, "award_count": done + 1}],
        )  # fmt: skip
    world.send("LAN-VP", "admission_plan", "2024-Y", received="2025-03-01",
               admission_plan=[
        {"scope": "unit_year", "planned_unit_code": unit, "from_year": 2024,
         "to_year": 2024, "planned_admissions": plan}
        for unit, plan in (("LAN-001", 20), ("LAN-002", 4))
    ])  # fmt: skip


@pytest.fixture(scope="module")
def page(office: World) -> Path:
    """What ``make docs`` writes: the models' page, the semantic layer beside it."""
    return transform.build_docs(office.settings)


@pytest.fixture(scope="module")
def layer(office: World, page: Path) -> Layer:
    """The semantic layer over the published release."""
    return Layer(office.settings, page.with_name("semantic_manifest.json"))


def _read(world: World, query: str) -> list[tuple[Any, ...]]:
    with connect("bi_reader", settings=world.settings) as connection:
        connection.execute("set search_path to marts")
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


def _totals(world: World, figure: str, subject: str = "all") -> dict[Any, float]:
    """Bloc and last day → total, as the units were."""
    rows = _read(
        world,
        "select bloc_code, period_end, total from rpt_historical_totals"
        f" where figure = '{figure}'"
        f" and subject = '{subject}' and total is not null",
    )
    assert len({bloc for bloc, *_ in rows}) > 1, "blocs whose last days differ"
    return {(bloc, day): float(total) for bloc, day, total in rows}


def _last(totals: Mapping[Any, float], *, by_year: bool) -> dict[Any, float]:
    """Bloc, and year → the total of the last period that has one."""
    return {
        (bloc, day.year) if by_year else (bloc,): total
        for (bloc, day), total in sorted(totals.items())
    }


def test_the_documentation_is_one_page(office: World, page: Path) -> None:
    assert page.parent == office.settings.reports_dir
    assert "fct_membership" in page.read_text(encoding="utf-8")


def test_every_metric_is_compared(layer: Layer) -> None:
    compared = (
        *(STOCKS, RATINGS, FLOWS, OWN, SHARES, RATED_SHARES, PLANS, RETURNS),
        OF_VIEWS,
    )
    assert layer.metrics == {metric for kind in compared for metric in kind}


@pytest.mark.parametrize("metric", STOCKS)
def test_a_stock_is_each_blocs_last(office: World, layer: Layer, metric: str) -> None:
    totals = _totals(office, STOCKS[metric])
    assert layer.ask(metric, "bloc", "metric_time__day") == totals
    assert layer.ask(metric, "bloc", "metric_time__year") == _last(totals, by_year=True)
    assert layer.ask(metric, "bloc") == _last(totals, by_year=False)


@pytest.mark.parametrize("metric", RATINGS)
@pytest.mark.parametrize("subject", ["member", "sub_cell"])
def test_ratings_are_each_blocs_last(
    office: World, layer: Layer, metric: str, subject: str
) -> None:
    totals = _totals(office, RATINGS[metric], subject)
    only = f"{{{{ Entity('rating_subject') }}}} = '{subject}'"
    for groups in (("bloc", "metric_time__year"), ("bloc",)):
        found = layer.ask(metric, *groups, where=only)
        assert found == _last(totals, by_year=len(groups) > 1)


@pytest.mark.parametrize("metric", FLOWS)
def test_a_flow_adds_up_to_the_total_of_each_period(
    office: World, layer: Layer, metric: str
) -> None:
    by_day = layer.ask(metric, "bloc", "metric_time__day")
    for (bloc, end), total in _totals(office, FLOWS[metric]).items():
        assert total == sum(
            value or 0
            for (its, day), value in by_day.items()
            if its == bloc and date(end.year, 1, 1) <= day <= end
        ), (bloc, end)


@pytest.mark.parametrize("metric", OWN)
def test_what_no_total_has_is_the_facts_own(
    office: World, layer: Layer, metric: str
) -> None:
    rows = _read(
        office,
        f"select bloc_code, period_year, sum({OWN[metric]})::float"
        " from fct_membership group by 1, 2",
    )
    found = layer.ask(metric, "bloc", "metric_time__year")
    assert found == {tuple(key): value for *key, value in rows}


@pytest.mark.parametrize("metric", [*SHARES, *RATED_SHARES])
def test_a_share_is_of_the_totals_both(
    office: World, layer: Layer, metric: str
) -> None:
    parts = SHARES.get(metric) or RATED_SHARES[metric]
    is_rating = metric in RATED_SHARES
    of_whom = "member" if is_rating else "all"
    part, whole = (
        _last(_totals(office, part, of_whom), by_year=True) for part in parts
    )
    only = OF_MEMBERS if is_rating else None
    found = layer.ask(metric, "bloc", "metric_time__year", where=only)
    assert {key: value for key, value in found.items() if value is not None} == (
        pytest.approx({key: part[key] / whole[key] for key in part})
    )


@pytest.mark.parametrize("metric", PLANS)
def test_a_plan_is_compared_with_the_year_so_far(
    office: World, layer: Layer, metric: str
) -> None:
    rows = _read(
        office,
        f"select bloc_code, period_end, ({PLANS[metric]})::float from rpt_bloc_rates"
        " where rate = 'admissions_of_annual_plan' and amount is not null",
    )
    wanted = _last({(bloc, day): value for bloc, day, value in rows}, by_year=True)
    found = layer.ask(metric, "bloc", "metric_time__year")
    assert wanted["LAN", 2024]
    assert {
        key: value for key, value in found.items() if key[1] is not None
    } == pytest.approx(wanted)


@pytest.mark.parametrize("metric", RETURNS)
def test_returns_are_those_of_the_reporting_rates(
    office: World, layer: Layer, metric: str
) -> None:
    wanted: dict[str, dict[tuple[Any, ...], float]] = defaultdict(dict)
    for bloc, period, value in _read(
        office,
        f"select bloc_code, period_code, ({RETURNS[metric]})::float"
        " from rpt_reporting_rates where due_on < '2025-03-01' group by 1, 2",
    ):
        wanted[metric][bloc, period] = value
    found = layer.ask(metric, "bloc", "period")
    assert {key: found[key] for key in wanted[metric]} == pytest.approx(wanted[metric])


@pytest.mark.parametrize("metric", OF_VIEWS)
def test_what_a_wide_view_says_the_layer_says(
    office: World, layer: Layer, metric: str
) -> None:
    groups, only, statement = OF_VIEWS[metric]
    wanted = {
        tuple(key): None if value is None else float(value)
        for *key, value in _read(office, statement)
    }
    found = layer.ask(metric, *groups, where=only)
    assert any(wanted.values())
    assert found.keys() >= wanted.keys()
    assert {key: found[key] for key in wanted} == pytest.approx(wanted)
    assert not any(value for key, value in found.items() if key not in wanted)


def test_late_returns_are_listed_with_their_days(office: World, layer: Layer) -> None:
    wanted = _read(
        office,
        "select unit_code, form_vi, due_on, received_at::date from v_reporting"
        " where is_late",
    )
    listed = layer.ask(
        *("returns", "unit__unit_code", "form__label_vi"),
        *("return__due_on__day", "return__received_at__day"),
        where="{{ Dimension('return__is_late') }}",
    )
    assert wanted
    assert set(listed) == set(wanted)
