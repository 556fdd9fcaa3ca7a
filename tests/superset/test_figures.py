"""Each chart shows what SQL of its own says, over the facts below the wide views.

``headlines/<chart>.sql`` returns the chart's rows, with columns called as the chart's.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.paths import ROOT
from tests.superset.conftest import Superset

from bloc_warehouse.bi.model import Chart
from bloc_warehouse.bi.queries import named_metrics
from bloc_warehouse.database.connection import connect

HEADLINES = Path(__file__).with_name("headlines")
CHARTS = sorted(path.stem for path in (ROOT / "bi/assets/charts").glob("*.yaml"))

Row = tuple[Any, ...]


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_shows_what_sql_says(superset: Superset, name: str) -> None:
    answer = superset.session("admin").call(
        "GET", f"/api/v1/chart/{superset.chart(name)}/data/?force=true"
    )
    results = answer["result"]
    assert [result["error"] for result in results] == [None] * len(results)
    assert all(result["data"] for result in results), f"{name} shows no row"
    file = HEADLINES / f"{name}.sql"
    if not _has_figures(superset.assets.charts[name]):
        assert not file.exists(), f"{name} lists rows: it needs no {file.name}"
        return
    assert file.exists(), f"{name} shows figures: write {file}, SQL over the facts"
    statements = file.read_text(encoding="utf-8").split(";")
    for result, statement in zip(results, filter(str.strip, statements), strict=True):
        with connect("bi_reader", settings=superset.settings) as connection:
            cursor = connection.execute(statement)
            names = [column.name for column in cursor.description or ()]
            expected = sorted(map(_plain_row, cursor.fetchall()), key=str)
        assert set(names) <= set(result["colnames"])
        shown = [tuple(row[name] for name in names) for row in result["data"]]
        assert sorted(map(_plain_row, shown), key=str) == expected


def _has_figures(chart: Chart) -> bool:
    return bool(named_metrics(chart))


def _plain_row(row: Row) -> Row:
    return tuple(map(_plain, row))


def _plain(value: object) -> object:
    """Return a value as both sides write it; Superset gives times in milliseconds."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float | Decimal):
        return round(float(value), 6)
    if isinstance(value, datetime):
        return round(value.timestamp() * 1000.0, 6)
    if isinstance(value, date):
        at = datetime(value.year, value.month, value.day, tzinfo=UTC)
        return round(at.timestamp() * 1000.0, 6)
    return value


def test_each_headline_belongs_to_a_chart() -> None:
    assert {path.stem for path in HEADLINES.glob("*.sql")} <= set(CHARTS)


def test_a_metric_that_does_not_exist_is_an_error(superset: Superset) -> None:
    dataset = next(iter(superset.assets.datasets))
    answer = superset.session("admin").ask(
        "POST", "/api/v1/chart/data", superset.query(dataset, metrics=["nope"])
    )
    assert answer.status == 400
    assert "nope" in answer.content.decode()


def test_a_second_start_changes_nothing(superset: Superset) -> None:
    from bloc_warehouse.bi.roles import apply_roles, read_roles

    roles = read_roles(superset.settings.project_dir)
    assert apply_roles(superset.session("admin"), roles, superset.assets) == []


def test_times_are_those_of_a_vietnamese_clock(superset: Superset) -> None:
    """Superset writes what it gets as if it were UTC."""
    answer = superset.session("admin").call(
        "GET", f"/api/v1/chart/{superset.chart('freshness')}/data/?force=true"
    )
    shown = {
        (row["bloc_name"], row["last_received_at"])
        for row in answer["result"][0]["data"]
    }
    with connect("bi_reader", settings=superset.settings) as connection:
        wanted = connection.execute(
            "select bloc_name,"
            " last_received_at at time zone 'Asia/Ho_Chi_Minh' at time zone 'UTC'"
            " from monitoring.freshness"
        ).fetchall()
    assert shown == {(name, _plain(received)) for name, received in wanted}
