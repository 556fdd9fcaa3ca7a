"""Reads archived files again, and compares each with the sha256 in its name."""

import hashlib
import logging

from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.counting import counted
from bloc_warehouse.errors import SetupError
from bloc_warehouse.intake.files.archive import kept_bytes
from bloc_warehouse.settings import Settings
from bloc_warehouse.storage import locations

SAMPLE = 500

_SHOWN = 3
_FILES = """
select archive_path, sha256
from (
    select distinct on (archive_path) archive_path, sha256
    from raw.files
    where archive_path is not null
    order by archive_path
) as archived
order by random()
limit %s
"""

logger = logging.getLogger(__name__)


class DamagedArchiveError(SetupError):
    """Archived bytes are missing or are others; the message names the files."""


def verify_archive(settings: Settings, *, most: int | None = SAMPLE) -> str:
    """Read archived files and compare each with its sha256.

    Args:
        settings: Where the archive is.
        most: So many, chosen by chance; None: all.

    Returns:
        What was read, for people.

    Raises:
        DamagedArchiveError: Something is wrong; all are read first.
    """
    archive = locations.archive(settings)
    with connect("ingest", settings=settings) as connection:
        files = connection.execute(_FILES, [most]).fetchall()
        damaged = []
        for path, sha256 in files:
            content = kept_bytes(archive, path)
            if content is None or hashlib.sha256(content).hexdigest() != sha256:
                logger.error("%s is missing or damaged", path)
                damaged.append(path)
        # deleted for good, by a run that is at it
        gone = connection.execute(
            "select damaged.name from unnest(%s::text[]) as damaged (name)"
            " where not exists (select from raw.files where archive_path"
            " in (damaged.name, replace(damaged.name, 'incoming/', '')))",
            [damaged],
        ).fetchall()
    damaged = sorted(set(damaged) - {path for (path,) in gone})
    if damaged:
        more = f" and {len(damaged) - _SHOWN} more" if len(damaged) > _SHOWN else ""
        raise DamagedArchiveError(
            f"the bytes of {counted(len(damaged), 'archived file')} are missing or"
            f" damaged: {', '.join(damaged[:_SHOWN])}{more}. A backup holds them by"
            " their sha256, at files/<its first two letters>/<sha256>: copy them back"
        )
    return f"{counted(len(files), 'archived file')} read, each as its sha256 says"
