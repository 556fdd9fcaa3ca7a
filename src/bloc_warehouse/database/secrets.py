"""Generated secrets: created once, kept in the data folder."""

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bloc_warehouse.errors import SettingsError

FILE_NAME = "secrets.json"


def generated_secret(
    data_dir: Path, name: str, make: Callable[[], str] = lambda: secrets.token_hex(20)
) -> str:
    """Return the secret of that name, making it the first time it is asked for.

    Args:
        data_dir: Folder that holds ``secrets.json``.
        name: What the secret is for.
        make: Makes a new one; called once in the folder's life.

    Raises:
        SettingsError: ``secrets.json`` cannot be read as what was written.
    """
    with _locked(data_dir) as file:
        known = _read(file)
        if name not in known:
            known[name] = make()
            _replace(file, json.dumps(known, indent=2) + "\n")
    return known[name]


def read_secrets(data_dir: Path) -> dict[str, str]:
    """Return all secrets of the folder by name, to keep them elsewhere.

    Raises:
        SettingsError: ``secrets.json`` cannot be read as what was written.
    """
    return _read(data_dir / FILE_NAME)


def add_secrets(data_dir: Path, secrets_by_name: Mapping[str, str]) -> None:
    """Give the folder secrets that were kept elsewhere; those it has stay.

    Raises:
        SettingsError: ``secrets.json`` cannot be read as what was written.
    """
    with _locked(data_dir) as file:
        known = {**secrets_by_name, **_read(file)}
        _replace(file, json.dumps(known, indent=2) + "\n")


@contextmanager
def _locked(data_dir: Path) -> Iterator[Path]:
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / f".{FILE_NAME}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield data_dir / FILE_NAME


def _read(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise SettingsError(f"{file} cannot be read: {type(error).__name__}") from error


def _replace(file: Path, text: str) -> None:
    written = file.with_suffix(".new")
    written.unlink(missing_ok=True)
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    written.replace(file)
