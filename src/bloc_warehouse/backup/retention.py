"""What goes from a target: old backups, and bytes that nobody may keep."""

import logging

from bloc_warehouse.backup.manifest import (
    ARCHIVE,
    DamagedBackupError,
    Manifest,
    Target,
    file_path,
    manifest_path,
    part_path,
)

logger = logging.getLogger(__name__)


def drop_old(target: Target, keep: int) -> tuple[str, ...]:
    """Delete the backups before the newest ones, then the bytes that none needs.

    Bytes that the archive deleted since for personal data go at once, though an
    earlier backup names them: see ``forgotten``.

    Args:
        target: Where they are; its newest backup is whole.
        keep: How many stay.

    Returns:
        The names of those deleted.
    """
    names = target.backups()
    dropped, kept = names[:-keep], names[-keep:]
    for name in dropped:
        _delete(target, manifest_path(name))  # first: then it is no backup any more
        own = part_path(name, "")
        for part in [part for part in target.sizes if part.startswith(own)]:
            _delete(target, part)
    try:
        manifests = [target.read_manifest(name) for name in kept]
    except DamagedBackupError as error:
        logger.warning("no bytes are deleted, for they may be needed: %s", error)
        return tuple(dropped)
    needed = frozenset().union(*(manifest.hashes() for manifest in manifests))
    needed -= forgotten(manifests, manifests[-1])
    for sha256 in list(target.stored_hashes()):
        if sha256 not in needed:
            _delete(target, file_path(sha256))
    if dropped:
        logger.info("dropped the backups %s", ", ".join(dropped))
    return tuple(dropped)


def forgotten(manifests: list[Manifest], newest: Manifest) -> frozenset[str]:
    """Return the sha256 of archived files that were deleted for good since.

    The archive only grows but for what must not be kept (decision 0006).
    """
    earlier = frozenset().union(*(manifest.hashes(ARCHIVE) for manifest in manifests))
    lost = {
        name.rpartition("/")[2].partition(".")[0] for name in newest.missing
    }  # bytes that are missing against our will are in a file of that name
    return earlier - newest.hashes() - lost


def _delete(target: Target, name: str) -> None:
    if name in target.sizes:
        target.store.delete(name)
        del target.sizes[name]
