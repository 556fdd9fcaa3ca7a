"""Figures are called and computed in Superset as everywhere else."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
import yaml
from tests.paths import DBT_PROJECT, ROOT

from bloc_warehouse.bi.assets import Assets
from bloc_warehouse.bi.bundle import project_assets
from bloc_warehouse.bi.model import Metric
from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.units import EVENT_TYPES
from bloc_warehouse.settings import Settings

MARTS = DBT_PROJECT / "models" / "marts"


@pytest.fixture(scope="module")
def assets() -> Assets:
    return project_assets(Settings.from_environment({"BLOC_PROJECT_DIR": str(ROOT)}))


@pytest.fixture(scope="module")
def semantic_metrics() -> Mapping[str, Any]:
    """The semantic layer's metrics, by name."""
    return {m["name"]: m for m in read("_marts__metrics.yml")["metrics"]}


@pytest.fixture(scope="module")
def measures() -> Mapping[str, str]:
    """What each measure of the semantic layer adds up, by its name."""
    models = read("_marts__semantic_models.yml")["semantic_models"]
    return {
        measure["name"]: measure.get("expr", measure["name"])
        for model in models
        for measure in model.get("measures", ())
    }


def read(name: str) -> Any:  # noqa: ANN401  YAML
    return yaml.safe_load((MARTS / name).read_text(encoding="utf-8"))


def test_a_figure_has_one_name_and_one_label(
    assets: Assets, semantic_metrics: Mapping[str, Any]
) -> None:
    labels = {metric["label"]: name for name, metric in semantic_metrics.items()}
    both = 0
    for dataset, metric in all_metrics(assets):
        here = f"{dataset}.{metric.metric_name}"
        if metric.metric_name in semantic_metrics:
            both += 1
            label = semantic_metrics[metric.metric_name]["label"]
            assert metric.verbose_name == label, here
        else:
            assert metric.verbose_name not in labels, (
                f"{here} has the label of {labels.get(metric.verbose_name)}"
            )
    assert both


def test_a_figure_rests_on_the_columns_of_the_semantic_layer(
    assets: Assets, semantic_metrics: Mapping[str, Any], measures: Mapping[str, str]
) -> None:
    """A view may call the bloc's sum otherwise; what it adds up it must have itself."""
    for dataset, metric in all_metrics(assets):
        wanted = semantic_metrics.get(metric.metric_name)
        if wanted is None:
            continue
        columns = assets.columns[dataset]
        for side in sides_of(wanted, semantic_metrics):
            names = words(measures[side]) & columns.keys() or {side}
            assert names <= words(metric.expression), f"{dataset}.{metric.metric_name}"


def test_monitoring_has_the_columns_that_datasets_declare(
    assets: Assets, warehouse: Settings
) -> None:
    with connect("owner", settings=warehouse) as connection:
        found = {
            (relation, column): data_type
            for relation, column, data_type in connection.execute(
                "select table_name, column_name, data_type"
                " from information_schema.columns where table_schema = 'monitoring'"
            )
        }
    declared = {
        (name, column.column_name): column.data_type
        for name, dataset in assets.datasets.items()
        for column in dataset.columns
    }
    assert declared
    assert declared.items() <= found.items()


def test_each_event_of_a_unit_has_a_name(assets: Assets) -> None:
    for name in ("opening_events_vi", "closing_events_vi"):
        expression = assets.columns["v_units"][name].expression or ""
        assert set(EVENT_TYPES) <= words(expression), name


def all_metrics(assets: Assets) -> Iterable[tuple[str, Metric]]:
    return (
        (name, metric)
        for name, dataset in assets.datasets.items()
        for metric in dataset.metrics
    )


def sides_of(metric: Mapping[str, Any], known: Mapping[str, Any]) -> Iterable[str]:
    """Yield the measures that a metric rests on."""
    parameters = metric["type_params"]
    if metric["type"] == "simple":
        yield parameters["measure"]
        return
    for side in ("numerator", "denominator"):
        yield from sides_of(known[parameters[side]], known)


def words(expression: str) -> set[str]:
    return set(re.findall(r"\w+", expression))
