"""The versions of each return, and their states."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import DatabaseSettings


@dataclass(frozen=True, slots=True)
class SubmissionLine:
    """A submission, for people and machines.

    Attributes:
        errors: Faults that reject it.
        warnings: Faults that ask a question.
        unanswered: The warnings that were not explained.
        is_replaced: Whether a replay read its file once more, so that another
            submission stands for it.
    """

    submission: str
    file: str
    unit_code: str | None
    form: str
    form_version: int
    period_code: str | None
    submission_no: int | None
    state: str
    received_at: datetime
    file_name: str
    errors: int
    warnings: int
    unanswered: int
    is_replaced: bool
    replay_id: int | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    withdrawal_reason: str | None


def list_submissions(
    settings: DatabaseSettings,
    *,
    unit: str | None = None,
    form: str | None = None,
    period: str | None = None,
    with_replaced: bool = False,
) -> list[SubmissionLine]:
    """Return submissions by unit, form, period and receipt.

    Args:
        settings: The warehouse.
        unit: Only this unit's.
        form: Only this form's, by its name.
        period: Only this period's, e.g. ``2024-H1``.
        with_replaced: Also those whose file was read once more since.
    """
    with (
        connect("ingest", settings=settings) as connection,
        connection.cursor(row_factory=class_row(SubmissionLine)) as cursor,
    ):
        return cursor.execute(
            _STATEMENT,
            {
                "unit": unit.upper() if unit else None,
                "form": form,
                "period": period,
                "with_replaced": with_replaced,
            },
        ).fetchall()


_STATEMENT = """
select
    'S-' || submissions.submission_id as submission,
    'F-' || submissions.file_id as file,
    submissions.unit_code,
    submissions.form,
    submissions.form_version,
    submissions.period_code,
    submissions.submission_no,
    submissions.state,
    submissions.received_at,
    files.file_name,
    faults.errors,
    faults.warnings,
    faults.unanswered,
    submissions.replaced_by_replay_id is not null as is_replaced,
    submissions.replay_id,
    withdrawals.withdrawn_by,
    withdrawals.withdrawn_at,
    withdrawals.reason as withdrawal_reason
from raw.submissions
inner join raw.files on submissions.file_id = files.file_id
left join raw.withdrawals
    on submissions.submission_id = withdrawals.submission_id
cross join lateral (
    select
        count(*) filter (where own.severity = 'error') as errors,
        count(*) filter (where own.severity = 'warning') as warnings,
        count(*) filter (
            where own.severity = 'warning' and not exists (
                select from raw.explanations
                where explanations.fault_id = own.fault_id
            )
        ) as unanswered
    from raw.faults as own
    where own.submission_id = submissions.submission_id
) as faults
where (%(unit)s::text is null or submissions.unit_code = %(unit)s)
    and (%(form)s::text is null or submissions.form = %(form)s)
    and (%(period)s::text is null or submissions.period_code = %(period)s)
    and (%(with_replaced)s or submissions.replaced_by_replay_id is null)
order by
    submissions.unit_code, submissions.form, submissions.period_code,
    submissions.received_at, submissions.written_at, submissions.submission_id
"""
