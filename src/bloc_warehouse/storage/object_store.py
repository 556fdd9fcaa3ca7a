"""An object store (S3, and what else fsspec knows) as the place of files.

The library finds credentials where it always does, or Airflow has them in a connection
that the address names; this module never sees them. Uploads are
atomic, so there is no settling time.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bloc_warehouse.setting_values import StoreUrl
from bloc_warehouse.storage.base import (
    HIDDEN,
    LOCK,
    UNKNOWN_TIME,
    Report,
    StoredFile,
    StoreError,
    is_left_by_a_program,
    unreported,
)
from bloc_warehouse.storage.names import shown_name

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_TIMES = ("LastModified", "last_modified", "updated", "created")
_VERSIONS = ("ETag", "etag", "md5Hash")
_SECONDS_TO_CONNECT, _SECONDS_TO_READ = 5, 60
_NOT_FOUND = "there is no such bucket"
_REFUSED = "access is refused"
_UPWARDS = "L508"

logger = logging.getLogger(__name__)


class ObjectStore:
    """The objects below one prefix of a bucket.

    Attributes:
        url: The bucket and the prefix.
        endpoint: Address of a server that speaks S3; empty for the library's own.
    """

    def __init__(self, url: StoreUrl, endpoint: str = "") -> None:
        self.url = url
        self.endpoint = endpoint

    def files(
        self, settle_seconds: float = 0, report: Report = unreported
    ) -> Iterator[StoredFile]:
        """Yield the objects; ``tell`` hears of hidden ones and the like."""
        del settle_seconds  # uploads are atomic
        with self._wrapping_errors():
            found = self._library().find(self.url.path, detail=True)
        listed = [
            (name, details)
            for key, details in found.items()
            if (name := self._name(key, report)) is not None
        ]
        # in the order of a walk through folders: receipt in the same order as there
        listed.sort(key=lambda pair: _walked(pair[0]))
        for name, details in listed:
            yield _stored(name, details)

    def read_unchanged(
        self, file: StoredFile, most: int, report: Report = unreported
    ) -> bytes | None:
        """Return an object's bytes; None when it is gone or has become too large."""
        del report  # the next run sees what became of it
        if not file.size:
            return b""  # stores refuse a range of nothing
        content = self._read(file.name, most + 1)
        if content is not None and len(content) <= most:
            return content
        logger.info("%s is gone or was replaced meanwhile", shown_name(file.name))
        return None

    def read(self, name: str) -> bytes | None:
        """Return an object's bytes; None when it is gone."""
        return self._read(name, None)

    def write(self, name: str, content: bytes) -> None:
        """Write an object atomically."""
        with self._wrapping_errors():
            self._library().pipe_file(self._key(name), content)

    def write_file(self, name: str, source: Path) -> None:
        """Write a file of this machine, in parts where it is large; atomically."""
        with self._wrapping_errors():
            self._library().put_file(str(source), self._key(name))

    def read_file(self, name: str, target: Path) -> bool:
        """Copy an object to this machine; False when it is gone."""
        with self._wrapping_errors():
            try:
                self._library().get_file(self._key(name), str(target))
            except FileNotFoundError:
                return False
        return True

    def exists(self, name: str) -> bool:
        """Whether there is such an object."""
        with self._wrapping_errors():
            try:  # the library's own question takes every error for a no
                return bool(self._library().info(self._key(name))["type"] == "file")
            except FileNotFoundError:
                return False

    def move(self, name: str, target: str, *, keep: bool = False) -> bool:
        """Copy an object, then delete it unless it is kept; False when it is gone."""
        with self._wrapping_errors():
            try:
                self._library().cp_file(self._key(name), self._key(target))
            except FileNotFoundError:
                return False
        if not keep:
            self.delete(name)
        return True

    def delete(self, name: str) -> None:
        """Delete an object; one that is gone is fine."""
        with self._wrapping_errors():
            try:
                self._library().rm_file(self._key(name))
            except FileNotFoundError:
                return

    def clean(self) -> None:
        """Do nothing: object stores write atomically."""

    def _read(self, name: str, most: int | None) -> bytes | None:
        bounds = {} if most is None else {"start": 0, "end": most}
        with self._wrapping_errors():
            try:
                return bytes(self._library().cat_file(self._key(name), **bounds))
            except FileNotFoundError:
                return None

    def _library(self) -> "AbstractFileSystem":
        """Return the library's face of the store; it keeps one a process and thread."""
        if self.url.connection:
            return self._library_by_airflow()
        import fsspec

        options: dict[str, Any] = {"use_listings_cache": False}
        if self.url.scheme == "s3":
            options["config_kwargs"] = {
                "connect_timeout": _SECONDS_TO_CONNECT,
                "read_timeout": _SECONDS_TO_READ,
                "retries": {"total_max_attempts": 2},  # fsspec retries as well
            }
            if self.endpoint:
                options["endpoint_url"] = self.endpoint
        return fsspec.filesystem(self.url.scheme, **options)

    def _library_by_airflow(self) -> "AbstractFileSystem":
        from airflow.sdk.io import attach

        try:
            library = attach(self.url.scheme, self.url.connection).fs
        except ValueError as error:
            raise StoreError(
                f"object store {self.url}: no provider of Airflow that is installed"
                f" knows {self.url.scheme}://"
            ) from error
        library.invalidate_cache()  # else what others put there meanwhile is not seen
        return library

    def _key(self, name: str) -> str:
        return f"{self.url.path}/{name}"

    def _name(self, key: str, report: Report) -> str | None:
        """Return an object's name if it is a sender's file."""
        name = key.removeprefix("/").removeprefix(f"{self.url.path}/")
        *folders, last = name.split("/")
        if not last:
            return None  # marks a folder
        cause = _cause(folders, last)
        if cause:
            report(name, cause)
        return None if cause else name

    @contextmanager
    def _wrapping_errors(self) -> Iterator[None]:
        """Say in one line what a library raised, without its own words."""
        try:
            yield
        except StoreError:
            raise
        except FileNotFoundError as error:
            raise StoreError(f"object store {self.url}: {_NOT_FOUND}") from error
        except Exception as error:  # the edge: each library has errors of its own
            raise StoreError(f"object store {self.url}: {_reason(error)}") from error


def _walked(name: str) -> tuple[tuple[bool, str], ...]:
    *folders, last = name.split("/")
    return (*((True, folder) for folder in folders), (False, last))


def _cause(folders: Sequence[str], last: str) -> str | None:
    """Return why an object is not taken."""
    if ".." in (*folders, last):
        return _UPWARDS
    if is_left_by_a_program(last):
        return LOCK
    return HIDDEN if any(part.startswith(".") for part in (*folders, last)) else None


def _stored(name: str, details: Mapping[str, Any]) -> StoredFile:
    size = int(details["size"] or 0)
    uploaded_at = _time(next((details[key] for key in _TIMES if key in details), None))
    written_at = uploaded_at or UNKNOWN_TIME
    mark = next((details[key] for key in _VERSIONS if details.get(key)), "")
    uploaded = int(written_at.timestamp() * 1_000_000)
    version = f"{size}-{uploaded}-{mark}".replace('"', "")
    return StoredFile(name, size, version, written_at, uploaded_at=uploaded_at)


def _time(value: object) -> datetime | None:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _reason(error: Exception) -> str:
    """Say what went wrong by its kind; a library's text could hold a secret."""
    if isinstance(error, ImportError):
        return "its library is not installed; install the extra object-stores"
    kind = _code(error) or type(error).__name__
    if isinstance(error, PermissionError):
        return f"{_REFUSED} ({kind})"
    if "Credentials" in kind:
        return f"there are no credentials ({kind})"
    if any(word in kind for word in ("Connect", "Timeout", "Endpoint")):
        return f"it cannot be reached ({kind})"
    return f"it failed ({kind})"


def _code(error: BaseException) -> str | None:
    """Return the code that the server gave, e.g. ``AccessDenied``."""
    for cause in (error, error.__cause__):
        response = getattr(cause, "response", None)
        if isinstance(response, Mapping):
            return str(response.get("Error", {}).get("Code", "")) or None
    return None
