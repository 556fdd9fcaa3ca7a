"""Files and submissions as people name them: ``F-12``, ``S-12``, or a landing path."""

from dataclasses import dataclass
from typing import LiteralString

from psycopg import Connection
from psycopg.rows import class_row

from bloc_warehouse.domain.ids import number_of
from bloc_warehouse.errors import WrongRequestError

_SELECT: LiteralString = (
    "select submission_id, file_id, form, form_version, sheet, unit_code,"
    " period_code, submission_no, state,"
    " replaced_by_replay_id is not null as is_replaced from raw.submissions "
)


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A registered file."""

    file_id: int
    sender: str
    path: str
    file_name: str
    archive_path: str | None
    state: str


@dataclass(frozen=True, slots=True)
class KnownSubmission:
    """A submission of a file."""

    submission_id: int
    file_id: int
    form: str
    form_version: int
    sheet: str
    unit_code: str | None
    period_code: str | None
    submission_no: int | None
    state: str
    is_replaced: bool


def find_file(connection: Connection, name: str) -> KnownFile:
    """Return the file called ``F-12``, or the last one that came under a path.

    Raises:
        WrongRequestError: There is none.
    """
    number = number_of(name, "F")
    with connection.cursor(row_factory=class_row(KnownFile)) as cursor:
        file = cursor.execute(
            "select file_id, sender, path, file_name, archive_path, state"
            " from raw.files where file_id = %(number)s"
            " or (%(number)s::bigint is null and path = %(name)s)"
            " order by file_id desc limit 1",
            {"number": number, "name": name},
        ).fetchone()
    if file is None:
        raise WrongRequestError(f"there is no file {name}; bloc submissions lists them")
    return file


def find_submission(connection: Connection, name: str) -> KnownSubmission:
    """Return the submission called ``S-12`` or ``12``.

    Raises:
        WrongRequestError: There is none.
    """
    number = number_of(name, "S", or_bare=True)
    with connection.cursor(row_factory=class_row(KnownSubmission)) as cursor:
        found = cursor.execute(
            _SELECT + "where submission_id = %s", [number]
        ).fetchone()
    if found is None:
        raise WrongRequestError(
            f"there is no submission {name}; bloc submissions lists them"
        )
    return found


def submissions_of(connection: Connection, file_id: int) -> list[KnownSubmission]:
    """Return a file's submissions of the reading that counts."""
    with connection.cursor(row_factory=class_row(KnownSubmission)) as cursor:
        return cursor.execute(
            _SELECT + "where file_id = %s and replaced_by_replay_id is null"
            " order by submission_id",
            [file_id],
        ).fetchall()
