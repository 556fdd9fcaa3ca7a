"""What a chart asks: the query that its settings stand for.

Superset's page makes the query of a chart out of ``params`` in JavaScript; its API
wants it ready, as ``query_context``. Both are written here from one description.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bloc_warehouse.bi.model import Chart

_ROW_LIMIT = 10_000
_OPERATOR_IDS = {
    "==": "EQUALS",
    "!=": "NOT_EQUALS",
    ">": "GREATER_THAN",
    "<": "LESS_THAN",
    ">=": "GREATER_THAN_OR_EQUAL",
    "<=": "LESS_THAN_OR_EQUAL",
    "IN": "IN",
    "NOT IN": "NOT_IN",
    "IS NULL": "IS_NULL",
    "IS NOT NULL": "IS_NOT_NULL",
    "TEMPORAL_RANGE": "TEMPORAL_RANGE",
}


@dataclass(frozen=True, slots=True)
class _Query:
    """Which settings of a kind of chart name the columns and metrics of a query."""

    columns: tuple[str, ...]
    metrics: tuple[str, ...]


_SERIES = (_Query(("x_axis", "groupby"), ("metrics",)),)
_PARTS = (_Query(("groupby",), ("metric",)),)
VIZ_TYPES: Mapping[str, tuple[_Query, ...]] = {
    "big_number": (_Query(("x_axis",), ("metric",)),),
    "big_number_total": (_Query((), ("metric",)),),
    "bubble_v2": (_Query(("entity", "series"), ("x", "y", "size")),),
    "bullet": (_Query((), ("metric",)),),
    "echarts_area": _SERIES,
    "echarts_timeseries_bar": _SERIES,
    "echarts_timeseries_line": _SERIES,
    "echarts_timeseries_scatter": _SERIES,
    "echarts_timeseries_smooth": _SERIES,
    "echarts_timeseries_step": _SERIES,
    "funnel": _PARTS,
    "gauge_chart": _PARTS,
    "handlebars": (_Query(("groupby", "all_columns"), ("metrics", "percent_metrics")),),
    "heatmap_v2": (_Query(("x_axis", "groupby"), ("metric",)),),
    "mixed_timeseries": (
        _Query(("x_axis", "groupby"), ("metrics",)),
        _Query(("x_axis", "groupby_b"), ("metrics_b",)),
    ),
    "pie": _PARTS,
    "pivot_table_v2": (_Query(("groupbyColumns", "groupbyRows"), ("metrics",)),),
    "radar": (_Query(("groupby",), ("metrics",)),),
    "sunburst_v2": (_Query(("columns",), ("metric", "secondary_metric")),),
    "table": (_Query(("groupby", "all_columns"), ("metrics", "percent_metrics")),),
    "treemap_v2": _PARTS,
    "waterfall": (_Query(("x_axis", "groupby"), ("metric",)),),
}
_ROWS = ("all_columns",)
# settings that name a metric beside those that the query shows
_MORE_METRICS = ("timeseries_limit_metric",)


def named_metrics(chart: Chart) -> list[tuple[str, str]]:
    """Return the metrics that a chart names, each with the setting that names it."""
    keys = {key for query in VIZ_TYPES[chart.viz_type] for key in query.metrics}
    return list(_named(chart.params, [*sorted(keys), *_MORE_METRICS]))


def named_columns(chart: Chart) -> list[tuple[str, str]]:
    """Return the columns that a chart names, each with the setting that names it."""
    keys = {key for query in VIZ_TYPES[chart.viz_type] for key in query.columns}
    return list(_named(chart.params, sorted(keys)))


def asks_for_figures(chart: Chart) -> bool:
    """Tell whether each of the chart's queries has a metric, or lists rows."""
    return all(
        any(_named(chart.params, [*query.metrics, *_ROWS]))
        for query in VIZ_TYPES[chart.viz_type]
    )


def form_data(chart: Chart) -> dict[str, Any]:
    """Return the settings as Superset's page wants them, with the chart's filters."""
    return {
        **chart.params,
        "viz_type": chart.viz_type,
        "adhoc_filters": [
            {
                "clause": "WHERE",
                "expressionType": "SIMPLE",
                "subject": condition.column,
                "operator": condition.operator,
                "operatorId": _OPERATOR_IDS[condition.operator],
                "comparator": condition.value,
                "filterOptionName": f"filter_{number}",
            }
            for number, condition in enumerate(chart.filters)
        ],
    }


def query_context(chart: Chart) -> dict[str, Any]:
    """Return what the chart asks; the import fills in the dataset's number."""
    return {
        "datasource": {"id": 0, "type": "table"},
        "force": False,
        "queries": [_query(chart, wanted) for wanted in VIZ_TYPES[chart.viz_type]],
        "form_data": form_data(chart),
        "result_format": "json",
        "result_type": "full",
    }


def _query(chart: Chart, wanted: _Query) -> dict[str, Any]:
    params = chart.params
    metrics = _unique(name for _, name in _named(params, wanted.metrics))
    return {
        "columns": [
            _base_axis(name, params) if key == "x_axis" else name
            for key, name in _named(params, wanted.columns)
        ],
        "metrics": metrics,
        "filters": [
            {
                "col": condition.column,
                "op": condition.operator,
                **({} if condition.value is None else {"val": condition.value}),
            }
            for condition in chart.filters
        ],
        "orderby": _order(params, metrics),
        "row_limit": params.get("row_limit", _ROW_LIMIT),
        "extras": {},
        "time_range": params.get("time_range", "No filter"),
    }


def _base_axis(name: str, params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "columnType": "BASE_AXIS",
        "expressionType": "SQL",
        "isColumnReference": True,
        "label": name,
        "sqlExpression": name,
        "timeGrain": params.get("time_grain_sqla"),
    }


def _order(params: Mapping[str, Any], metrics: Sequence[str]) -> list[list[Any]]:
    """Sort by the metric that limits the rows, else by the first one."""
    by = params.get("timeseries_limit_metric") or next(iter(metrics), None)
    return [[by, not params.get("order_desc", True)]] if by else []


def _named(params: Mapping[str, Any], keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    for key in keys:
        value = params.get(key) or ()
        for name in [value] if not isinstance(value, list | tuple) else value:
            yield key, str(name)


def _unique(names: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(names))
