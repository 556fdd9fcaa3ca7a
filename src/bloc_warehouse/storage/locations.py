"""The places of files: landing, archive, outbox and backups, wherever they are."""

from pathlib import Path
from typing import cast

from bloc_warehouse.setting_values import Location, StoreUrl, store_or_folder
from bloc_warehouse.settings import StorageSettings
from bloc_warehouse.storage.base import Store
from bloc_warehouse.storage.local import Folder
from bloc_warehouse.storage.object_store import ObjectStore
from bloc_warehouse.storage.trees import is_in_store


def landing(settings: StorageSettings) -> Store:
    """Return where senders put files."""
    return _store(settings.landing_dir, settings)


def archive(settings: StorageSettings) -> Store:
    """Return where the bytes are kept, for the ingesting user only."""
    return _store(settings.archive_dir, settings, is_private=True)


def outbox(settings: StorageSettings) -> Store:
    """Return where senders find their receipts."""
    return _store(settings.outbox_dir, settings)


def backups(location: Location, settings: StorageSettings) -> Store:
    """Return where backups are written to or read from, for their keeper only."""
    return _store(location, settings, is_private=True)


def reports(settings: StorageSettings) -> Store:
    """Return where people find reports."""
    return _store(_location(settings.reports_dir), settings)


def reference(settings: StorageSettings) -> Store:
    """Return where people edit lists."""
    return _store(_location(settings.reference_dir), settings)


def _location(tree: Path) -> Location:
    return cast("Location", store_or_folder(str(tree))) if is_in_store(tree) else tree


def _store(
    location: Location, settings: StorageSettings, *, is_private: bool = False
) -> Store:
    if isinstance(location, StoreUrl):
        return ObjectStore(location, settings.store_endpoint_url)
    return Folder(location, is_private=is_private)
