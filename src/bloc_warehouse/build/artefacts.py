"""dbt's artefacts of whole builds, kept in the data folder for ``--state``."""

import shutil
from pathlib import Path

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


def of_live_release(settings: DatabaseSettings) -> Path | None:
    """Return the folder of the live release's artefacts, None where none were kept."""
    folders = [_folder(settings) / str(one) for one in _standing(settings, "live")]
    return next((one for one in folders if (one / _KEPT[0]).is_file()), None)


def _folder(settings: DatabaseSettings) -> Path:
    return settings.data_dir / "dbt" / "releases"


def _standing(settings: DatabaseSettings, *states: str) -> list[int]:
    with connect("transform", settings=settings) as connection:
        return [one for one, _ in connection.execute(_STANDING, [list(states)])]
