"""What a setting may be; each check returns the value or says what it must be.

The messages complete a sentence that begins with the variable's name. One that may hold
a login or a password never quotes the value.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from pydantic import SecretStr

_URL = re.compile(r"[a-z][a-z0-9+.-]*:/", re.IGNORECASE)
_STORE_URL = re.compile(
    r"(s3|gs|az)://(?:([A-Za-z0-9._-]+)@)?([A-Za-z0-9._-]+(?:/[^?#@]*)?)"
)
# parameters of libpq that come before the question mark, or would bring in others
IN_THE_ADDRESS = frozenset(
    ("user", "password", "passfile", "host", "port", "dbname", "service", "servicefile")
)


@dataclass(frozen=True, slots=True)
class StoreUrl:
    """A place in an object store, as Airflow's ``ObjectStoragePath`` writes it.

    Attributes:
        path: The bucket and a prefix.
        connection: The Airflow connection that knows the store; empty if the store's
            own library finds credentials.
    """

    scheme: str
    path: str
    connection: str = ""

    def __str__(self) -> str:
        at = f"{self.connection}@" if self.connection else ""
        return f"{self.scheme}://{at}{self.path}"


Location = Path | StoreUrl
"""Where files lie: a local folder or an object store."""


def absolute(value: Path) -> Path:
    """Resolve a folder, from the working directory where it is relative."""
    return value.expanduser().resolve()


def store_or_folder(value: object) -> object:
    """Read what looks like an address as a place in an object store."""
    if not isinstance(value, str) or not _URL.match(value):
        return value
    if value.startswith("file:///"):
        return Path(value.removeprefix("file://")).resolve()
    match = _STORE_URL.fullmatch(value.rstrip("/"))
    if match is None:
        raise ValueError(
            "must be a folder or look like s3://bucket/prefix (or gs://, az://), "
            "without a login: the store's library finds that itself, or an Airflow "
            "connection holds it, as in s3://connection@bucket/prefix"
        )
    return StoreUrl(match[1], match[3], match[2] or "")


def store_path(url: StoreUrl, endpoint: str) -> Path:
    """Return a place in an object store that is read and written like a folder.

    Args:
        url: The bucket and a prefix.
        endpoint: Address of a server that speaks S3; empty for the library's own.

    Raises:
        ValueError: It names an Airflow connection, or the library is not installed.
    """
    if url.connection:
        raise ValueError("may not name an Airflow connection, as landing may")
    try:
        from upath import UPath
    except ImportError as error:
        raise ValueError("needs the extra object-stores") from error
    options: dict[str, Any] = {"use_listings_cache": False}
    if endpoint and url.scheme == "s3":
        options["endpoint_url"] = endpoint
    # it has what of Path is used, and is none: no file system of this machine holds it
    return cast("Path", UPath(str(url), **options))


def endpoint(value: str) -> str:
    """Check the address of an object store's server."""
    if value and not re.fullmatch(r"https?://[^/?#@\s]+/?", value):
        raise ValueError("must look like https://s3.example.org, without a login")
    return value


def yes_or_no(value: object) -> bool:
    """Read a switch as Airflow does."""
    text = str(value).lower()
    if text not in ("true", "false"):
        raise ValueError(f"must be True or False, not {value!r}")
    return text == "true"


def whole_number(
    at_least: int, *, at_most: int | None = None
) -> Callable[[object], int]:
    """Return a check for whole numbers, written in plain digits."""

    def check(value: object) -> int:
        text = str(value)
        if not (text.isascii() and text.isdigit()) or int(text) < at_least:
            raise ValueError(
                f"must be a whole number above {at_least - 1}, not {text!r}"
            )
        if at_most is not None and int(text) > at_most:
            raise ValueError(f"must be at most {at_most}, not {text}")
        return int(text)

    return check


def time_zone(value: str) -> str:
    """Check a time zone's name."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(
            f"must be a time zone such as Asia/Ho_Chi_Minh, not {value!r}"
        ) from error
    return value


def schedule(value: str) -> str:
    """Check a schedule of Airflow."""
    if len(value.split()) != 5:
        raise ValueError(
            f"must be five cron fields such as '*/15 * * * *', not {value!r}"
        )
    return value


def rising_days(value: object) -> object:
    """Read days around a due day, e.g. ``-3,1,7``: three days before it, one after."""
    if not isinstance(value, str):
        return value
    try:
        days = tuple(int(day) for day in value.split(","))
    except ValueError:
        days = ()
    if not days or list(days) != sorted(set(days)) or max(map(abs, days)) > 365:
        raise ValueError(
            f"must be rising days around the due day such as -3,1,7,14, not {value!r}"
        )
    return days


def web_address(value: str) -> str:
    """Check an address for links; a slash at its end is dropped."""
    if value and urlsplit(value).scheme not in ("http", "https"):
        raise ValueError("must begin with http:// or https://")
    return value.rstrip("/")


def warehouse_address(value: SecretStr) -> SecretStr:
    """Check the address of a PostgreSQL server, its owner's login included."""
    address = value.get_secret_value()
    if not address:
        return value
    try:
        url = urlsplit(address)
        is_complete = (
            url.scheme in ("postgresql", "postgres")
            and bool(url.hostname and url.username and url.path.strip("/"))
            and (url.port is None or url.port > 0)
        )
    except ValueError:
        is_complete = False
    given = dict(parse_qsl(url.query)) if is_complete else {}
    if named := sorted(given.keys() & IN_THE_ADDRESS):
        raise ValueError(
            f"may not name {', '.join(named)} after the question mark: each role has "
            "its own login, and all go to one place"
        )
    if not is_complete:
        raise ValueError(
            "must look like postgresql://owner:password@host:5432/database"
        )
    return value
