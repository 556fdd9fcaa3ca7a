"""Makes the submissions of one seed: files into landing, lists into reference."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import bloc_samples
import bloc_warehouse.forms
from bloc_samples.dataset import Dataset, draw_dataset
from bloc_samples.files.batching import Parcel, parcels
from bloc_samples.files.manifest import (
    Manifest,
    are_unchanged,
    read_manifest,
    refuse_foreign,
    remove_made,
    write_manifest,
)
from bloc_samples.files.writing import Progress, write_file, write_parcels
from bloc_samples.reference import reference_lists
from bloc_warehouse.errors import SettingsError
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.setting_values import StoreUrl
from bloc_warehouse.settings import Settings

DEFAULT_SEED = 1


@dataclass(frozen=True, slots=True)
class Made:
    """What was generated, and where it is."""

    seed: int
    history: bool
    landing: str
    reference: str
    is_new: bool
    files: int
    returns: int
    units: int
    files_by_bloc: Mapping[str, int]
    files_by_layout: Mapping[str, int]


def make_samples(
    settings: Settings,
    *,
    seed: int = DEFAULT_SEED,
    history: bool = False,
    into: Path | None = None,
    progress: Progress | None = None,
) -> Made:
    """Make the submissions of a seed; the same seed gives the same bytes.

    What an earlier run made is replaced; files of anybody else are never touched.

    Args:
        settings: Says where landing and reference are.
        seed: Another one gives other units and the same published totals.
        history: Every quarter of the blocs' terms, instead of the returns that the
            published totals rest on.
        into: A folder to hold ``landing`` and ``reference`` instead.
        progress: Called with the files done and the files in all.

    Raises:
        ForeignFilesError: Files that this command did not make are in the way.
        SettingsError: Landing is an object store and ``into`` is not given.
    """
    landing = into / "landing" if into else settings.landing_dir
    if isinstance(landing, StoreUrl):
        raise SettingsError(
            "BLOC_LANDING_DIR is an object store, not a folder for generated files; "
            "name a folder with --into"
        )
    reference = into / "reference" if into else settings.reference_dir
    dataset = draw_dataset(seed, history=history)
    found = parcels(dataset, load_registry())
    lists = reference_lists(dataset)
    wanted = Manifest(seed, fingerprint(), history=history)
    before = read_manifest(landing) or replace(wanted, fingerprint="")
    is_new = not _stands(before, wanted, landing, reference)
    if is_new:
        paths = [parcel.path for parcel in found]
        is_other = not _is_same(before, wanted) or not before.fingerprint
        refuse_foreign(landing, before.landing, paths, alone=is_other)
        refuse_foreign(reference, before.reference, lists, alone=False)
        remove_made(landing, sorted(set(before.landing) - set(paths)))
        _begin(landing, wanted, paths, lists)
        hashes = {
            name: write_file(reference / name, content)
            for name, content in lists.items()
        }
        written = write_parcels(
            found, landing, workers=settings.workers, progress=progress
        )
        write_manifest(landing, replace(wanted, landing=written, reference=hashes))
    return _made(dataset, found, wanted, (landing, reference), is_new=is_new)


def fingerprint() -> str:
    """Return a hash of what makes the files: another one, other bytes."""
    digest = hashlib.sha256()
    for package in (bloc_samples, bloc_warehouse.forms):
        folder = Path(package.__path__[0])
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".yaml", ".csv"):
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_same(before: Manifest, wanted: Manifest) -> bool:
    """Whether the same submissions were made, perhaps by other code."""
    return (before.seed, before.history) == (wanted.seed, wanted.history)


def _stands(before: Manifest, wanted: Manifest, landing: Path, reference: Path) -> bool:
    """Whether all that would be written is there already."""
    return (
        _is_same(before, wanted)
        and before.fingerprint == wanted.fingerprint
        and before.is_complete
        and are_unchanged(landing, before.landing)
        and are_unchanged(reference, before.reference)
    )


def _begin(
    landing: Path, wanted: Manifest, paths: Iterable[str], lists: Iterable[str]
) -> None:
    """Claim the files before they are written, in case the run is stopped."""
    claimed = replace(
        wanted, landing=dict.fromkeys(paths), reference=dict.fromkeys(lists)
    )
    write_manifest(landing, claimed)


def _made(
    dataset: Dataset,
    found: Sequence[Parcel],
    wanted: Manifest,
    folders: tuple[Path, Path],
    *,
    is_new: bool,
) -> Made:
    blocs = Counter(parcel.returns[0].bloc_code for parcel in found)
    layouts = Counter(parcel.layout for parcel in found)
    return Made(
        seed=wanted.seed,
        history=wanted.history,
        landing=str(folders[0]),
        reference=str(folders[1]),
        is_new=is_new,
        files=len(found),
        returns=sum(len(parcel.returns) for parcel in found),
        units=sum(not unit.is_office for unit in dataset.population.units),
        files_by_bloc=dict(sorted(blocs.items())),
        files_by_layout=dict(sorted(layouts.items())),
    )
