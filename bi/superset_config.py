"""Superset's settings: https://superset.apache.org/docs/configuration/configuring-superset.

Nothing here is secret and nothing is particular to a machine: both come from the
environment, which `bloc bi up` and Compose fill in. libpq finds the passwords of the
warehouse's logins in PGPASSFILE.
"""

import os
from typing import Any

# ---- what the environment says -------------------------------------------------------
SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = os.environ["SUPERSET_DATABASE_URI"]

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
# answers are not cached unless somebody configures a cache; then never across logins
FEATURE_FLAGS = {"CACHE_QUERY_BY_USER": True, "DASHBOARD_RBAC": False}

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
