"""Superset's settings: https://superset.apache.org/docs/configuration/configuring-superset.

Nothing here is secret and nothing is particular to a machine: both come from the
environment, which `bloc bi up` and Compose fill in. libpq finds the passwords of the
warehouse's logins in PGPASSFILE.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy.engine import make_url


# ---- what the environment says -------------------------------------------------------
def secret(name: str) -> str:
    """Return a variable, or what stands in the file that ``<name>_FILE`` names."""
    file = os.environ.get(f"{name}_FILE")
    return Path(file).read_text("utf-8").strip() if file else os.environ.get(name, "")


SECRET_KEY = secret("SUPERSET_SECRET_KEY")
_database = make_url(os.environ["SUPERSET_DATABASE_URI"])
if _password := secret("SUPERSET_DATABASE_PASSWORD"):
    _database = _database.set(password=_password)
SQLALCHEMY_DATABASE_URI = _database.render_as_string(hide_password=False)

# ---- who sees which rows: the database tells, by the login ---------------------------
# A role of this prefix and a login's name lets a person read through that login. The
# address in the database's settings names a login that sees no unit's rows: whoever has
# no such role stays with it.
READER_ROLE_PREFIX = "reader: "
LOGIN_OF_ADMINS = "bi_reader"


def connect_as_reader(
    uri: Any,  # noqa: ANN401  SQLAlchemy's URL
    params: dict[str, Any],
    username: str | None,
    security_manager: Any,  # noqa: ANN401  Superset's
    source: Any,  # noqa: ANN401  page, SQL Lab, …
) -> tuple[Any, dict[str, Any]]:
    """Replace the login of the address by that of whoever asks.

    Raises:
        PermissionError: Two of their roles name two logins.
    """
    user = security_manager.find_user(username=username) if username else None
    roles = (
        {role.name for role in security_manager.get_user_roles(user)} if user else ()
    )
    logins = sorted(
        role.removeprefix(READER_ROLE_PREFIX)
        for role in roles
        if role.startswith(READER_ROLE_PREFIX)
    )
    if len(logins) > 1:
        raise PermissionError(
            f"{username} reads through {' and '.join(logins)}: leave one of these roles"
        )
    if logins:
        return uri.set(username=logins[0]), params
    if security_manager.auth_role_admin in roles:
        return uri.set(username=LOGIN_OF_ADMINS), params
    return uri, params


DB_CONNECTION_MUTATOR = connect_as_reader
# Answers are not kept: not every way to ask tells people apart in a cache's key. That
# of charts does, by the flag, should somebody turn a cache on
CACHE_CONFIG = DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
RESULTS_BACKEND = None
FEATURE_FLAGS = {
    "ALERT_REPORTS": False,  # these are made as somebody else than who sees them
    "THUMBNAILS": False,
    "GLOBAL_ASYNC_QUERIES": False,
    "EMBEDDED_SUPERSET": False,
    "ENABLE_TEMPLATE_PROCESSING": False,
    "CACHE_QUERY_BY_USER": True,
    "DASHBOARD_RBAC": False,
}

# ---- as Vietnamese read numbers and dates --------------------------------------------
APP_NAME = "Kho dữ liệu Đảng bộ Khối"
BABEL_DEFAULT_LOCALE = "vi"
LANGUAGES = {  # the menu looks its own language up here, or draws nothing
    "vi": {"flag": "vn", "name": "Tiếng Việt"},
    "en": {"flag": "us", "name": "English"},
}
D3_FORMAT = {
    "decimal": ",",
    "thousands": ".",
    "grouping": [3],
    "currency": ["", " ₫"],
}
D3_TIME_FORMAT = {
    "dateTime": "%H:%M %d/%m/%Y",
    "date": "%d/%m/%Y",
    "time": "%H:%M:%S",
    "periods": ["SA", "CH"],
    "days": [
        "Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy",
    ],
    "shortDays": ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
    "months": [f"Tháng {number}" for number in range(1, 13)],
    "shortMonths": [f"Th{number}" for number in range(1, 13)],
}  # fmt: skip

# ---- colours that survive colour blindness, by Okabe and Ito -------------------------
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "okabe_ito",
        "label": "Okabe–Ito",
        "description": "Phân biệt được khi mù màu",
        "isDefault": True,
        "colors": [
            "#0072B2", "#E69F00", "#009E73", "#56B4E9", "#D55E00", "#CC79A7",
            "#999999", "#000000",
        ],
    }
]  # fmt: skip
THEME_DARK = None  # the colours are for a light page
# a legend's buttons for all and for the inverse take the room of its labels
OF_ALL_CHARTS = {"legend": {"selector": False}}


def set_up_charts(app: Flask) -> None:
    """Give Superset's own theme what all charts have in common."""
    theme = {**app.config["THEME_DEFAULT"], "echartsOptionsOverrides": OF_ALL_CHARTS}
    app.config["THEME_DEFAULT"] = theme


# ---- at a phone's width --------------------------------------------------------------
# Superset's page names no viewport, and its grid keeps twelve columns at any width
PHONE_PAGE = '<meta name="viewport" content="width=device-width, initial-scale=1">'
PHONE_COLUMNS = 12
PHONE_TITLE = 6  # a figure's title and explanation take another line each
PHONE_TEXT = 2  # a text takes more lines, though not as many as it is narrower
PHONE_HALF = 3  # an item of at most so many columns is a figure: two fit side by side


def adapt_to_phones(app: Flask) -> None:
    """Let pages be as wide as the phone, and send it dashboards with narrow rows."""
    page = DictLoader({"head_custom_extra.html": PHONE_PAGE})
    app.jinja_loader = ChoiceLoader([page, *filter(None, [app.jinja_loader])])
    app.after_request(_send_narrow_rows)


def narrow(position: dict[str, Any]) -> dict[str, Any]:
    """Return a dashboard's tree of positions with rows that a phone shows.

    An item fills a row, but figures that stand side by side do so in pairs.
    """
    nodes = dict(position)
    for name, node in position.items():
        if not isinstance(node, dict) or node.get("type") not in ("GRID", "TAB"):
            continue
        children = []
        for child in node["children"]:
            if position[child]["type"] != "ROW":
                children.append(child)
                continue
            row = nodes.pop(child)
            for number, items in enumerate(_narrow_rows(row["children"], position)):
                part = f"{child}-phone-{number}"
                nodes[part] = {**row, "id": part, "children": items}
                children.append(part)
                nodes |= {item: _fitted(item, part, items, position) for item in items}
        nodes[name] = {**node, "children": children}
    return nodes


def _fitted(
    name: str, row: str, beside: list[str], position: dict[str, Any]
) -> dict[str, Any]:
    """Return an item as it fits into its new row."""
    item = position[name]
    meta = {**item["meta"], "width": PHONE_COLUMNS // len(beside)}
    if item["type"] == "MARKDOWN":
        meta["height"] *= PHONE_TEXT
    elif len(beside) > 1:
        meta["height"] += PHONE_TITLE
    return {**item, "meta": meta, "parents": [*item["parents"][:-1], row]}


def _narrow_rows(items: list[str], position: dict[str, Any]) -> Iterator[list[str]]:
    pair: list[str] = []
    for item in items:
        if position[item].get("meta", {}).get("width", PHONE_COLUMNS) > PHONE_HALF:
            yield from filter(None, [pair, [item]])
            pair = []
        elif pair:
            yield [*pair, item]
            pair = []
        else:
            pair = [item]
    yield from filter(None, [pair])


def _send_narrow_rows(response: Response) -> Response:
    if request.endpoint != "DashboardRestApi.get" or response.status_code != 200:
        return response
    response.vary.add("User-Agent")
    content = response.get_json(silent=True)
    # "Mobi" is how browsers of phones call themselves
    if content and "Mobi" in request.user_agent.string:
        result = content["result"]
        position = json.loads(result.get("position_json") or "{}")
        result["position_json"] = json.dumps(narrow(position))
        response.set_data(json.dumps(content))
    return response


def adapt(app: Flask) -> None:
    """Change what settings do not reach."""
    set_up_charts(app)
    adapt_to_phones(app)


FLASK_APP_MUTATOR = adapt

# ---- nothing leaves this server ------------------------------------------------------
# Superset's own policy lets pages count visits at scarf.sh, and fetch map tiles, fonts
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'", "data:"],
        "frame-ancestors": ["'none'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,  # a proxy's business; here it listens on loopback
    "session_cookie_secure": False,
}
THEME_FONT_URL_ALLOWED_DOMAINS: list[str] = []
CONTENT_SECURITY_POLICY_WARNING = False
PREVENT_UNSAFE_DB_CONNECTIONS = True

# ---- limits --------------------------------------------------------------------------
ROW_LIMIT = 10_000
SQL_MAX_ROW = 100_000
SQLLAB_TIMEOUT = 30  # seconds
SUPERSET_WEBSERVER_TIMEOUT = 60
RATELIMIT_STORAGE_URI = "memory://"  # of logins: one process serves
