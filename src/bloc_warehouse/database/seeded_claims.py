"""Published totals of warehouses in which they were a seed of the project.

Since revision 0018 they are a list of the installation, and that revision empties the
table. What an installation recomputed until then is written into its reference folder
first, so that an upgrade forgets no claim of its own.
"""

import csv
import logging
from pathlib import Path

from psycopg import Connection
from psycopg.rows import dict_row

from bloc_warehouse.database.schema_version import read_shape
from bloc_warehouse.domain.counting import counted
from bloc_warehouse.errors import SetupError

logger = logging.getLogger(__name__)

_FIRST_WITH_A_LIST = "0018"
_FILE = "ref_published_totals.csv"


class ClaimsNotKeptError(SetupError):
    """The claims cannot be written; nothing was changed in the warehouse."""


def keep_seeded_claims(connection: Connection, folder: Path) -> None:
    """Write the claims of the register's blocs into the folder, before an upgrade.

    A list that lies there already says which claims are wanted: it is left alone. The
    seed also had claims of the project's example blocs; a bloc that the register does
    not have is left out.

    Args:
        connection: As owner, in the transaction that upgrades.
        folder: The reference folder.

    Raises:
        ClaimsNotKeptError: The folder cannot be written.
    """
    shape = read_shape(connection)
    if shape and shape.revision >= _FIRST_WITH_A_LIST:
        return
    found = connection.execute(
        "select to_regclass('reference.ref_published_totals'),"
        " to_regclass('quality.reference_rows')"
    ).fetchone()
    if None in (found or (None,)) or (folder / _FILE).exists():
        return
    connection.execute("set local role transform")
    with connection.cursor(row_factory=dict_row) as cursor:
        claims = cursor.execute(
            "select * from reference.ref_published_totals"
            " where bloc_code in (select line ->> 'bloc_code'"
            " from quality.reference_rows where list = 'ref_blocs')"
            " order by bloc_code, claim_id"
        ).fetchall()
    connection.execute("reset role")
    if not claims:
        return
    try:
        _write(folder / _FILE, claims)
    except OSError as error:
        raise ClaimsNotKeptError(
            f"{counted(len(claims), 'published total')} of this warehouse must move to"
            f" {folder / _FILE}, which cannot be written ({error.strerror}): let"
            " this account write the folder, then run `bloc prepare` again"
        ) from error
    logger.warning(
        "%s moved to %s, for published totals are a list of the installation now:"
        " `bloc reference apply` puts them in force",
        *(counted(len(claims), "claim was", "claims were"), folder / _FILE),
    )


def _write(path: Path, claims: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(claims[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(claims)
    part.replace(path)
