"""Folders and buckets: there, writable, with room; and who can read the secrets."""

import os
import shutil
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

from bloc_warehouse.doctor.check import Check, State, tried
from bloc_warehouse.domain.counting import counted
from bloc_warehouse.setting_values import Location, StoreUrl
from bloc_warehouse.settings import Settings
from bloc_warehouse.storage import locations
from bloc_warehouse.storage.base import Store, StoreError
from bloc_warehouse.storage.trees import is_in_store

_GIGABYTE = 1024**3
_MADE_BY_RUNS = {"archive", "outbox", "reports"}
_LITTLE, _TOO_LITTLE = 5 * _GIGABYTE, _GIGABYTE


def look(settings: Settings) -> Iterator[Check]:
    """Look at each place that is written to."""
    yield Check("settings", "ok", f"data in {settings.data_dir}")
    yield from _secrets(settings)
    yield _disk(settings.data_dir)
    for name, location, open_place in (
        ("landing", settings.landing_dir, locations.landing),
        ("archive", settings.archive_dir, locations.archive),
        ("outbox", settings.outbox_dir, locations.outbox),
    ):
        yield _place(name, location, open_place(settings))
    yield _folder("reference", settings.reference_dir)
    yield _folder("reports", settings.reports_dir)


def _secrets(settings: Settings) -> Iterator[Check]:
    """Passwords that others of this machine could read."""
    for path in (settings.data_dir / "secrets.json", settings.project_dir / ".env"):
        if not path.is_file():
            continue
        mode = path.stat().st_mode
        if mode & (stat.S_IRGRP | stat.S_IROTH | stat.S_IWGRP | stat.S_IWOTH):
            yield Check(
                "secrets", "warning", f"{path} can be read by others",
                f"chmod 600 {path}",
            )  # fmt: skip
        else:
            yield Check("secrets", "ok", f"{path} is for its owner only")


def _disk(folder: Path) -> Check:
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(nearest).free
    state: State = (
        "failed" if free < _TOO_LITTLE else "warning" if free < _LITTLE else "ok"
    )
    cure = "make room, or move BLOC_DATA_DIR to a larger disk"
    return Check(
        "disk", state, f"{free / _GIGABYTE:.1f} GB free at {nearest}",
        "" if state == "ok" else cure,
    )  # fmt: skip


def _place(name: str, location: Location, place: Store) -> Check:
    if isinstance(location, StoreUrl):
        return tried(name, partial(_writes, place, str(location)), _rights(location))
    return _folder(name, location)


def _folder(name: str, folder: Path) -> Check:
    if is_in_store(folder):
        return tried(name, partial(_found, folder), _rights(folder))
    if not folder.is_dir() and name in _MADE_BY_RUNS:
        return Check(name, "skipped", f"{folder} is made by the first run")
    if not folder.is_dir():
        return Check(name, "failed", f"{folder} is not there", "bloc init")
    if not os.access(folder, os.W_OK | os.X_OK):
        return Check(name, "failed", f"{folder} cannot be written to", _rights(folder))
    return Check(name, "ok", str(folder))


def _found(folder: Path) -> str:
    found = sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0
    return f"{folder}: {counted(found, 'entry', 'entries')}"


def _writes(place: Store, shown: str) -> str:
    """Write, read and delete a hidden file, which no run takes for a sender's."""
    name = f".bloc-doctor-{uuid4().hex}"
    place.write(name, b"")
    try:
        if place.read(name) is None:
            raise StoreError(f"what is written to {shown} is not found there")
    finally:
        place.delete(name)
    return f"{shown}: written to, read, deleted"


def _rights(place: object) -> str:
    return (
        f"give the user that runs bloc the right to read, write and delete in {place}"
    )
