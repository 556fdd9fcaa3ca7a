"""The answer to a sender: a receipt for machines (JSON) and one for people.

People get their own workbook with every fault marked, if it can be returned, else a
page (HTML). Written after the batch is committed; a file whose receipt was lost in a
crash is answered by the next run.
"""

import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psycopg import Connection
from psycopg.rows import dict_row

from bloc_warehouse.forms.registry import Registry
from bloc_warehouse.intake.answer.own_workbook import UnusableWorkbookError
from bloc_warehouse.intake.answer.receipt_content import for_people, receipts_of
from bloc_warehouse.intake.answer.returned_workbook import (
    can_be_returned,
    returned_workbook,
)
from bloc_warehouse.intake.faults.catalogue import text
from bloc_warehouse.intake.files.archive import INCOMING
from bloc_warehouse.intake.parse.unit_directory import UNKNOWN_SENDER, Reference
from bloc_warehouse.log_lines import about
from bloc_warehouse.pages import page_templates
from bloc_warehouse.settings import Settings, StorageSettings
from bloc_warehouse.storage import locations

if TYPE_CHECKING:
    from jinja2 import Environment

logger = logging.getLogger(__name__)

_AT_ONCE = 50
_LONGEST_NAME = 200  # bytes, of the 255 that a name may have


def answer(
    connection: Connection, settings: Settings, registry: Registry, reference: Reference
) -> int:
    """Write the receipts of all files that have a state and no receipt yet.

    Returns:
        How many receipts were written.
    """
    return sum(
        _answer_some(connection, settings, registry, reference, files)
        for files in _unanswered(connection)
    )


def _unanswered(connection: Connection) -> Iterator[list[dict[str, Any]]]:
    while True:
        with connection.cursor(row_factory=dict_row) as cursor:
            files = cursor.execute(
                "select file_id, sender, path, file_name, sha256, byte_size,"
                " archive_path, received_at, registered_at, state, state_reason, cells"
                " from raw.files where answered_at is null and state <> 'pending'"
                # the others' batch first moves their bytes up, or deletes them
                " and coalesce(archive_path, '') not like %s"
                " order by file_id limit %s"
                " for update skip locked",  # another batch may be answering
                [f"{INCOMING}/%", _AT_ONCE],
            ).fetchall()
        if not files:
            return
        yield files


def _answer_some(
    connection: Connection,
    settings: Settings,
    registry: Registry,
    reference: Reference,
    files: list[dict[str, Any]],
) -> int:
    archived = [file.pop("archive_path") for file in files]
    receipts = receipts_of(connection, registry, files)
    for path, receipt in zip(archived, receipts, strict=True):
        folder = _outbox_folder(receipt["sender"], reference)
        with about(file=receipt["file_id"]):
            _write(folder, receipt, path, settings)
    connection.execute(
        "update raw.files set answered_at = clock_timestamp() where file_id = any(%s)",
        [[file["file_id"] for file in files]],
    )
    connection.commit()
    return len(files)


def write_follow_up(
    settings: StorageSettings, unit_code: str, name: str, content: Mapping[str, Any]
) -> str:
    """Write a later word to a sender, e.g. that accepted figures are held.

    Args:
        settings: Where the outbox is.
        unit_code: The sender.
        name: The receipt's name without ending; the same name replaces it.
        content: ``title_vi``, ``title_en`` and ``findings`` (each with ``rule``,
            ``message_vi``, ``message_en``), beside what machines need.

    Returns:
        The name of the HTML page in the outbox.
    """
    outbox = locations.outbox(settings)
    path = f"{_safe_name(unit_code)}/{_safe_name(name)}"
    record = {
        **content,
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    outbox.write(f"{path}.json", _json(record))
    rendered = _templates().get_template("follow_up.html.j2").render(**record)
    outbox.write(f"{path}.html", rendered.encode())
    return f"{path}.html"


def delete_follow_up(settings: StorageSettings, unit_code: str, name: str) -> None:
    """Delete a later word to a sender, if there is one: it no longer holds."""
    outbox = locations.outbox(settings)
    for ending in ("json", "html"):
        outbox.delete(f"{_safe_name(unit_code)}/{_safe_name(name)}.{ending}")


def _write(
    folder: str, receipt: Mapping[str, Any], archived: str | None, settings: Settings
) -> None:
    outbox = locations.outbox(settings)
    path = _path(folder, receipt["file_id"], receipt["file_name"])
    outbox.write(f"{path}.json", _json(receipt))
    page, workbook = _for_people(path)
    shown = for_people(receipt, settings)
    marked = _marked(shown, archived, settings)
    if marked is not None:
        outbox.write(workbook, marked)
        outbox.delete(page)  # of an answer before this one
    else:
        rendered = _templates().get_template("receipt.html.j2").render(**shown)
        outbox.write(page, rendered.encode())
        outbox.delete(workbook)


def _path(folder: str, file_id: int, file_name: str) -> str:
    return f"{folder}/{file_id:06d}-{_safe_name(file_name)}"


def _for_people(path: str) -> tuple[str, str]:
    """Return the names of a receipt's page and its workbook; one of them is there."""
    return f"{path}.html", path if path.lower().endswith(".xlsx") else f"{path}.xlsx"


def _marked(
    shown: Mapping[str, Any], archived: str | None, settings: Settings
) -> bytes | None:
    """The workbook that answers a file; None for a file that a page answers."""
    limit = settings.max_marked_bytes
    if archived is None or not can_be_returned(shown, limit):
        return None
    content = locations.archive(settings).read(archived)
    if content is None:
        return None
    try:
        return returned_workbook(shown, content, max_bytes=limit)
    except UnusableWorkbookError as error:
        logger.info("%s is answered by a page: %s", shown["file"], error)
    except Exception:  # the edge: what one workbook does to us is no other's delay
        logger.exception("%s is answered by a page", shown["file"])
    return None


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2, default=str).encode()


@cache
def _templates() -> "Environment":
    templates = page_templates(Path(__file__).with_name("pages"))
    templates.globals["text"] = text
    return templates


def receipts_for_people(
    settings: StorageSettings,
    reference: Reference,
    files: Iterable[tuple[int, str, str]],
) -> list[str]:
    """Return where the answers to files are, as people look at them.

    Args:
        settings: Where the outbox is.
        reference: Says which senders are known.
        files: file_id, sender and file name of each.
    """
    outbox = locations.outbox(settings)
    found = []
    for file_id, sender, file_name in files:
        path = _path(_outbox_folder(sender, reference), file_id, file_name)
        page, workbook = _for_people(path)
        found.append(
            f"{settings.outbox_dir}/{page if outbox.exists(page) else workbook}"
        )
    return found


def _outbox_folder(sender: str, reference: Reference) -> str:
    return sender if reference.kind_of(sender) else UNKNOWN_SENDER


def _safe_name(name: str) -> str:
    """A file name without folders or control characters, of bounded length.

    Places of files count bytes, of which a Vietnamese letter has up to three.
    """
    plain = re.sub(r"[^\w.\- ]", "_", name.replace("/", "_"))[:120]
    short = plain.encode()[:_LONGEST_NAME].decode(errors="ignore")
    return short.strip(". ") or "file"
