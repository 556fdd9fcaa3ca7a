"""What becomes of each bloc's rows in a release: blocked, published, kept as they were.

A critical finding that names a bloc blocks that bloc; one that names none blocks the
whole release.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import class_row


@dataclass(frozen=True, slots=True)
class BlockedBloc:
    """A bloc whose rows in the live release are not from its own build.

    Attributes:
        carried_from_release_id: The release that built them; None if the bloc was
            never published, so that it has no rows.
    """

    bloc_code: str
    carried_from_release_id: int | None

    def __str__(self) -> str:
        if self.carried_from_release_id is None:
            return f"{self.bloc_code} is left out because it was never published"
        return f"{self.bloc_code} stays as in release {self.carried_from_release_id}"


def record_blocks(connection: Connection, release_id: int, run_id: int) -> None:
    """Keep which blocs an audit blocks, or that it blocks all of the release."""
    connection.execute(
        "delete from quality.release_blocs where release_id = %s", [release_id]
    )
    connection.execute(
        "insert into quality.release_blocs (release_id, bloc_code, outcome)"
        " select distinct %s::bigint, bloc_code, 'blocked' from quality.findings"
        " where run_id = %s and severity = 'critical' and bloc_code is not null",
        [release_id, run_id],
    )
    connection.execute(
        "update quality.releases set is_fully_blocked = exists ("
        " select from quality.findings where run_id = %s and severity = 'critical'"
        " and bloc_code is null) where release_id = %s",
        [run_id, release_id],
    )


def blocked_codes(connection: Connection, release_id: int) -> list[str]:
    """Return the blocs that critical findings of a release's audit name."""
    rows = connection.execute(
        "select bloc_code from quality.release_blocs where release_id = %s"
        " and outcome in ('blocked', 'carried', 'left_out') order by bloc_code",
        [release_id],
    )
    return [bloc for (bloc,) in rows]


def blocked_blocs(
    connection: Connection, blocs: Sequence[str], live: int | None
) -> tuple[BlockedBloc, ...]:
    """Say what blocs would be kept as, if they were blocked now."""
    with connection.cursor(row_factory=class_row(BlockedBloc)) as cursor:
        return tuple(
            cursor.execute(
                "select blocs.bloc_code, case release_blocs.outcome"
                " when 'left_out' then null"
                " when 'carried' then release_blocs.carried_from_release_id"
                " else %(live)s end as carried_from_release_id"
                " from unnest(%(blocs)s::text[]) as blocs (bloc_code)"
                " left join quality.release_blocs"
                " on blocs.bloc_code = release_blocs.bloc_code"
                " and release_blocs.release_id = %(live)s order by blocs.bloc_code",
                {"blocs": list(blocs), "live": live},
            ).fetchall()
        )


def blocked_in(connection: Connection, release_id: int) -> tuple[BlockedBloc, ...]:
    """Return the blocs that a release shows as they were, or not at all."""
    with connection.cursor(row_factory=class_row(BlockedBloc)) as cursor:
        return tuple(
            cursor.execute(
                "select bloc_code, carried_from_release_id from quality.release_blocs"
                " where release_id = %s and outcome in ('carried', 'left_out')"
                " order by bloc_code",
                [release_id],
            ).fetchall()
        )


def record_blocked(
    connection: Connection, release_id: int, kept: Iterable[BlockedBloc]
) -> None:
    """Keep which blocs a release shows as they were, and since which release."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "update quality.release_blocs set outcome = %s,"
            " carried_from_release_id = %s, decided_at = clock_timestamp()"
            " where release_id = %s and bloc_code = %s",
            [
                (
                    "carried" if bloc.carried_from_release_id else "left_out",
                    bloc.carried_from_release_id,
                    release_id,
                    bloc.bloc_code,
                )
                for bloc in kept
            ],
        )


def record_published(
    connection: Connection, release_id: int, blocs: Iterable[str]
) -> None:
    """Keep which blocs a release shows as it was built, with nothing in the way."""
    connection.execute(
        "insert into quality.release_blocs (release_id, bloc_code, outcome)"
        " select %s, bloc_code, 'published' from unnest(%s::text[]) as of (bloc_code)"
        " on conflict (release_id, bloc_code) do nothing",
        [release_id, list(blocs)],
    )


def record_override(
    connection: Connection, release_id: int, blocs: Sequence[str], by: str, reason: str
) -> None:
    """Keep which blocs were published in spite of findings, by whom and why."""
    connection.execute(
        "update quality.release_blocs set outcome = 'overridden',"
        " carried_from_release_id = null, decided_at = clock_timestamp(),"
        " decided_by = %s, reason = %s where release_id = %s and bloc_code = any(%s)",
        [by, reason, release_id, list(blocs)],
    )
