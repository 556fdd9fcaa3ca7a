"""Which shape the database has, and whether this code may work with it.

One row of ``quality.schema_version`` says it: Alembic's revision of the tables, and a
fingerprint of what is derived and applied as a whole (views, functions, the forms'
tables). If both are those of this code, there is nothing to do.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from psycopg import Connection

from bloc_warehouse.errors import SetupError

SCHEMA = "quality"
TABLE = "schema_version"


class WrongShapeError(SetupError):
    """This code and the warehouse's shape do not fit; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the version row holds."""

    revision: str
    fingerprint: str | None


@cache
def newest_revision() -> str:
    """Return the revision that this code brings tables to; Alembic is not imported."""
    # by the folder above: looking into the package itself would import Alembic
    versions = files("bloc_warehouse.database").joinpath("migrations", "versions")
    return max(
        entry.name.partition("_")[0]
        for entry in versions.iterdir()
        if entry.name[:4].isdigit() and entry.name.endswith(".py")
    )


def read_shape(connection: Connection) -> Shape | None:
    """Return the database's shape; None: it is empty, or older than its versions."""
    found = connection.execute("select to_regclass('quality.schema_version')")
    if found.fetchone() == (None,):
        return None
    row = connection.execute(
        "select version_num, fingerprint from quality.schema_version"
    ).fetchone()
    return Shape(*row) if row else None


def create_table(connection: Connection) -> None:
    """Make Alembic's version table, with the fingerprint beside the revision."""
    connection.execute(
        "create table if not exists quality.schema_version ("
        " version_num text primary key,"
        " fingerprint text,"
        " changed_at timestamptz not null default clock_timestamp())"
    )


def record_fingerprint(connection: Connection, fingerprint: str) -> None:
    """Say that what is derived was applied as this fingerprint has it."""
    connection.execute(
        "update quality.schema_version"
        " set fingerprint = %(new)s, changed_at = clock_timestamp()"
        " where fingerprint is distinct from %(new)s",
        {"new": fingerprint},
    )


def refuse_newer(shape: Shape | None) -> None:
    """Refuse a warehouse that a newer version of this code has changed.

    Raises:
        WrongShapeError: It is newer; older code would undo what was fixed.
    """
    if shape and shape.revision > newest_revision():
        raise WrongShapeError(
            f"the warehouse has shape {shape.revision} and this code knows shapes up to"
            f" {newest_revision()} only: install the newer code again, or restore the"
            " backup made before the upgrade"
        )


def require_fit(shape: Shape | None) -> None:
    """Refuse to work with tables of another shape than this code's.

    Raises:
        WrongShapeError: There are none yet, or they are older or newer.
    """
    refuse_newer(shape)
    if shape is None:
        raise WrongShapeError(
            "the warehouse is not prepared yet: run `bloc prepare`; a new office begins"
            " with `bloc init` (docs/start.md)"
        )
    if shape.revision < newest_revision():
        raise WrongShapeError(
            f"the warehouse has shape {shape.revision} and this code needs"
            f" {newest_revision()}: run `bloc prepare`"
        )
