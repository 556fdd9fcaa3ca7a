"""dbt's artefacts of whole builds, kept in the data folder for ``--state``."""

import json
import shutil
from pathlib import Path
from typing import Any

from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import DatabaseSettings

_KEPT = ("manifest.json", "run_results.json")
_STANDING = "select release_id, state from quality.releases where state = any(%s)"


def keep(settings: DatabaseSettings, target: Path, release_id: int) -> None:
    """Keep what dbt made of a build, and drop that of builds which stand nowhere."""
    folder = _folder(settings)
    own = folder / str(release_id)
    own.mkdir(parents=True, exist_ok=True)
    for made in (target / name for name in _KEPT):
        if made.is_file():
            shutil.copyfile(made, own / made.name)
    standing = _standing(settings, "candidate", "building", "live", "previous")
    for old in folder.iterdir():
        if old.name not in map(str, standing):
            shutil.rmtree(old, ignore_errors=True)


def manifest(settings: DatabaseSettings, release_id: int) -> dict[str, Any]:
    """Return dbt's manifest of a release that this host built.

    Raises:
        FileNotFoundError: It was built elsewhere, or stands no more.
    """
    path = _folder(settings) / str(release_id) / _KEPT[0]
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def of_live_release(settings: DatabaseSettings) -> Path | None:
    """Return the folder of the live release's artefacts, None where none were kept."""
    folders = [_folder(settings) / str(one) for one in _standing(settings, "live")]
    return next((one for one in folders if (one / _KEPT[0]).is_file()), None)


def _folder(settings: DatabaseSettings) -> Path:
    return settings.data_dir / "dbt" / "releases"


def _standing(settings: DatabaseSettings, *states: str) -> list[int]:
    with connect("transform", settings=settings) as connection:
        return [one for one, _ in connection.execute(_STANDING, [list(states)])]
