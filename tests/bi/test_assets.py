"""The project's own dashboards fit, and each kind of mistake is said with its place."""

import shutil
from pathlib import Path

import pytest
from tests.paths import ROOT

from bloc_warehouse.bi.assets import AssetError, Assets, read_assets
from bloc_warehouse.bi.columns import Column, columns_of_marts

DATASET = """
description: Published claims.
main_dttm_col: period_end
metrics:
  - {metric_name: claims, verbose_name: Số liệu, expression: count(*)}
"""
CHART = """
slice_name: Số liệu
description: Claims.
dataset: claims
viz_type: pie
filters:
  - {column: verdict, operator: "==", value: met}
params:
  groupby: [bloc_code]
  metric: claims
"""
DASHBOARD = """
dashboard_title: Số liệu
description: Claims.
order: 1
filters:
  - {name: Kết luận, dataset: claims, column: verdict}
rows:
  - {height: 20, items: [{chart: pie}]}
"""
COLORS = """
scheme: okabe_ito
labels: {Khớp: "#0072B2"}
"""
COLUMNS = (
    Column("bloc_code", "text", "Khối", ""),
    Column("verdict", "text", "Kết luận", ""),
    Column("period_end", "date", "Đến ngày", ""),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of one asset of each kind."""
    databases = ROOT / "bi" / "assets" / "databases"
    shutil.copytree(databases, tmp_path / "databases")
    for path, text in (
        ("datasets/claims.yaml", DATASET),
        ("charts/pie.yaml", CHART),
        ("dashboards/all.yaml", DASHBOARD),
        ("colors.yaml", COLORS),
        ("style.css", ""),
    ):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def read(folder: Path) -> Assets:
    return read_assets(folder, {"claims": COLUMNS})


def test_every_name_in_the_projects_own_assets_is_known() -> None:
    columns = columns_of_marts(ROOT / "dbt_project")
    assert read_assets(ROOT / "bi" / "assets", columns).dashboards


def test_assets_that_fit_are_read(folder: Path) -> None:
    assets = read(folder)
    assert list(assets.columns["claims"]) == ["bloc_code", "verdict", "period_end"]


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("datasets/claims", "count(*)}", "count(*), d3: x}", "knows no d3"),
        ("datasets/claims", "period_end", "period_ent", "is it period_end?"),
        ("datasets/claims", "period_end", "verdict", "there is no date verdict"),
        ("colors", '"#0072B2"', "blue", "labels: "),
        ("charts/pie", "metric: claims", "metric: claim", "no metric claim, is it"),
        ("charts/pie", "[bloc_code]", "[bloc]", "params: groupby: there is no column"),
        ("charts/pie", "column: verdict", "column: verdit", "is it verdict?"),
        ("charts/pie", "dataset: claims", "dataset: claim", "there is no dataset"),
        ("charts/pie", "viz_type: pie", "viz_type: pye", "is it pie?"),
        ("charts/pie", '"=="', '"="', "operator must be one of"),
        ("charts/pie", "  metric: claims", "  color: x", "name no metric"),
        ("charts/pie", "slice_name: Số liệu", "", "slice_name is missing"),
        ("dashboards/all", "chart: pie", "chart: pi", "no chart pi, is it pie?"),
        ("dashboards/all", "column: verdict", "column: x", "there is no column x"),
        ("dashboards/all", "{chart: pie}", "{text: a}", "no dashboard shows"),
        ("dashboards/all", "{chart: pie}", "{}", "either a chart or a text"),
        (
            "dashboards/all",
            "{chart: pie}",
            "{chart: pie, width: 8}, {text: a, width: 5}",
            "wider than 12 columns",
        ),
        (
            "dashboards/all",
            "column: verdict}",
            "column: verdict, depends_on: [Kết luận]}",
            "there is no other filter Kết luận",
        ),
    ],
)
def test_a_mistake_is_said_with_its_file_and_place(
    folder: Path, file: str, old: str, new: str, complaint: str
) -> None:
    path = folder / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AssetError) as error:
        read(folder)
    assert complaint in str(error.value)
    assert ".yaml: " in str(error.value)


def test_a_dataset_of_no_relation_is_refused(folder: Path) -> None:
    with pytest.raises(AssetError, match="no relation of marts claims"):
        read_assets(folder, {"claim": COLUMNS})


def test_a_dataset_of_monitoring_declares_its_columns(folder: Path) -> None:
    path = folder / "datasets" / "claims.yaml"
    declared = "".join(
        f"  - {{column_name: {c.name}, data_type: {c.data_type}, verbose_name: x}}\n"
        for c in COLUMNS
    )
    path.write_text(
        f"schema: monitoring\ncolumns:\n{declared}{DATASET}", encoding="utf-8"
    )
    columns = read_assets(folder, {}).columns["claims"]
    assert columns["period_end"].is_date


def test_a_calculated_column_does_not_hide_one_of_the_relation(folder: Path) -> None:
    path = folder / "datasets" / "claims.yaml"
    calculated = '[{column_name: verdict, verbose_name: x, expression: "1"}]'
    path.write_text(f"{DATASET}calculated_columns: {calculated}\n", encoding="utf-8")
    with pytest.raises(AssetError, match="verdict is a column of claims"):
        read(folder)
