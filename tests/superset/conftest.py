"""Superset with the project's dashboards, from nothing, once a session.

A warehouse of the generated files, published; Superset's own environment, databases,
roles; people of each kind. ``BI_TEST_DATA`` names a data folder to use instead, with a
published warehouse: nothing of it is removed, save what the tests made.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.conftest import discard, fresh_settings
from tests.paths import ROOT

from bloc_samples.make import make_samples
from bloc_warehouse.bi import server
from bloc_warehouse.bi.assets import Assets
from bloc_warehouse.bi.bundle import project_assets
from bloc_warehouse.bi.environment import superset_environment
from bloc_warehouse.bi.rest import SupersetApi
from bloc_warehouse.bi.roles import is_about_units, read_roles
from bloc_warehouse.bi.users import add_user, kept_logins, remove_user
from bloc_warehouse.pipeline import prepare
from bloc_warehouse.pipeline import run as run_pipeline
from bloc_warehouse.settings import Settings

CACHED = Path(__file__).with_name("superset_config_cached.py")

Rows = list[dict[str, Any]]


@dataclass
class Superset:
    """A running Superset, its people and its assets."""

    settings: Settings
    assets: Assets
    address: str
    passwords: dict[str, str]
    ids: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Kind of asset (chart, dataset, dashboard) → name in bi/assets → id."""
    _sessions: dict[str | None, SupersetApi] = field(default_factory=dict)

    def session(self, name: str | None) -> SupersetApi:
        """Return a person's session; None is somebody who did not log in."""
        if name not in self._sessions:
            password = self.passwords[name] if name else ""
            self._sessions[name] = SupersetApi(self.address, name, password)
        return self._sessions[name]

    def chart(self, name: str) -> int:
        """Return a chart's id."""
        return self.ids["chart"][name]

    def dataset(self, name: str) -> int:
        """Return a dataset's id."""
        return self.ids["dataset"][name]

    def query(self, dataset: str, **wanted: object) -> dict[str, Any]:
        """Return the body of a query for chart/data."""
        return {
            "datasource": {"id": self.dataset(dataset), "type": "table"},
            "queries": [{"columns": [], "metrics": [], "row_limit": 10_000} | wanted],
            "result_format": "json",
            "result_type": wanted.pop("result_type", "full"),
        }

    def rows(self, person: str, dataset: str, **wanted: object) -> Rows:
        """Return what a person is shown of a dataset."""
        answer = self.session(person).call(
            "POST", "/api/v1/chart/data", self.query(dataset, **wanted)
        )
        found: Rows = answer["result"][0]["data"]
        return found


@pytest.fixture(scope="session")
def published() -> Iterator[Settings]:
    """Settings of a warehouse with a live release."""
    if given := os.environ.get("BI_TEST_DATA"):
        yield Settings.from_environment({"BLOC_DATA_DIR": given})
        return
    settings = fresh_settings()
    try:
        make_samples(settings)
        _spoil(settings.data_dir / "landing" / "LAN-004")
        assert run_pipeline(settings, by="bi-test").is_published
        yield settings
    finally:
        discard(settings)


def _spoil(sent: Path) -> None:
    """Lose one return and break another: so something is owed, and an alert is open."""
    (lost,) = sent.glob("*/LAN-004 6 thang dau nam 2024 BKN.csv")
    lost.unlink()
    (broken,) = sent.glob("*/LAN-004 6 thang dau nam 2024 BDV.csv")
    broken.write_text("không phải biểu nào\n", encoding="utf-8")


PEOPLE: Mapping[str, Mapping[str, Any]] = {
    "lan_officer": {"blocs": ["LAN"]},
    "dlk_officer": {"blocs": ["DLK"]},
    "unit_officer": {"units": ["LAN-001"]},
    "newspaper": {"is_public": True},
}


@pytest.fixture(scope="session")
def superset(
    published: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Superset]:
    """Superset on that warehouse, somebody of each kind, and a cache of answers."""
    prepare(published)
    cache = str(tmp_path_factory.mktemp("cache"))
    with ExitStack() as at_end:
        patch = at_end.enter_context(pytest.MonkeyPatch.context())

        def with_cache(settings: Settings) -> dict[str, str]:
            return {
                **superset_environment(settings),
                "SUPERSET_CONFIG_PATH": str(CACHED),
                "CACHE_FOLDER": cache,
                "PROJECT_CONFIG": str(ROOT / "bi" / "superset_config.py"),
            }

        patch.setattr(server, "superset_environment", with_cache)
        at_end.callback(server.stop, published)
        server.stop(published)
        running = server.start(published)
        api = server.administrator(published)
        for name in PEOPLE.keys() & kept_logins(published):
            remove_user(published, api, name)
        roles = read_roles(published.project_dir)
        passwords = {"admin": running.password}
        for name, sees in PEOPLE.items():
            passwords[name] = add_user(published, api, roles, name, by="test", **sees)
            at_end.callback(remove_user, published, api, name)
        assets = project_assets(published)
        made = Superset(published, assets, running.address, passwords)
        made.ids = _ids(api, assets)
        yield made


def may_ask(superset: Superset, person: str, dataset: str) -> bool:
    """Tell whether the person's role has the dataset."""
    return person != "newspaper" or not is_about_units(superset.assets.columns[dataset])


def _ids(api: SupersetApi, assets: Assets) -> Mapping[str, Mapping[str, int]]:
    charts = {chart.slice_name: name for name, chart in assets.charts.items()}
    assert len(charts) == len(assets.charts), "two charts have one title"
    columns = ("id", "slice_name", "slug", "table_name")
    found = {
        kind: list(api.rows(f"/api/v1/{kind}/", columns=(columns[0], wanted)))
        for kind, wanted in zip(
            ("chart", "dashboard", "dataset"), columns[1:], strict=True
        )
    }
    return {
        "chart": {
            charts[row["slice_name"]]: int(row["id"])
            for row in found["chart"]
            if row["slice_name"] in charts
        },
        "dashboard": {row["slug"]: int(row["id"]) for row in found["dashboard"]},
        "dataset": {row["table_name"]: int(row["id"]) for row in found["dataset"]},
    }
