"""The answer to a sender: a receipt for machines (JSON) and one for people (HTML).

Written after the batch is committed; a file whose receipt was lost in a crash is
answered by the next run.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from psycopg import Connection
from psycopg.rows import dict_row

from bloc_warehouse.forms.registry import Registry
from bloc_warehouse.intake.archive import UNKNOWN_SENDER, write_whole
from bloc_warehouse.intake.reference import Reference
from bloc_warehouse.intake.totals import understood_totals
from bloc_warehouse.settings import Settings

STATES_VI = {
    "accepted": "ĐÃ NHẬN",
    "rejected": "BỊ TRẢ LẠI",
    "held": "TẠM GIỮ",
    "duplicate": "TRÙNG VỚI LẦN GỬI TRƯỚC",
    "superseded": "ĐÃ CÓ LẦN GỬI MỚI HƠN",
    "withdrawn": "ĐÃ RÚT",
}


def answer(
    connection: Connection, settings: Settings, registry: Registry, reference: Reference
) -> int:
    """Write the receipts of all files that have a state and no receipt yet.

    Returns:
        How many receipts were written.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        files = cursor.execute(
            "select file_id, sender, path, file_name, sha256, byte_size, received_at,"
            " registered_at, state, state_reason from raw.files"
            " where answered_at is null and state <> 'pending' order by file_id"
            " for update skip locked"  # another batch may be answering
        ).fetchall()
    file_ids = [file["file_id"] for file in files]
    faults = _faults(connection, file_ids)
    submissions = _submissions(connection, registry, file_ids)
    for file in files:
        content = _content(file, submissions[file["file_id"]], faults[file["file_id"]])
        folder = settings.outbox_dir / _outbox_folder(file["sender"], reference)
        name = f"{file['file_id']:06d}-{_safe_name(file['file_name'])}"
        _write(folder, name, content)
    connection.execute(
        "update raw.files set answered_at = clock_timestamp() where file_id = any(%s)",
        [file_ids],
    )
    return len(files)


def write_follow_up(
    settings: Settings, unit_code: str, name: str, content: Mapping[str, Any]
) -> Path:
    """Write a later word to a sender, e.g. that accepted figures are held.

    Args:
        settings: Where the outbox is.
        unit_code: The sender.
        name: The receipt's name without ending; the same name replaces it.
        content: ``title_vi``, ``title_en`` and ``findings`` (each with ``rule``,
            ``message_vi``, ``message_en``), beside what machines need.

    Returns:
        The path of the HTML page.
    """
    folder = settings.outbox_dir / _safe_name(unit_code)
    record = {
        **content,
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_whole(folder / f"{_safe_name(name)}.json", _json(record))
    page = folder / f"{_safe_name(name)}.html"
    rendered = _templates().get_template("follow_up.html.j2").render(**record)
    write_whole(page, rendered.encode())
    return page


def _write(folder: Path, name: str, content: Mapping[str, Any]) -> None:
    write_whole(folder / f"{name}.json", _json(content))
    page = _templates().get_template("receipt.html.j2").render(**content)
    write_whole(folder / f"{name}.html", page.encode())


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2, default=str).encode()


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).with_name("pages")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _content(
    file: Mapping[str, Any],
    submissions: Sequence[Mapping[str, Any]],
    faults: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    return {
        **{name: value for name, value in file.items() if name != "path"},
        "state_vi": STATES_VI[file["state"]],
        "submissions": submissions,
        "faults": faults,
    }


def _faults(
    connection: Connection, file_ids: Sequence[int]
) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(
            "select file_id, code, severity, sheet, cell, rule, found, expected,"
            " message_vi, message_en from raw.faults where file_id = any(%s)"
            " order by fault_id",
            [file_ids],
        ):
            found[row.pop("file_id")].append(row)
    return found


def _submissions(
    connection: Connection, registry: Registry, file_ids: Sequence[int]
) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(
            "select file_id, submission_id, form, form_version, sheet, unit_code,"
            " period_code, submission_no, state from raw.submissions"
            " where file_id = any(%s) order by submission_id",
            [file_ids],
        ).fetchall()
    totals = understood_totals(
        connection, registry, [row["submission_id"] for row in rows]
    )
    for row in rows:
        row["title_vi"] = registry.form(row["form"]).title_vi
        row["totals"] = totals[row["submission_id"]]
        found[row.pop("file_id")].append(row)
    return found


def _outbox_folder(sender: str, reference: Reference) -> str:
    return sender if reference.kind_of(sender) else UNKNOWN_SENDER


def _safe_name(name: str) -> str:
    """A file name without folders or control characters, of bounded length."""
    return re.sub(r"[^\w.\- ]", "_", name.replace("/", "_"))[:120].strip(". ") or "file"
