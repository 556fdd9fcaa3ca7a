"""What is in landing but not ingested, with the cause."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import class_row

from bloc_warehouse.intake.faults.catalogue import Text, text
from bloc_warehouse.storage.names import shown_name

_MOST = 1_000  # who fills landing with links fills no table


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Something in landing that the last look did not take.

    Attributes:
        cause: A fault's code, perhaps followed by details.
    """

    path: str
    cause: str
    since: datetime

    @property
    def code(self) -> str:
        """The cause's code."""
        return self.cause.partition(" ")[0]

    @property
    def sender(self) -> str:
        """The landing folder in which it is."""
        return self.path.partition("/")[0]

    def __str__(self) -> str:
        """Say what is there and why it is not ingested."""
        return f"{self.path} ({self.code}): {self.text.en}"

    @property
    def text(self) -> Text:
        """Why it is not ingested, and the remedy."""
        return text(self.code, found=self.cause.partition(" ")[2])


def note_not_taken(connection: Connection, causes: Mapping[str, str]) -> None:
    """Record what one look at landing did not take, in place of what it was before.

    Args:
        connection: As role ``ingest``; the caller commits.
        causes: Name → cause, of everything there now that is not ingested.
    """
    found = {shown_name(name): cause for name, cause in sorted(causes.items())[:_MOST]}
    given = [list(found), list(found.values())]
    connection.execute(
        "delete from raw.not_taken where (path, cause) not in"
        " (select * from unnest(%s::text[], %s::text[]))",
        given,
    )
    connection.execute(
        "insert into raw.not_taken (path, cause)"
        " select * from unnest(%s::text[], %s::text[]) as found (path, cause)"
        " where not exists (select from raw.not_taken as known"
        " where known.path = found.path)",
        given,
    )


def list_not_taken(connection: Connection) -> list[NotTaken]:
    """Return what the last look at landing did not take, by path."""
    with connection.cursor(row_factory=class_row(NotTaken)) as cursor:
        return cursor.execute(
            "select path, cause, since from raw.not_taken order by path"
        ).fetchall()
