"""Through which of the warehouse's logins a person of Superset reads."""

import json
import runpy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, render_template_string
from tests.paths import ROOT

GUEST = "bi_guest"


@dataclass
class Named:
    """A role."""

    name: str


class Security:
    """As much of Superset's security manager as is asked."""

    auth_role_admin = "Admin"

    def __init__(self, roles: Mapping[str, tuple[str, ...]]) -> None:
        self._roles = roles

    def find_user(self, *, username: str) -> str | None:
        return username if username in self._roles else None

    def get_user_roles(self, user: str) -> list[Named]:
        return [Named(role) for role in self._roles[user]]


class Address:
    """SQLAlchemy's URL, as far as the login."""

    def __init__(self, username: str = GUEST) -> None:
        self.username = username

    def set(self, *, username: str) -> "Address":
        return Address(username)


@pytest.fixture
def config(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Any]:
    """Superset's settings, as it reads them."""
    monkeypatch.setenv("SUPERSET_SECRET_KEY", "key")
    monkeypatch.setenv("SUPERSET_DATABASE_URI", "postgresql+psycopg2://")
    return runpy.run_path(str(ROOT / "bi" / "superset_config.py"))


@pytest.fixture
def login_of(config: Mapping[str, Any]) -> Callable[..., str]:
    """The login of a person with such roles."""

    def login(*roles: str, username: str | None = "lan") -> str:
        security = Security({"lan": roles})
        uri, params = config["DB_CONNECTION_MUTATOR"](
            Address(), {"a": 1}, username, security, None
        )
        assert params == {"a": 1}
        return str(uri.username)

    return login


def test_a_person_reads_through_the_login_that_their_role_names(
    login_of: Callable[..., str],
) -> None:
    assert login_of("Gamma", "reader: bi_lan") == "bi_lan"
    assert login_of("Admin", "reader: bi_lan") == "bi_lan"


def test_an_administrator_reads_all(login_of: Callable[..., str]) -> None:
    assert login_of("Admin") == "bi_reader"


@pytest.mark.parametrize("username", [None, "stranger"])
def test_whoever_is_unknown_stays_a_guest(
    login_of: Callable[..., str], username: str | None
) -> None:
    assert login_of("Admin", username=username) == GUEST


def test_whoever_has_no_such_role_stays_a_guest(login_of: Callable[..., str]) -> None:
    assert login_of("Gamma", "sql_lab") == GUEST


def test_two_logins_are_refused(login_of: Callable[..., str]) -> None:
    with pytest.raises(PermissionError, match="bi_dlk and bi_lan: leave one"):
        login_of("reader: bi_lan", "reader: bi_dlk")


def row(name: str, *widths: int) -> Mapping[str, Any]:
    """A row of items of such widths, in the tree of a dashboard."""
    above = ["ROOT_ID", "GRID_ID"]
    items = [f"{name}-{number}" for number in range(len(widths))]
    return {
        name: {"id": name, "type": "ROW", "children": items, "parents": above},
        **{
            item: {
                "id": item,
                "type": "CHART",
                "children": [],
                "parents": [*above, name],
                "meta": {"width": width, "height": 20},
            }
            for item, width in zip(items, widths, strict=True)
        },
    }


def test_a_phone_gets_rows_of_one_item_or_of_two_figures(
    config: Mapping[str, Any],
) -> None:
    position = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"id": "ROOT_ID", "type": "ROOT", "children": ["GRID_ID"]},
        "GRID_ID": {"id": "GRID_ID", "type": "GRID", "children": ["A", "B"]},
        **row("A", 3, 3, 3, 3),
        **row("B", 3, 5, 4),
    }
    before = repr(position)
    tree = config["narrow"](position)
    rows = [tree[name] for name in tree["GRID_ID"]["children"]]
    assert [row["children"] for row in rows] == [
        ["A-0", "A-1"], ["A-2", "A-3"], ["B-0"], ["B-1"], ["B-2"],
    ]  # fmt: skip
    for narrow_row in rows:
        items = [tree[name] for name in narrow_row["children"]]
        assert sum(item["meta"]["width"] for item in items) == 12
        assert all(item["parents"][-1] == narrow_row["id"] for item in items)
        assert all(
            item["meta"]["height"] == 20 + 6 * (len(items) - 1) for item in items
        )
    assert not {"A", "B"} & set(tree)
    assert repr(position) == before


def test_a_text_gets_more_lines(config: Mapping[str, Any]) -> None:
    position = {"GRID_ID": {"type": "GRID", "children": ["A"]}, **row("A", 12)}
    position["A-0"]["type"] = "MARKDOWN"
    assert config["narrow"](position)["A-0"]["meta"]["height"] == 40


def test_rows_in_tabs_are_narrowed_too(config: Mapping[str, Any]) -> None:
    tree = config["narrow"](
        {
            "GRID_ID": {"id": "GRID_ID", "type": "GRID", "children": ["TABS"]},
            "TABS": {"id": "TABS", "type": "TABS", "children": ["TAB"]},
            "TAB": {"id": "TAB", "type": "TAB", "children": ["A"]},
            **row("A", 6, 6),
        }
    )
    assert [tree[name]["children"] for name in tree["TAB"]["children"]] == [
        ["A-0"], ["A-1"],
    ]  # fmt: skip
    assert tree["GRID_ID"]["children"] == ["TABS"]


@pytest.mark.parametrize(
    ("agent", "is_narrow"),
    [("Mozilla/5.0 (Android 14) Mobile", True), ("Mozilla/5.0 (X11; Linux)", False)],
)
def test_only_a_phone_gets_them(
    config: Mapping[str, Any], agent: str, *, is_narrow: bool
) -> None:
    app = Flask("superset")
    app.config["THEME_DEFAULT"] = {}
    position = {"GRID_ID": {"type": "GRID", "children": ["A"]}, **row("A", 6, 6)}
    app.add_url_rule(
        "/dashboard",
        "DashboardRestApi.get",
        lambda: {"result": {"position_json": json.dumps(position)}},
    )
    app.add_url_rule(
        "/",
        "page",
        lambda: render_template_string('{% include "head_custom_extra.html" %}'),
    )
    config["FLASK_APP_MUTATOR"](app)
    client = app.test_client()
    answer = client.get("/dashboard", headers={"User-Agent": agent})
    sent = json.loads(answer.get_json()["result"]["position_json"])
    assert (len(sent["GRID_ID"]["children"]) == 2) is is_narrow
    assert "User-Agent" in answer.vary
    assert "width=device-width" in client.get("/").text


def test_no_page_may_fetch_anything_from_elsewhere(config: Mapping[str, Any]) -> None:
    policy = config["TALISMAN_CONFIG"]["content_security_policy"]
    assert config["TALISMAN_ENABLED"]
    sources = {
        source
        for allowed in policy.values()
        for source in ([allowed] if isinstance(allowed, str) else allowed)
    }
    assert sources <= {
        "'self'", "'none'", "'unsafe-inline'", "'strict-dynamic'", "blob:", "data:",
    }  # fmt: skip
    assert {"default-src", "connect-src", "img-src"} <= policy.keys()


def test_answers_are_kept_nowhere(config: Mapping[str, Any]) -> None:
    assert config["CACHE_CONFIG"] == {"CACHE_TYPE": "NullCache"}
    assert config["DATA_CACHE_CONFIG"] == {"CACHE_TYPE": "NullCache"}
    assert config["RESULTS_BACKEND"] is None
    flags = config["FEATURE_FLAGS"]
    assert flags["CACHE_QUERY_BY_USER"]
    assert {name for name, is_on in flags.items() if is_on} == {"CACHE_QUERY_BY_USER"}


def test_legends_keep_their_room_for_labels(config: Mapping[str, Any]) -> None:
    app = Flask(__name__)
    app.config["THEME_DEFAULT"] = {"token": {"colorPrimary": "#2893B3"}}
    config["FLASK_APP_MUTATOR"](app)
    assert app.config["THEME_DEFAULT"] == {
        "token": {"colorPrimary": "#2893B3"},
        "echartsOptionsOverrides": {"legend": {"selector": False}},
    }
