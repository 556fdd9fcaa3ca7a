"""Answers to warnings: why a figure is right although a rule asks about it."""

from dataclasses import dataclass

from psycopg import Connection

from bloc_warehouse.intake.identifiers import fault_id, number_of, submission_id
from bloc_warehouse.intake.named import WrongRequestError
from bloc_warehouse.settings import Settings
from bloc_warehouse.warehouse.connection import connect


@dataclass(frozen=True, slots=True)
class Explanation:
    """An explanation that was kept.

    Attributes:
        explained: What it explains, e.g. ``W-12`` or ``V-45``.
        submission: The version that it explains, e.g. ``S-7``; None where the finding
            is of no single version.
    """

    explained: str
    submission: str | None
    rule: str
    message_vi: str
    message_en: str
    reason: str
    by: str


def explain(settings: Settings, name: str, reason: str, by: str) -> Explanation:
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
            return _explain_warning(connection, warning, reason.strip(), by)
        if violation is not None:
            return _explain_violation(connection, violation, reason.strip(), by)
    raise WrongRequestError(
        f"{name} is neither a warning of a receipt (W-12) nor a violation of an alert"
        " (V-45)"
    )


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
        f"W-{number}",
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
    row = connection.execute(
        "select submission_id, rule, message_vi, message_en, state"
        " from quality.violations where violation_id = %s",
        [number],
    ).fetchone()
    if row is None:
        raise WrongRequestError(f"there is no violation V-{number}")
    submission, rule, message_vi, message_en, state = row
    if state != "open":
        raise WrongRequestError(f"V-{number} is {state}: nothing is left to explain")
    connection.execute(
        "insert into raw.explanations"
        " (violation_id, submission_id, reason, explained_by) values (%s, %s, %s, %s)",
        [number, submission, reason, by],
    )
    return Explanation(
        f"V-{number}",
        submission_id(submission) if submission else None,
        rule,
        message_vi,
        message_en,
        reason,
        by,
    )
