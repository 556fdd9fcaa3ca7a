"""Reads ``bi/assets`` and checks that its files fit together, and fit dbt's models.

Superset imports a chart whose metric is misspelt, and says so only to whoever opens it.
Therefore every name is looked up here, before anything is imported.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bloc_warehouse.bi.columns import Column
from bloc_warehouse.bi.model import (
    GRID_COLUMNS,
    Chart,
    Colors,
    Dashboard,
    Database,
    Dataset,
    DeclaredColumn,
)
from bloc_warehouse.bi.queries import (
    VIZ_TYPES,
    asks_for_figures,
    named_columns,
    named_metrics,
)
from bloc_warehouse.errors import SetupError
from bloc_warehouse.yaml_files import Entry, Step, YamlFile, listed, nearest_name

_Model = TypeVar("_Model", bound=Entry)


class AssetError(SetupError):
    """A file of the assets is wrong; the message names file, field and remedy."""


@dataclass(frozen=True, slots=True)
class Assets:
    """All assets by their files' names.

    Attributes:
        style: CSS of all dashboards.
        columns: Each dataset's columns by name: the contract's, then the calculated.
    """

    databases: Mapping[str, Database]
    datasets: Mapping[str, Dataset]
    charts: Mapping[str, Chart]
    dashboards: Mapping[str, Dashboard]
    colors: Colors
    style: str
    columns: Mapping[str, Mapping[str, Column]]


def read_assets(folder: Path, relations: Mapping[str, tuple[Column, ...]]) -> Assets:
    """Read the assets and check every name that they use.

    Args:
        folder: ``bi/assets``.
        relations: The columns of the relations of ``marts``, by relation.

    Raises:
        AssetError: A file is wrong, or names something that does not exist.
    """
    datasets, dataset_files = _read(folder / "datasets", Dataset)
    charts, chart_files = _read(folder / "charts", Chart)
    dashboards, dashboard_files = _read(folder / "dashboards", Dashboard)
    columns = {
        name: _columns_of(file, name, datasets[name], relations)
        for name, file in dataset_files.items()
    }
    databases, _ = _read(folder / "databases", Database)
    colors = YamlFile(folder / "colors.yaml", AssetError).read_as(Colors)
    style = (folder / "style.css").read_text(encoding="utf-8")
    assets = Assets(databases, datasets, charts, dashboards, colors, style, columns)
    for name, file in chart_files.items():
        _check_chart(file, charts[name], assets)
    for name, file in dashboard_files.items():
        _check_dashboard(file, dashboards[name], assets)
    _check_all_are_shown(chart_files, assets)
    return assets


def _read(
    folder: Path, model: type[_Model]
) -> tuple[dict[str, _Model], dict[str, YamlFile]]:
    files = {
        path.stem: YamlFile(path, AssetError) for path in sorted(folder.glob("*.yaml"))
    }
    if not files:
        raise AssetError(f"no *.yaml in {folder}")
    return {name: file.read_as(model) for name, file in files.items()}, files


def _columns_of(
    file: YamlFile,
    name: str,
    dataset: Dataset,
    relations: Mapping[str, tuple[Column, ...]],
) -> dict[str, Column]:
    if dataset.relation_schema == "marts":
        _require(file, [], "relation of marts", name, relations)
        declared = relations[name]
    else:
        declared = tuple(map(_declared, dataset.columns))
    columns = {column.name: column for column in declared}
    for number, calculated in enumerate(dataset.calculated_columns):
        if calculated.column_name in columns:
            raise file.error(
                ["calculated_columns", number],
                f"{calculated.column_name} is a column of {name}: take another name",
            )
        columns[calculated.column_name] = Column(
            calculated.column_name,
            None,
            calculated.verbose_name,
            calculated.description,
            calculated.expression,
        )
    if dataset.main_dttm_col is not None:
        dates = [column.name for column in columns.values() if column.is_date]
        _require(file, ["main_dttm_col"], "date", dataset.main_dttm_col, dates)
    return columns


def _declared(column: DeclaredColumn) -> Column:
    return Column(column.column_name, column.data_type, column.verbose_name, "")


def _check_chart(file: YamlFile, chart: Chart, assets: Assets) -> None:
    _require(file, ["dataset"], "dataset", chart.dataset, assets.datasets)
    _require(file, ["viz_type"], "kind of chart", chart.viz_type, VIZ_TYPES)
    columns = assets.columns[chart.dataset]
    metrics = [metric.metric_name for metric in assets.datasets[chart.dataset].metrics]
    if not asks_for_figures(chart):
        raise file.error(["params"], "name no metric to show")
    for key, name in named_metrics(chart):
        _require(file, ["params", key], "metric", name, metrics)
    for key, name in named_columns(chart):
        _require(file, ["params", key], "column", name, columns)
    for number, condition in enumerate(chart.filters):
        _require(file, ["filters", number], "column", condition.column, columns)


def _check_dashboard(file: YamlFile, dashboard: Dashboard, assets: Assets) -> None:
    names = [wanted.name for wanted in dashboard.filters]
    for number, wanted in enumerate(dashboard.filters):
        where: list[Step] = ["filters", number]
        _require(file, where, "dataset", wanted.dataset, assets.datasets)
        columns = assets.columns[wanted.dataset]
        _require(file, where, "column", wanted.column, columns)
        for name in wanted.depends_on:
            others = [other for other in names if other != wanted.name]
            _require(file, where, "other filter", name, others)
    for row in dashboard.all_rows():
        for item in row.items:
            if item.chart is not None:
                _require(file, [], "chart", item.chart, assets.charts)
        if sum(item.width or 1 for item in row.items) > GRID_COLUMNS:
            charts = ", ".join(item.chart or "a text" for item in row.items)
            raise file.error(
                [], f"the row of {charts} is wider than {GRID_COLUMNS} columns"
            )


def _check_all_are_shown(files: Mapping[str, YamlFile], assets: Assets) -> None:
    shown = {
        item.chart
        for dashboard in assets.dashboards.values()
        for row in dashboard.all_rows()
        for item in row.items
    }
    for name, file in files.items():
        if name not in shown:
            raise file.error([], "no dashboard shows this chart: place it or delete it")


def _require(
    file: YamlFile, where: Sequence[Step], what: str, name: str, known: Iterable[str]
) -> None:
    names = list(known)
    if name not in names:
        raise file.error(
            where,
            f"there is no {what} {name}{nearest_name(name, names)}; there are "
            f"{listed(names) or 'none'}",
        )
