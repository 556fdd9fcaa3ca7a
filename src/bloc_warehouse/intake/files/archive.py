"""Archive first: all received bytes are stored under their sha256.

New bytes lie in ``incoming``, which only the ingesting user can open, until the file
was read: then they move up, or are deleted when they must not be kept.
"""

import logging
import re
from collections.abc import Iterable, Set
from pathlib import PurePosixPath

from psycopg import Connection

from bloc_warehouse.log_lines import about
from bloc_warehouse.storage.base import Store

INCOMING = "incoming"
_FOUND_LATER = "Có dữ liệu cá nhân, bản lưu đã bị xóa / personal data, bytes deleted"
_NOTHING_ELSE = re.compile(r"[^.a-z0-9]")

logger = logging.getLogger(__name__)


def keep(archive: Store, sha256: str, file_name: str, content: bytes) -> str:
    """Write bytes to the archive atomically; return their path.

    Bytes that were read before are in the archive already, others come to ``incoming``.
    """
    ending = _NOTHING_ELSE.sub("", PurePosixPath(file_name).suffix.lower())[:12]
    name = f"{sha256[:2]}/{sha256}{ending}"
    if archive.exists(name):
        return name
    incoming = f"{INCOMING}/{name}"
    if not archive.exists(incoming):
        archive.write(incoming, content)
    return incoming


def kept_bytes(archive: Store, archive_path: str) -> bytes | None:
    """Return kept bytes; another file's batch may have moved them up by now."""
    content = archive.read(archive_path)
    if content is None and archive_path.startswith(f"{INCOMING}/"):
        return archive.read(_moved_up(archive_path))
    return content


# Forbidden: personal data, and what no reading could ever search for it, files of other
# types and those with a password. The conditions are those of the partial indexes.
_DONE_WITH = """
select
    files.file_id, files.archive_path,
    exists (
        select from raw.faults
        where faults.file_id = files.file_id
            and faults.replay_id is not distinct from files.replay_id
            and (faults.code like 'P%%' or faults.code in ('F105', 'F106'))
    ) as is_forbidden,
    exists (
        select from raw.files as same
        where same.state = 'pending' and same.sha256 = files.sha256
            and same.archive_path = files.archive_path
    ) as is_waited_for
from raw.files
where files.state <> 'pending'
    and files.archive_path is not null
    and files.file_id in (
        select file_id from raw.files where archive_path like 'incoming/%%'
        union all
        select file_id from raw.faults
        where code like 'P%%' or code in ('F105', 'F106')
    )
order by files.file_id
for update of files skip locked
"""


def clear_incoming(connection: Connection, archive: Store) -> None:
    """Empty ``incoming`` of files that have been read: archived, or deleted for good.

    Safe to repeat after a crash; the caller commits.
    """
    moved = []
    forgotten = set()
    for file_id, archive_path, is_forbidden, is_waited_for in connection.execute(
        _DONE_WITH
    ).fetchall():
        if is_forbidden:
            forget(connection, archive, file_id, archive_path)
            forgotten.add(_moved_up(archive_path))
        elif _is_incoming(archive_path, forgotten):
            _move_up(archive, file_id, archive_path, keep=is_waited_for)
            moved.append(file_id)
    connection.execute(
        "update raw.files set archive_path = substr(archive_path, %s)"
        " where file_id = any(%s)",
        [len(f"{INCOMING}/") + 1, moved],
    )


def forget(
    connection: Connection, archive: Store, file_id: int, archive_path: str
) -> None:
    """Delete a file's bytes for good; its record stays, and the caller commits.

    While a file with the same bytes has yet to be read they stay for that: it says the
    same of itself, and then they go.
    """
    connection.execute(
        "update raw.files set archive_path = null where file_id = %s", [file_id]
    )
    if _is_waited_for(connection, archive_path):
        return
    for path in _both_paths(archive_path):
        archive.delete(path)
    connection.execute(
        "update raw.files set archive_path = null where archive_path = any(%s)",
        [_both_paths(archive_path)],
    )


def forget_files(
    connection: Connection, archive: Store, file_ids: Iterable[int]
) -> None:
    """Delete the bytes of files in which personal data was found when read again.

    The files' states stay as they are; forgotten ones carry the reason.
    """
    rows = connection.execute(
        "select file_id, archive_path from raw.files"
        " where file_id = any(%s) and archive_path is not null",
        [list(file_ids)],
    ).fetchall()
    for file_id, archive_path in rows:
        with about(file=file_id):
            logger.warning("file %s: personal data was found, its bytes go", file_id)
        forget(connection, archive, file_id, archive_path)
    connection.execute(
        "update raw.files set state_reason = %s"
        " where file_id = any(%s) and state <> 'rejected'",
        [_FOUND_LATER, [file_id for file_id, _ in rows]],
    )


def _is_incoming(archive_path: str, forgotten: Set[str]) -> bool:
    """Whether bytes are still to move up, and did not go for another file's sake."""
    is_new = archive_path.startswith(f"{INCOMING}/")
    return is_new and _moved_up(archive_path) not in forgotten


def _move_up(archive: Store, file_id: int, archive_path: str, *, keep: bool) -> None:
    kept = _moved_up(archive_path)
    is_there = archive.move(archive_path, kept, keep=keep)
    if not is_there and not archive.exists(kept):
        with about(file=file_id):
            logger.error("file %s: its bytes are not in the archive", file_id)


def _is_waited_for(connection: Connection, archive_path: str) -> bool:
    row = connection.execute(
        "select exists (select from raw.files where state = 'pending'"
        " and archive_path = any(%s))",
        [_both_paths(archive_path)],
    ).fetchone()
    return row == (True,)


def _both_paths(archive_path: str) -> list[str]:
    kept = _moved_up(archive_path)
    return [kept, f"{INCOMING}/{kept}"]


def _moved_up(archive_path: str) -> str:
    return archive_path.removeprefix(f"{INCOMING}/")
