"""Dashboards as Superset keeps them: a tree of positions, and filters over charts."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bloc_warehouse.bi.model import GRID_COLUMNS, Dashboard, Filter, Item, Row

Json = dict[str, Any]
Uuid = Callable[[str, str], str]
"""The uuid of an asset: of a kind (``charts``), and a name."""

_LINKS_HEIGHT = 6
_TRANSPARENT = "BACKGROUND_TRANSPARENT"


def positions(
    dashboard: Dashboard, titles: Mapping[str, str], uuid: Uuid, links: str = ""
) -> Json:
    """Return the tree of what stands where.

    Args:
        dashboard: Its rows or tabs.
        titles: Each chart's title.
        links: A text above everything.
        uuid: Names charts as Superset does.
    """
    nodes: Json = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"id": "ROOT_ID", "type": "ROOT", "children": ["GRID_ID"]},
        "GRID_ID": _node("GRID_ID", "GRID", ["ROOT_ID"], {}),
        "HEADER_ID": {
            "id": "HEADER_ID",
            "type": "HEADER",
            "meta": {"text": dashboard.dashboard_title},
        },
    }
    place = _Placing(nodes, titles, uuid)
    if links:
        above = Row(height=_LINKS_HEIGHT, items=(Item(text=links),))
        place.rows((above,), ["ROOT_ID", "GRID_ID"], "links-")
    if dashboard.tabs:
        tabs = place.add("TABS-all", "TABS", ["ROOT_ID", "GRID_ID"], {})
        for number, tab in enumerate(dashboard.tabs, start=1):
            path = place.add(f"TAB-{number}", "TAB", tabs, {"text": tab.title})
            place.rows(tab.rows, path, f"{number}-")
    else:
        place.rows(dashboard.rows, ["ROOT_ID", "GRID_ID"], "")
    return nodes


def native_filters(dashboard: Dashboard, uuid: Uuid) -> list[Json]:
    """Return the dashboard's filters."""
    return [_native_filter(wanted, uuid) for wanted in dashboard.filters]


class _Placing:
    """Hangs nodes into the tree."""

    def __init__(self, nodes: Json, titles: Mapping[str, str], uuid: Uuid) -> None:
        self._nodes, self._titles, self._uuid = nodes, titles, uuid

    def add(self, name: str, kind: str, above: list[str], meta: Json) -> list[str]:
        """Hang a node below the last of those above; return its own path."""
        self._nodes[name] = _node(name, kind, above, meta)
        self._nodes[above[-1]]["children"].append(name)
        return [*above, name]

    def rows(self, rows: tuple[Row, ...], above: list[str], prefix: str) -> None:
        """Hang rows, with what stands in them."""
        for number, row in enumerate(rows, start=1):
            name = f"{prefix}{number}"
            path = self.add(f"ROW-{name}", "ROW", above, {"background": _TRANSPARENT})
            for place, (item, width) in enumerate(_with_widths(row), start=1):
                meta = {"width": width, "height": row.height}
                self._add_item(item, path, meta, f"{name}-{place}")

    def _add_item(self, item: Item, path: list[str], meta: Json, name: str) -> None:
        if item.chart is None:
            self.add(f"MARKDOWN-{name}", "MARKDOWN", path, meta | {"code": item.text})
            return
        chart = {
            "uuid": self._uuid("charts", item.chart),
            "sliceName": self._titles[item.chart],
            "chartId": 0,  # the import fills it in, by the uuid
        }
        self.add(f"CHART-{name}", "CHART", path, meta | chart)


def _with_widths(row: Row) -> Iterator[tuple[Item, int]]:
    """Share what is left of twelve columns among the items that say no width."""
    open_items = [item for item in row.items if item.width is None]
    left = GRID_COLUMNS - sum(item.width or 0 for item in row.items)
    for item in row.items:
        yield item, item.width or left // len(open_items)


def _node(name: str, kind: str, above: list[str], meta: Json) -> Json:
    return {"id": name, "type": kind, "parents": above, "children": [], "meta": meta}


def _native_filter(wanted: Filter, uuid: Uuid) -> Json:
    values = list(wanted.default)
    extra: Json = {}
    if values:
        extra = {"filters": [{"col": wanted.column, "op": "IN", "val": values}]}
    return {
        "id": filter_id(wanted.name),
        "name": wanted.name,
        "description": wanted.description,
        # charts wait for it
        "requiredFirst": wanted.first_by_default,
        "type": "NATIVE_FILTER",
        "filterType": "filter_select",
        "targets": [
            {
                "datasetUuid": uuid("datasets", wanted.dataset),
                "column": {"name": wanted.column},
            }
        ],
        "controlValues": {
            "multiSelect": wanted.multiple,
            "enableEmptyFilter": wanted.required,
            "defaultToFirstItem": wanted.first_by_default,
            "searchAllOptions": False,
            "inverseSelection": False,
            "sortAscending": not wanted.sort_descending,
        },
        "defaultDataMask": {
            "extraFormData": extra,
            "filterState": {"value": values, "label": ", ".join(map(str, values))}
            if values
            else {},
        },
        "cascadeParentIds": [filter_id(name) for name in wanted.depends_on],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
    }


def filter_id(name: str) -> str:
    """Return how Superset calls a filter of this name."""
    return "NATIVE_FILTER-" + "".join(c if c.isalnum() else "-" for c in name)
