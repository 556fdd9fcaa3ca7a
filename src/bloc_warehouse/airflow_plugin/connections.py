"""Settings of a task: what no variable of ours says is asked of Airflow's Connections.

So addresses and passwords may lie in whatever secrets back-end Airflow has. Asked while
a task runs, never where DAGs are parsed.
"""

import logging
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from bloc_warehouse.errors import SettingsError
from bloc_warehouse.settings import Settings, get_settings, settings_with

if TYPE_CHECKING:
    from airflow.sdk import Connection

WAREHOUSE = "bloc_warehouse"
MAIL = "smtp_default"

_PASSWORDS = ("ingest_password", "transform_password", "bi_reader_password")

logger = logging.getLogger(__name__)


def task_settings() -> Settings:
    """Return the settings of this process, with Airflow's connections if it has any.

    ``bloc_warehouse`` is the database with its owner's login; its extra holds the
    passwords of the three roles, and parameters of libpq such as ``sslmode``.

    Raises:
        SettingsError: The connection is wrong or incomplete.
    """
    settings = get_settings()
    variables: dict[str, str] = {}
    if not settings.warehouse_url and (found := _find(WAREHOUSE)):
        variables |= _warehouse_variables(found, settings)
    if not settings.smtp_connection and (found := _find_mail()):
        variables["AIRFLOW_CONN_SMTP_DEFAULT"] = found.as_json()
    try:
        return settings_with(variables) if variables else settings
    except SettingsError as error:
        raise SettingsError(f"Airflow's connection {WAREHOUSE}: {error}") from None


def callback_settings() -> Settings:
    """Return the same to who tells of a failure, even where Airflow itself is down."""
    try:
        return task_settings()
    except Exception:
        logger.exception("Airflow's connections cannot be read")
        return get_settings()


def _warehouse_variables(found: "Connection", settings: Settings) -> dict[str, str]:
    extra = {name: str(value) for name, value in found.extra_dejson.items()}
    passwords = {name: extra.pop(name, "") for name in _PASSWORDS}
    login, password, database = (
        quote(part or "", safe="")
        for part in (found.login, found.password, found.schema)
    )
    port = f":{found.port}" if found.port else ""
    address = f"postgresql://{login}:{password}@{found.host or ''}{port}/{database}"
    return {
        "BLOC_WAREHOUSE_URL": f"{address}?{urlencode(extra)}" if extra else address,
        **{
            f"BLOC_{name.upper()}": password
            for name, password in passwords.items()
            if password and not getattr(settings, name)
        },
    }


def _find(name: str) -> "Connection | None":
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        found: Connection = Connection.get(name)
    except AirflowNotFoundException:
        return None
    return found


def _find_mail() -> "Connection | None":
    try:
        return _find(MAIL)
    except Exception as error:  # no mail is no reason to do nothing
        logger.warning("Airflow's connection %s cannot be read: %s", MAIL, error)
        return None
