"""Folders of a test session's servers and data, in memory where there is room.

A test's database is copied and dropped again; what that costs is almost all the file
system's: on a disk four times as much as in memory. Nothing in them is for keeping.
"""

import os
import shutil
import tempfile
from pathlib import Path

# a server that forgets: nothing is synced, and nothing logged for others to follow
CARELESS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=256MB",
)

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own in it
_ROOM = 6 * 1024**3  # the largest session holds a third


def scratch_folder(prefix: str) -> Path:
    """Make an empty folder that a server's own system user can get into, too."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=_place()))
    folder.chmod(0o755)  # as root, the server's own user must get in
    return folder


def _place() -> Path | None:
    """Return where memory is a folder, None where it is not or has no room."""
    if not (_MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)):
        return None
    return _MEMORY if shutil.disk_usage(_MEMORY).free > _ROOM else None
