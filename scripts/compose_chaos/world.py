"""The files that are sent portion by portion, and what readers must have after each."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from scripts.compose_stack import Stack, make_samples

from bloc_warehouse.backup.contents import moment
from bloc_warehouse.database import embedded
from bloc_warehouse.pipeline import run
from bloc_warehouse.settings import Settings

BLOC = "LAN"
SENDERS = 8  # in a portion, at most

Hashes = dict[str, tuple[int, str]]

_TABLES = """
select relname
from pg_class
where relkind in ('r', 'p') and relnamespace = to_regnamespace('marts')
order by relname
"""
# running numbers, which a repeated step takes anew, and the moment of an upload
_ROWS = """
select
    count(*),
    coalesce(sum(('x' || left(md5(told::text), 16))::bit(64)::bigint), 0)
from (
    select to_jsonb(t) - '{{_submission_id,submission_id,received_at}}'::text[]
    from {} as t
) as rows (told)
"""


@dataclass(frozen=True, slots=True)
class Files:
    """Generated files: the reference lists, and a bloc's senders by portion."""

    reference: Path
    portions: Sequence[Sequence[Path]]

    def senders_until(self, portion: int) -> set[str]:
        """Return who has sent something once so many portions were sent."""
        return {sender.name for sent in self.portions[:portion] for sender in sent}


def make_files(folder: Path, portions: int) -> Files:
    """Generate the samples, and cut a bloc's senders into portions."""
    make_samples(folder)
    senders = sorted((folder / "landing").glob(f"{BLOC}-*"))
    size = min(SENDERS, len(senders) // portions)
    starts = range(0, size * portions, size)
    return Files(
        folder / "reference", [senders[start : start + size] for start in starts]
    )


def undisturbed(reference: Path, portions: Iterable[Iterable[Path]]) -> list[Hashes]:
    """Run portions on a server of its own; return what readers had after each."""
    folder = Path(tempfile.mkdtemp(prefix="bloc-chaos-"))
    folder.chmod(0o755)  # as root, the server's own user must get in
    settings = Settings.from_environment(
        {"BLOC_DATA_DIR": str(folder), "BLOC_SETTLE_SECONDS": "0"}
    )
    shutil.copytree(reference, settings.reference_dir)
    expected = []
    try:
        for portion in portions:
            for sender in portion:
                shutil.copytree(sender, folder / "landing" / sender.name)
            run(settings, by="chaos")
            with moment(settings) as connection:
                expected.append(hashes(connection))
    finally:
        embedded.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)
    return expected


def differing(expected: Hashes, connection: psycopg.Connection) -> list[str]:
    """Return the published tables that are not as they should be."""
    found = hashes(connection)
    return sorted(
        name
        for name in found.keys() | expected.keys()
        if found.get(name) != expected.get(name)
    )


def published_units(connection: psycopg.Connection) -> set[str]:
    """Return the units of which readers have a return."""
    rows = connection.execute(
        "select distinct unit_code from marts.fct_returns where state = 'accepted'"
    ).fetchall()
    return {str(unit) for (unit,) in rows}


def hashes(connection: psycopg.Connection) -> Hashes:
    """Return how many rows each published table has, and a hash of them."""
    found = {}
    for (name,) in connection.execute(_TABLES).fetchall():
        statement = sql.SQL(_ROWS).format(sql.Identifier("marts", name))
        rows, digest = connection.execute(statement).fetchone() or (0, 0)
        found[name] = int(rows), str(digest)
    return found


@contextmanager
def readers_view(stack: Stack) -> Iterator[psycopg.Connection]:
    """Connect to the stack's warehouse as who may read every row.

    Raises:
        psycopg.Error: It is away, as it may be here.
    """
    with stack.warehouse(
        "transform", connect_timeout=5, tcp_user_timeout=10_000
    ) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set row_security = off")
        yield connection
