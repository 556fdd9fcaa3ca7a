"""Answers to warnings: why a figure is right although a rule asks about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from bloc_warehouse.checks.violations import settle_violations
from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.ids import (
    fault_id,
    number_of,
    submission_id,
    violation_id,
)
from bloc_warehouse.errors import WrongRequestError
from bloc_warehouse.settings import DatabaseSettings


@dataclass(frozen=True, slots=True)
class Explanation:
    """An explanation that was kept.

    Attributes:
        explained: What it explains, e.g. ``W-12`` or ``V-45``.
        submission: The version that it explains, e.g. ``S-7``; None if the finding
            is of no single version.
    """

    explained: str
    submission: str | None
    rule: str
    message_vi: str
    message_en: str
    reason: str
    by: str


def explain(settings: DatabaseSettings, name: str, reason: str, by: str) -> Explanation:
    """Keep why a warning's figure is right, with the version that it explains.

    Args:
        settings: The warehouse.
        name: ``W-12`` for a warning of intake, as the receipt prints it; ``V-45`` for
            a violation that the checks of quality found, as the alert prints it.
        reason: In the office's words.
        by: Who says so.

    Raises:
        WrongRequestError: There is no such warning, or it cannot be explained.
    """
    if not reason.strip():
        raise WrongRequestError("an explanation needs a reason")
    warning, violation = number_of(name, "W"), number_of(name, "V")
    with connect("ingest", settings=settings) as connection:
        if warning is not None:
            kept = _explain_warning(connection, warning, reason.strip(), by)
        elif violation is not None:
            kept = _explain_violation(connection, violation, reason.strip(), by)
        else:
            raise WrongRequestError(
                f"{name} is neither a warning of a receipt (W-12) nor a violation of an"
                " alert (V-45)"
            )
        settle_violations(connection, settings.zone)
    return kept


def _explain_warning(
    connection: Connection, number: int, reason: str, by: str
) -> Explanation:
    row = connection.execute(
        "select faults.submission_id, faults.file_id, faults.severity,"
        " coalesce(faults.rule, faults.code), faults.message_vi, faults.message_en,"
        " faults.replay_id is not distinct from files.replay_id"
        " from raw.faults inner join raw.files on faults.file_id = files.file_id"
        " where fault_id = %s",
        [number],
    ).fetchone()
    if row is None:
        raise WrongRequestError(f"there is no warning {fault_id(number)}")
    submission, file_id, severity, rule, message_vi, message_en, counts = row
    if severity == "error":
        raise WrongRequestError(
            f"{fault_id(number)} is an error: it must be corrected and sent again"
        )
    if not counts:
        raise WrongRequestError(
            f"{fault_id(number)} was replaced when its file was read again;"
            " the file's receipt has the new number"
        )
    connection.execute(
        "insert into raw.explanations (fault_id, submission_id, reason, explained_by)"
        " values (%s, %s, %s, %s)",
        [number, submission, reason, by],
    )
    connection.execute(
        "update raw.files set answered_at = null where file_id = %s", [file_id]
    )
    return Explanation(
        fault_id(number),
        submission_id(submission) if submission else None,
        rule,
        message_vi,
        message_en,
        reason,
        by,
    )


def _explain_violation(
    connection: Connection, number: int, reason: str, by: str
) -> Explanation:
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(
            "select submission_id, rule, severity, message_vi, message_en, state,"
            " fault_id from quality.violations where violation_id = %s",
            [number],
        ).fetchone()
    if found is None:
        raise WrongRequestError(f"there is no violation {violation_id(number)}")
    if found["fault_id"]:  # the receipt's own warning: one answer for both
        return _explain_warning(connection, found["fault_id"], reason, by)
    _refuse_violation(number, found)
    connection.execute(
        "insert into raw.explanations (violation_id, submission_id, left_value,"
        " right_value, concerned_submission_ids, reason, explained_by)"
        " select violation_id, submission_id, left_value, right_value,"
        " concerned_submission_ids, %s, %s from quality.violations"
        " where violation_id = %s",
        [reason, by, number],
    )
    submission = found["submission_id"]
    return Explanation(
        violation_id(number),
        submission_id(submission) if submission else None,
        found["rule"],
        found["message_vi"],
        found["message_en"],
        reason,
        by,
    )


def _refuse_violation(number: int, found: Mapping[str, Any]) -> None:
    name = f"{violation_id(number)} ({found['rule']})"
    if found["state"] == "resolved":
        raise WrongRequestError(f"{name} is resolved: nothing is left to explain")
    if found["severity"] == "critical":
        raise WrongRequestError(
            f"{name} is critical: it is corrected, not explained; the figures must be"
            " put right and sent again"
        )
