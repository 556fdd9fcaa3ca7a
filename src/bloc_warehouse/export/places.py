"""Puts what was written in its place at once: whole, or not at all."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bloc_warehouse.export.reading import ExportError

PACKAGE = "datapackage.json"
_HIDDEN = ".export-"


@contextmanager
def new_file(target: Path, *, replace: bool) -> Iterator[Path]:
    """Yield a file to write; afterwards it is ``target``.

    Raises:
        ExportError: There is one already and it may not be replaced.
    """
    _require_free(target, replace=replace)
    if target.is_dir():
        raise ExportError(f"{target} is a folder: name a file")
    with _workplace(target) as folder:
        written = folder / target.name
        yield written
        written.replace(target)


@contextmanager
def new_folder(target: Path, *, replace: bool) -> Iterator[Path]:
    """Yield a folder to write into; afterwards it is ``target``.

    Raises:
        ExportError: There is one already that may not be replaced, or that is no
            export: nobody's files are removed for one.
    """
    if target.is_dir() and not any(target.iterdir()):
        replace = True  # nothing is lost
    _require_free(target, replace=replace)
    if target.exists() and not _is_export(target):
        raise ExportError(
            f"{target} holds other things than an export: name another folder"
        )
    with _workplace(target) as folder:
        written = folder / target.name
        written.mkdir()
        yield written
        _take_its_place(written, target, folder / "before")


def _take_its_place(written: Path, target: Path, before: Path) -> None:
    if target.exists():
        target.rename(before)
    try:
        written.rename(target)
    except OSError:
        if before.exists():
            before.rename(target)
        raise


def _require_free(target: Path, *, replace: bool) -> None:
    if target.exists() and not replace:
        raise ExportError(f"{target} is there already: --force replaces it")


def _is_export(folder: Path) -> bool:
    return folder.is_dir() and (
        (folder / PACKAGE).is_file() or not any(folder.iterdir())
    )


@contextmanager
def _workplace(target: Path) -> Iterator[Path]:
    """Yield a folder beside the target, on the same disk, that goes away again."""
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=_HIDDEN, dir=target.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
