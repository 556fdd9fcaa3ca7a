"""The bundle holds what Superset's import looks for, the same each time."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml
from tests.paths import ROOT

from bloc_warehouse.bi.assets import Assets
from bloc_warehouse.bi.bundle import (
    bundle_files,
    project_assets,
    uuid_of,
    write_bundle,
)
from bloc_warehouse.bi.layout import positions
from bloc_warehouse.bi.model import Chart, Dashboard
from bloc_warehouse.bi.queries import form_data, query_context
from bloc_warehouse.settings import Settings


@pytest.fixture(scope="module")
def assets() -> Assets:
    return project_assets(Settings.from_environment({"BLOC_PROJECT_DIR": str(ROOT)}))


@pytest.fixture(scope="module")
def files(assets: Assets) -> Mapping[str, Any]:
    """The bundle's files, by path."""
    return {path: yaml.safe_load(text) for path, text in bundle_files(assets).items()}


def test_the_same_assets_are_the_same_bytes(assets: Assets, tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        write_bundle(assets, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with ZipFile(tmp_path / "one.zip") as archive:
        assert all(name.startswith("assets/") for name in archive.namelist())


def test_what_one_file_names_another_one_is(files: Mapping[str, Any]) -> None:
    found = {
        content["uuid"]: path for path, content in files.items() if "uuid" in content
    }
    assert len(found) == len(files) - 1  # metadata.yaml has none
    for path, content in files.items():
        if path.startswith("charts/"):
            assert found[content["dataset_uuid"]].startswith("datasets/")
        if path.startswith("dashboards/"):
            nodes = [node for node in content["position"].values() if "id" in node]
            charts = [n["meta"]["uuid"] for n in nodes if n["type"] == "CHART"]
            assert charts
            assert all(found[uuid].startswith("charts/") for uuid in charts)
            for wanted in content["metadata"]["native_filter_configuration"]:
                uuid = wanted["targets"][0]["datasetUuid"]
                assert found[uuid].startswith("datasets/")


def test_no_password_is_in_the_bundle(files: Mapping[str, Any]) -> None:
    assert files["databases/warehouse.yaml"]["sqlalchemy_uri"] == "$WAREHOUSE_URI"


def test_a_figure_with_a_meaning_has_its_colour(files: Mapping[str, Any]) -> None:
    """By its label as a part, and by its name as a series."""
    colors = files["dashboards/so-lieu-cong-bo.yaml"]["metadata"]["label_colors"]
    assert colors["claims_met"] == colors["Khớp"]
    assert colors["claims_not_met"] == colors["Không khớp"]


def test_each_dashboard_leads_to_the_others(files: Mapping[str, Any]) -> None:
    dashboards = {
        path: content
        for path, content in files.items()
        if path.startswith("dashboards/")
    }
    for path, content in dashboards.items():
        text = content["position"]["MARKDOWN-links-1-1"]["meta"]["code"]
        slugs = {other["slug"] for other in dashboards.values()} - {content["slug"]}
        assert all(f"(/superset/dashboard/{slug}/)" in text for slug in slugs), path
        assert f"**{content['dashboard_title']}**" in text


def test_a_node_of_a_dashboard_is_reached_from_its_root() -> None:
    dashboard = Dashboard.model_validate(
        {
            "dashboard_title": "T",
            "description": "",
            "order": 1,
            "tabs": [
                {"title": "A", "rows": [{"height": 20, "items": [{"chart": "a"}]}]},
                {
                    "title": "B",
                    "rows": [
                        {
                            "height": 20,
                            "items": [
                                {"chart": "b", "width": 6},
                                {"text": "x"},
                                {"text": "y"},
                            ],
                        }
                    ],
                },
            ],
        }
    )
    tree = positions(dashboard, {"a": "A", "b": "B"}, uuid_of, "above")
    reached: list[str] = []

    def walk(name: str, above: list[str]) -> None:
        reached.append(name)
        assert tree[name].get("parents", above) == above
        for child in tree[name].get("children", ()):
            walk(child, [*above, name])

    walk("ROOT_ID", [])
    assert set(reached) == set(tree) - {"HEADER_ID", "DASHBOARD_VERSION_KEY"}
    metas = [tree[name].get("meta", {}) for name in reached]
    widths = [meta["width"] for meta in metas if "width" in meta]
    assert widths == [12, 12, 6, 3, 3]
    assert tree["GRID_ID"]["children"] == ["ROW-links-1", "TABS-all"]


def chart(**fields: object) -> Chart:
    return Chart.model_validate(
        {"slice_name": "", "description": "", "dataset": "d", **fields}
    )


def test_a_chart_asks_what_it_shows() -> None:
    bars = chart(
        viz_type="echarts_timeseries_bar",
        filters=[{"column": "is_due", "operator": "IS NOT NULL"}],
        params={
            "x_axis": "year",
            "groupby": ["bloc"],
            "metrics": ["m"],
            "row_limit": 5,
        },
    )
    (query,) = query_context(bars)["queries"]
    assert query["columns"][0]["label"] == "year"
    assert query["columns"][1:] == ["bloc"]
    assert query["metrics"] == ["m"]
    assert query["filters"] == [{"col": "is_due", "op": "IS NOT NULL"}]
    assert query["orderby"] == [["m", False]]
    assert query["row_limit"] == 5
    (condition,) = form_data(bars)["adhoc_filters"]
    assert (condition["subject"], condition["operatorId"]) == ("is_due", "IS_NOT_NULL")


def test_a_chart_of_two_kinds_of_lines_asks_twice() -> None:
    mixed = chart(
        viz_type="mixed_timeseries",
        params={"x_axis": "day", "metrics": ["a"], "metrics_b": ["b"]},
    )
    queries = query_context(mixed)["queries"]
    assert [query["metrics"] for query in queries] == [["a"], ["b"]]


def test_a_table_of_rows_names_its_columns() -> None:
    table = chart(viz_type="table", params={"all_columns": ["a", "b"]})
    (query,) = query_context(table)["queries"]
    assert query["columns"] == ["a", "b"]
    assert query["metrics"] == query["orderby"] == []
