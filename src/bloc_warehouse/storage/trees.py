"""Reports and lists: files that people read, in a folder or below a store's prefix.

Both are read and written like a folder (``setting_values.store_path``); here is what
they do not have in common.
"""

import shutil
from pathlib import Path
from typing import cast


def is_in_store(path: Path) -> bool:
    """Tell whether a place is a store's prefix."""
    return not isinstance(path, Path)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees all of it or nothing."""
    if is_in_store(path):
        path.write_text(text, encoding="utf-8")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def remove_tree(path: Path) -> None:
    """Remove a folder with all that is in it; what cannot be removed stays."""
    if is_in_store(path):
        from upath import UPath

        cast("UPath", path).rmdir(recursive=True)
        return
    shutil.rmtree(path, ignore_errors=True)
