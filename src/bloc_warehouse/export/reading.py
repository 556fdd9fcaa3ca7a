"""Reads the live release with a reader's eyes, all of it as at one moment.

The session takes the reader's role, so the policies of the marts leave it the rows that
the reader finds in any BI tool, and what is withheld there is withheld here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection, errors, sql

from bloc_warehouse.build import releases
from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.name_lookup import known
from bloc_warehouse.errors import WrongRequestError
from bloc_warehouse.history.shown_release import ShownRelease, live_release
from bloc_warehouse.settings import DatabaseSettings

ALL_BLOCS = "bi_reader"
"""The login that sees every bloc."""


class ExportError(WrongRequestError):
    """What was asked for cannot be exported; the message says what can be done."""


class ReleaseChangedError(ExportError):
    """Another release went live while this one was read."""


@dataclass(frozen=True, slots=True)
class LiveRelease:
    """The release that readers see.

    Attributes:
        shown: Which one, and what in it is an earlier one's.
        shown_from: Since when readers see it, or see it as it is now.
    """

    shown: ShownRelease
    built_at: datetime
    published_at: datetime
    shown_from: datetime

    @property
    def number(self) -> int:
        """The release's number."""
        return self.shown.release_id


@dataclass(frozen=True, slots=True)
class Reading:
    """An open look at the live release.

    Attributes:
        connection: In the reader's role, inside one read-only transaction.
        reader: The login whose rows it sees.
    """

    connection: Connection
    reader: str
    release: LiveRelease


@contextmanager
def reading(
    settings: DatabaseSettings, reader: str = ALL_BLOCS, release: int | None = None
) -> Iterator[Reading]:
    """Look at the live release as a reader does.

    Args:
        settings: The warehouse.
        reader: ``bi_reader`` or a login of ``bloc readers``, as it is written.
        release: The number that the live release must have.

    Raises:
        ExportError: Nothing is published, or the release wanted is not the live one.
        ReleaseChangedError: Another release went live meanwhile: what was read may be
            of both.
    """
    with connect("ingest", settings=settings) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        live = _live(connection)
        if live is None:
            raise ExportError("nothing is published: run `bloc run`")
        if release is not None and release != live.number:
            raise ExportError(_why_not(connection, release, live))
        _see_as(connection, reader)
        yield Reading(connection, reader, live)
        connection.rollback()
    with connect("ingest", settings=settings) as connection:
        if _live(connection) != live:
            raise ReleaseChangedError(
                f"another release went live while release {live.number} was read:"
                " export again"
            )


def known_readers(settings: DatabaseSettings) -> tuple[str, ...]:
    """Return the logins whose eyes an export can have."""
    with connect("ingest", settings=settings) as connection:
        listed = connection.execute("select distinct reader from quality.readers")
        return (ALL_BLOCS, *sorted(reader for (reader,) in listed))


def _see_as(connection: Connection, reader: str) -> None:
    try:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(reader)))
    except (errors.InvalidParameterValue, errors.InsufficientPrivilege) as error:
        raise ExportError(
            f"the login {reader} is not there any more: `bloc readers add {reader}`"
            " makes it again, `bloc readers remove` takes it off the list"
        ) from error


def _live(connection: Connection) -> LiveRelease | None:
    shown = live_release(connection)
    row = connection.execute(
        "select releases.built_at, releases.published_at, log.shown_from"
        " from quality.releases inner join quality.publication_log as log"
        " using (release_id) where releases.state = 'live' and log.shown_to is null"
    ).fetchone()
    if shown is None or row is None:
        return None
    built_at, published_at, shown_from = row
    return LiveRelease(shown, built_at, published_at, shown_from)


def _why_not(connection: Connection, wanted: int, live: LiveRelease) -> str:
    """Say what became of a release, and what can still be had of it."""
    rows = connection.execute(
        "select release_id::text, state from quality.releases"
        " where published_at is not null"
    )
    states: dict[str, str] = dict(rows.fetchall())
    known("release", str(wanted), states)
    now = f"readers see release {live.number}, and an export has what readers see"
    totals = (
        "its totals are kept: `bloc totals --bloc … --period … --seen-on DAY`"
        " (`bloc releases` has the days)"
    )
    if states[str(wanted)] == "previous":
        taken_back = releases.release_in(connection, "previous")
        if taken_back and taken_back.rolled_back_at:
            return f"release {wanted} was taken back; {now}; {totals}"
        return (
            f"{now}; the rows of release {wanted} are kept until the next build, for"
            f" `bloc rollback` alone; {totals}"
        )
    return f"{now}; the rows of release {wanted} are gone; {totals}"
