"""What this command has written, so that it never touches anybody else's files."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

_NAME = ".made_samples.json"  # hidden: intake leaves it alone


class ForeignFilesError(Exception):
    """Files that this command did not make, or that were edited, are in the way."""

    def __init__(self, folder: Path, paths: Sequence[str], why: str) -> None:
        super().__init__(
            f"{folder} holds files that were {why} ({len(paths)}, e.g. {paths[0]}); "
            "move them away, or write elsewhere with --into"
        )


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of the last run, path → sha256; None while they are being written."""

    seed: int
    fingerprint: str
    landing: Mapping[str, str | None] = field(default_factory=dict)
    reference: Mapping[str, str | None] = field(default_factory=dict)
    history: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether the run that wrote it came to its end."""
        return None not in {*self.landing.values(), *self.reference.values()}


def read_manifest(landing: Path) -> Manifest | None:
    """Return what the last run wrote; None when there was none."""
    path = landing / _NAME
    if not path.is_file():
        return None
    return Manifest(**json.loads(path.read_text(encoding="utf-8")))


def write_manifest(landing: Path, manifest: Manifest) -> None:
    """Keep what this run writes."""
    landing.mkdir(parents=True, exist_ok=True)
    part = landing / f"{_NAME}.part"
    part.write_text(json.dumps(asdict(manifest), indent=0), encoding="utf-8")
    part.replace(landing / _NAME)


def are_unchanged(folder: Path, known: Mapping[str, str | None]) -> bool:
    """Whether every known file is there as it was written."""
    return all(
        (folder / path).is_file() and _sha256(folder / path) == sha256
        for path, sha256 in known.items()
    )


def refuse_foreign(
    folder: Path,
    known: Mapping[str, str | None],
    planned: Iterable[str],
    *,
    alone: bool,
) -> None:
    """Stop if a file is not this command's own.

    Args:
        folder: Where files are about to be written.
        known: What an earlier run wrote there.
        planned: What is about to be written.
        alone: Whether files that are neither stop it, too.

    Raises:
        ForeignFilesError: A known file was edited, or others are in the way.
    """
    edited = sorted(
        path
        for path, sha256 in known.items()
        if sha256 and (folder / path).is_file() and _sha256(folder / path) != sha256
    )
    if edited:
        raise ForeignFilesError(folder, edited, "made here, but edited since")
    strangers = set(_files(folder)) - set(known)
    if not alone:
        strangers &= set(planned)
    if strangers:
        raise ForeignFilesError(folder, sorted(strangers), "not made by this command")


def remove_made(folder: Path, paths: Iterable[str]) -> None:
    """Remove files, and the folders that become empty."""
    for path in paths:
        (folder / path).unlink(missing_ok=True)
        for parent in (folder / path).parents:
            if parent == folder or not parent.is_dir() or any(parent.iterdir()):
                break
            parent.rmdir()


def _files(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        relative = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in relative.parts):
            yield relative.as_posix()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
