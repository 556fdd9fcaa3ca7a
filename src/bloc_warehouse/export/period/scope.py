"""Whose period is exported, and how statements about it are asked."""

from dataclasses import dataclass
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import dict_row

from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.periods import CUMULATIVE, Period, listed
from bloc_warehouse.export.catalogue import SCHEMA
from bloc_warehouse.export.reading import ExportError
from bloc_warehouse.settings import DatabaseSettings
from bloc_warehouse.sql import statement


@dataclass(frozen=True, slots=True)
class Scope:
    """A bloc's period, and the blocs whose returns its totals count."""

    bloc: str
    name: str
    period: Period
    blocs: tuple[str, ...]

    def rows(
        self, connection: Connection, query: str | sql.Composed
    ) -> list[dict[str, Any]]:
        """Return the rows of a statement, given as such or by its name.

        It may name bloc, blocs, period, year, and the last day.
        """
        text = statement(f"export/{query}") if isinstance(query, str) else query
        values = {
            "bloc": self.bloc,
            "blocs": list(self.blocs),
            "period": self.period.code,
            "year": self.period.year,
            "last": self.period.end,
        }
        with connection.cursor(row_factory=dict_row) as cursor:
            rows: list[dict[str, Any]] = cursor.execute(text, values).fetchall()
        return rows


def read_scope(settings: DatabaseSettings, bloc: str, period: Period) -> Scope:
    """Return the bloc's name then, and whose returns count for it.

    Raises:
        ExportError: No summary is of such a period, or nothing was ever built.
    """
    if period.type not in CUMULATIVE:
        raise ExportError(
            f"a bloc's summary is of {listed(CUMULATIVE)}, which run from 1 January;"
            f" {period.code} is a part of these"
        )
    only_bloc = Scope(bloc, bloc, period, (bloc,))
    with connect("ingest", settings=settings) as connection:
        named = only_bloc.rows(connection, "bloc_name")
        name = named[0]["bloc_name"] if named else bloc
        if not columns_of(connection, "int_bloc_lineage", schema="intermediate"):
            raise ExportError("nothing is published: run `bloc run`")
        counted = only_bloc.rows(connection, "lineage")
    members = {bloc, *(row["member_bloc_code"] for row in counted)}
    return Scope(bloc, name, period, tuple(sorted(members)))


def columns_of(
    connection: Connection, table: str, schema: str = SCHEMA
) -> dict[str, str]:
    """Return a table's columns with their comments; none: there is no such table."""
    rows = connection.execute(
        "select attname, col_description(attrelid, attnum) from pg_attribute"
        " where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped"
        " order by attnum",
        [f"{schema}.{table}"],
    )
    return {name: comment or "" for name, comment in rows}
