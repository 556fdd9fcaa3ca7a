"""What a receipt says: state, advice, counts, submissions, and every fault."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from bloc_warehouse.domain.ids import fault_id, file_id, submission_id
from bloc_warehouse.domain.periods import period_label
from bloc_warehouse.forms.registry import Registry
from bloc_warehouse.intake.answer.totals import understood_totals
from bloc_warehouse.intake.faults.catalogue import Text, text
from bloc_warehouse.intake.load.cell_counts import COUNTED
from bloc_warehouse.intake.load.closed_periods import closed_since
from bloc_warehouse.settings import ProjectSettings

Record = dict[str, Any]


def receipts_of(
    connection: Connection, registry: Registry, files: Sequence[Mapping[str, Any]]
) -> list[Record]:
    """Return the receipts of files, in the stable shape for machines.

    Args:
        connection: As role ``ingest``.
        registry: All forms.
        files: Rows of raw.files.
    """
    file_ids = [file["file_id"] for file in files]
    faults = _faults(connection, file_ids)
    submissions = _submissions(connection, registry, file_ids)
    return [
        _receipt(file, submissions[file["file_id"]], faults[file["file_id"]])
        for file in files
    ]


def for_people(receipt: Mapping[str, Any], settings: ProjectSettings) -> Record:
    """Return a receipt with the lines that pages and workbooks show beside it."""
    received = receipt["received_at"].astimezone(settings.zone)
    return {
        **receipt,
        "received_on": received.strftime("%d/%m/%Y %H:%M"),
        "advice": [Text(**advice) for advice in receipt["advice"]],
        "cells_lines": cells_lines(receipt["cells"]),
    }


def cells_lines(cells: Mapping[str, Any] | None) -> list[str]:
    """Say the counts as a sum, Vietnamese first."""
    if not cells or not cells["read"]:
        return []
    lines = [_cells_line(cells, "vi"), _cells_line(cells, "en")]
    if cells["gone"]:
        gone = text("cells.gone")
        lines += [f"{gone.vi}: {cells['gone']} · {gone.en}: {cells['gone']}"]
    return lines


def _cells_line(cells: Mapping[str, Any], language: str) -> str:
    def word(name: str) -> str:
        return str(getattr(text(f"cells.{name}"), language))

    parts = [f"{word(name)} {cells[name]}" for name in COUNTED]
    reasons = [
        f"{word(f'ignored.{reason}')}: {number}"
        for reason, number in cells["ignored"].items()
    ]
    parts.append(f"{word('ignored')} {sum(cells['ignored'].values())}")
    why = f" ({'; '.join(reasons)})" if reasons else ""
    return f"{word('read')}: {cells['read']} = {' + '.join(parts)}{why}"


def _receipt(
    file: Mapping[str, Any], submissions: list[Record], faults: list[Record]
) -> Record:
    state = text(f"state.{file['state']}")
    return {
        "file": file_id(file["file_id"]),
        **{name: value for name, value in file.items() if name != "path"},
        "cells": _in_order(file["cells"]),
        "state_vi": state.vi,
        "advice": [
            {"vi": advice.vi, "en": advice.en}
            for advice in _advice(file, submissions, faults)
        ],
        "submissions": submissions,
        "faults": faults,
    }


def _in_order(cells: Mapping[str, Any] | None) -> Record | None:
    """The counts as they add up; jsonb keeps no order."""
    if cells is None:
        return None
    return {name: cells[name] for name in ("read", *COUNTED, "ignored", "gone")}


def _advice(
    file: Mapping[str, Any],
    submissions: Sequence[Mapping[str, Any]],
    faults: Iterable[Mapping[str, Any]],
) -> Iterable[Text]:
    name = f"advice.{file['state']}"
    of_closed = tuple(_of_closed_periods(file["state"], submissions))
    if file["state"] == "accepted" and any(
        not fault["explanations"] for fault in faults
    ):
        name += ".warnings"
    elif file["state"] == "accepted" and of_closed:
        name += ".closed"
    yield text(name, reason=file["state_reason"] or "")
    yield from of_closed


def _of_closed_periods(
    state: str, submissions: Iterable[Mapping[str, Any]]
) -> Iterable[Text]:
    """Say of which periods, closed or closed once, a file is a marked correction."""
    said = set()
    for submission in submissions:
        name = f"closed.{state}" if submission["closed_since"] else "reopened"
        concerned = submission["closed_at_receipt"] or (
            state == "withdrawn" and submission["closed_since"]
        )
        if concerned and state in ("accepted", "withdrawn"):
            said.add((name, submission["period_code"]))
    for name, period in sorted(said):
        yield text(f"advice.{name}", period=period, label=period_label(period))


def _faults(connection: Connection, file_ids: Sequence[int]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = defaultdict(list)
    explanations = _explanations(connection, file_ids)
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(
            "select faults.fault_id, faults.file_id, code, severity, sheet, cell, rule,"
            " found, expected, message_vi, message_en from raw.faults"
            " inner join raw.files on faults.file_id = files.file_id"
            " where faults.file_id = any(%s)"
            " and faults.replay_id is not distinct from files.replay_id"
            " order by faults.fault_id",
            [list(file_ids)],
        ):
            number = row.pop("fault_id")
            is_warning = row["severity"] == "warning"
            found[row.pop("file_id")].append(
                {
                    "id": fault_id(number) if is_warning else None,
                    **row,
                    "explanations": explanations[number],
                }
            )
    return found


def _explanations(
    connection: Connection, file_ids: Sequence[int]
) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = defaultdict(list)
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(
            "select explanations.fault_id, reason, explained_by, explained_at"
            " from raw.explanations"
            " inner join raw.faults on explanations.fault_id = faults.fault_id"
            " where faults.file_id = any(%s) order by explanation_id",
            [list(file_ids)],
        ):
            found[row.pop("fault_id")].append(row)
    return found


_SUBMISSIONS = """
select
    submissions.file_id, submissions.submission_id, submissions.form,
    submissions.form_version, submissions.sheet, submissions.unit_code,
    submissions.period_code, submissions.submission_no, submissions.state,
    submissions.closed_at_receipt,
    rivals.submission_id as same_as, rivals.file_name as same_as_file
from raw.submissions
inner join raw.files on submissions.file_id = files.file_id
left join lateral (
    select other.submission_id, other_files.file_name
    from raw.submissions as other
    inner join raw.files as other_files on other.file_id = other_files.file_id
    where other.unit_code = submissions.unit_code
        and other.form = submissions.form
        and other.period_code = submissions.period_code
        and other.state in ('accepted', 'superseded')
        and other.file_id <> submissions.file_id
        and case submissions.state
            when 'held' then other.submission_no = submissions.submission_no
            when 'duplicate' then other.content_sha256 = submissions.content_sha256
            else false
        end
    order by other.submission_id desc
    limit 1
) as rivals on true
where submissions.file_id = any(%s)
    and submissions.replay_id is not distinct from files.replay_id
order by submissions.submission_id
"""


def _submissions(
    connection: Connection, registry: Registry, file_ids: Sequence[int]
) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = defaultdict(list)
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_SUBMISSIONS, [list(file_ids)]).fetchall()
    ids = [row["submission_id"] for row in rows]
    totals = understood_totals(connection, registry, ids)
    closed = closed_since(connection, ids)
    for row in rows:
        same_as = row["same_as"]
        row["id"] = submission_id(row["submission_id"])
        row["same_as"] = submission_id(same_as) if same_as else None
        row["title_vi"] = registry.form(row["form"]).title_vi
        row["closed_since"] = closed.get(row["submission_id"])
        row["totals"] = totals[row["submission_id"]]
        found[row.pop("file_id")].append(row)
    return found
