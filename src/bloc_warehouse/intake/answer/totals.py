"""What was understood of a submission: its figures added up, for the receipt."""

from collections import defaultdict
from collections.abc import Sequence

from psycopg import Connection, sql

from bloc_warehouse.forms.registry import Registry


def understood_totals(
    connection: Connection, registry: Registry, submission_ids: Sequence[int]
) -> dict[int, dict[str, int]]:
    """Return submission_id → {Vietnamese label: total of the column}.

    Columns in which nothing was reported are left out.
    """
    totals: dict[int, dict[str, int]] = defaultdict(dict)
    for table, columns in registry.raw_tables().items():
        counts = [column for column in columns.values() if column.type == "count"]
        rows = connection.execute(
            sql.SQL(
                "select submission_id, {} from {} where submission_id = any(%s)"
                " group by submission_id"
            ).format(
                sql.SQL(", ").join(
                    sql.SQL("sum({})::bigint").format(sql.Identifier(column.name))
                    for column in counts
                ),
                sql.Identifier("raw", table),
            ),
            [list(submission_ids)],
        )
        for submission_id, *sums in rows:
            for column, total in zip(counts, sums, strict=True):
                if total is not None:
                    totals[submission_id][column.label_vi] = total
    return totals
