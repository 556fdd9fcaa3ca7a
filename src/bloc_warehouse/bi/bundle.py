"""The bundle that Superset imports, made from the assets.

Its files are those of Superset's own export of assets. A uuid follows from an asset's
kind and name, so that an import replaces what an earlier one made.
"""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import yaml

from bloc_warehouse.bi.assets import Assets, read_assets
from bloc_warehouse.bi.columns import Column, columns_of_marts
from bloc_warehouse.bi.layout import native_filters, positions
from bloc_warehouse.bi.model import Chart, Dashboard, Database, Dataset
from bloc_warehouse.bi.queries import form_data, query_context
from bloc_warehouse.settings import ProjectSettings

DATABASE = "warehouse"
ROOT = "assets"

_NAMESPACE = UUID("6f0c1f4e-0c39-5d0b-8a63-3f6d3a8c7b52")
_VERSION = "1.0.0"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # of zip: the same assets are the same bytes

Json = dict[str, Any]


def uuid_of(kind: str, name: str) -> str:
    """Return an asset's uuid.

    Args:
        kind: Its folder: databases, datasets, charts or dashboards.
        name: Its file's name.
    """
    return str(uuid5(_NAMESPACE, f"{kind}/{name}"))


def project_assets(settings: ProjectSettings) -> Assets:
    """Read and check the project's assets.

    Raises:
        AssetError: One is wrong.
    """
    relations = columns_of_marts(settings.project_dir / "dbt_project")
    return read_assets(settings.project_dir / "bi" / "assets", relations)


def bundle_files(assets: Assets) -> Mapping[str, str]:
    """Return the bundle's files, as YAML by path."""
    files: dict[str, Json] = {
        "metadata.yaml": {
            "version": _VERSION,
            "type": "assets",
            "timestamp": "2025-01-01T00:00:00+00:00",
        }
    }
    for name, database in assets.databases.items():
        files[f"databases/{name}.yaml"] = _database(name, database)
    for name, dataset in assets.datasets.items():
        files[f"datasets/{DATABASE}/{name}.yaml"] = _dataset(
            name, dataset, assets.columns[name]
        )
    for name, chart in assets.charts.items():
        files[f"charts/{name}.yaml"] = _chart(name, chart)
    colors = _colors(assets)
    for name, dashboard in assets.dashboards.items():
        files[f"dashboards/{name}.yaml"] = _dashboard(name, dashboard, assets, colors)
    return {
        path: yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        for path, content in files.items()
    }


def write_bundle(assets: Assets, target: Path) -> None:
    """Write the bundle as the zip file that Superset's import takes."""
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for path, content in bundle_files(assets).items():
            archive.writestr(ZipInfo(f"{ROOT}/{path}", _EPOCH), content)
    target.write_bytes(written.getvalue())


def _database(name: str, database: Database) -> Json:
    return {
        **database.model_dump(),
        "allow_file_upload": False,
        "extra": {"allows_virtual_table_explore": False},
        **_identity("databases", name),
    }


def _dataset(name: str, dataset: Dataset, columns: Mapping[str, Column]) -> Json:
    return {
        "table_name": name,
        "schema": dataset.relation_schema,
        "description": dataset.description,
        "main_dttm_col": dataset.main_dttm_col,
        "filter_select_enabled": True,
        "columns": [_column(column) for column in columns.values()],
        "metrics": [metric.model_dump() for metric in dataset.metrics],
        "database_uuid": uuid_of("databases", DATABASE),
        **_identity("datasets", name),
    }


def _column(column: Column) -> Json:
    return {
        "column_name": column.name,
        "verbose_name": column.verbose_name or None,
        "description": column.description,
        "type": column.data_type.upper() if column.data_type else None,
        "expression": column.expression_in_zone,
        "is_dttm": column.is_date,
        "is_active": True,
        "groupby": True,
        "filterable": True,
    }


def _chart(name: str, chart: Chart) -> Json:
    return {
        "slice_name": chart.slice_name,
        "description": chart.description,
        "viz_type": chart.viz_type,
        "params": form_data(chart),
        "query_context": json.dumps(query_context(chart), ensure_ascii=False),
        "dataset_uuid": uuid_of("datasets", chart.dataset),
        **_identity("charts", name),
    }


def _dashboard(
    name: str, dashboard: Dashboard, assets: Assets, colors: Mapping[str, str]
) -> Json:
    titles = {name: chart.slice_name for name, chart in assets.charts.items()}
    return {
        "dashboard_title": dashboard.dashboard_title,
        "description": dashboard.description,
        "slug": name,
        "css": assets.style + dashboard.css,
        "published": True,
        "position": positions(
            dashboard, titles, uuid_of, _links(name, assets.dashboards)
        ),
        "metadata": {
            "native_filter_configuration": native_filters(dashboard, uuid_of),
            "filter_bar_orientation": "HORIZONTAL",  # a phone has no room at its side
            "color_scheme": assets.colors.scheme,
            "label_colors": colors,
            "cross_filters_enabled": True,
            "refresh_frequency": 0,
            "expanded_slices": {},
        },
        **_identity("dashboards", name),
    }


def _links(here: str, dashboards: Mapping[str, Dashboard]) -> str:
    """Return the way to the other dashboards, in Markdown; a phone has no menu."""
    ordered = sorted(dashboards.items(), key=lambda named: named[1].order)
    return " · ".join(
        f"**{dashboard.dashboard_title}**"
        if name == here
        else f"[{dashboard.dashboard_title}](/superset/dashboard/{name}/)"
        for name, dashboard in ordered
    )


def _colors(assets: Assets) -> Mapping[str, str]:
    """Return the colours by label: Superset calls a series that is a metric by name."""
    labels = assets.colors.labels
    metrics = {
        metric.metric_name: labels[metric.verbose_name]
        for dataset in assets.datasets.values()
        for metric in dataset.metrics
        if metric.verbose_name in labels
    }
    return {**labels, **metrics}


def _identity(kind: str, name: str) -> Json:
    return {
        "version": _VERSION,
        "uuid": uuid_of(kind, name),
        "is_managed_externally": True,  # an import removes what a later one lacks
    }
