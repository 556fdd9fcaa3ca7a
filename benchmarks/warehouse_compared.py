"""The same facts and totals by hand: plain ``create table as`` over the same rows.

Once in the warehouse's own PostgreSQL, and once in DuckDB, a column store that runs in
this process.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
from psycopg import Connection, sql

from bloc_warehouse.forms.registry import load_registry

# what an expert would write for these rows, whose returns are all cumulative
_FACT = """
create table by_hand.{table} as
select
    spans.unit_code || '@' || spans.valid_from as unit_key, sent.unit_code,
    spans.bloc_code, spans.unit_kind, sent.period_code, sent.period_type,
    sent.period_year, coalesce(lag(periods.period_end) over year_so_far + 1,
    make_date(sent.period_year, 1, 1)) as interval_start,
    periods.period_end as interval_end, {keys} {others} {flows}
    lines.not_applicable, sent.submission_id, files.sha256, lines.sheet, lines.sheet_row
from raw.{table} as lines
inner join raw.submissions as sent using (submission_id)
inner join raw.files using (file_id)
inner join reference.ref_periods as periods using (period_code)
inner join reference.ref_unit_spans as spans
    on sent.unit_code = spans.unit_code and periods.period_end >= spans.valid_from
    and (spans.valid_to is null or periods.period_end < spans.valid_to)
where sent.state = 'accepted'
window year_so_far as (
    partition by sent.unit_code, sent.period_year {partition}
    order by periods.period_end
)
"""
_TOTALS = """
create table by_hand.totals as
select bloc_code, period_code, 'member_count' as indicator, sum(closing_total) as total
from by_hand.membership group by bloc_code, period_code
union all
select bloc_code, period_code, 'members_admitted', sum(admitted_total_year_to_date)
from by_hand.admissions group by bloc_code, period_code
union all
select bloc_code, period_code, 'inspection_turns', sum(done_year_to_date)
from by_hand.inspections group by bloc_code, period_code
union all
select bloc_code, period_code, 'awards_given', sum(award_count_year_to_date)
from by_hand.awards group by bloc_code, period_code
union all
select bloc_code, period_code, 'people_trained', sum(attendees_year_to_date)
from by_hand.training group by bloc_code, period_code
"""
_DUCKDB_TYPES = {"bigint": "bigint", "integer": "integer", "date": "date"}
TABLES = ("membership", "admissions", "inspections", "awards", "training", "ratings")


def statements() -> Iterator[sql.Composed]:
    """Yield one statement a table, then the totals."""
    columns = load_registry().raw_tables()
    for table in TABLES:
        flows, others, keys = [], [], []
        for column in columns[table].values():
            name = sql.Identifier(column.name)
            if column.nature == "flow":
                to_date = sql.Identifier(f"{column.name}_year_to_date")
                flows.append(
                    sql.SQL(
                        "lines.{0} - coalesce(lag(lines.{0}) over year_so_far, 0)"
                        " as {0}, lines.{0} as {1},"
                    ).format(name, to_date)
                )
            elif column.is_key:
                keys.append(sql.SQL("lines.{}").format(name))
            else:
                others.append(sql.SQL("lines.{},").format(name))
        yield sql.SQL(_FACT).format(
            table=sql.Identifier(table),
            keys=sql.SQL(" ").join(key + sql.SQL(",") for key in keys),
            others=sql.SQL(" ").join(others),
            flows=sql.SQL(" ").join(flows),
            partition=sql.SQL("").join(sql.SQL(", ") + key for key in keys),
        )
    yield sql.SQL(_TOTALS).format()


def in_duckdb(connection: Connection, folder: Path) -> float:
    """Make the same tables in DuckDB of the same rows; return the seconds it took.

    Bringing the rows over is not counted.
    """
    with duckdb.connect(str(folder / "compared.duckdb")) as duck:
        duck.execute("set threads = 2")
        for schema in ("raw", "reference", "by_hand"):
            duck.execute(f"create schema {schema}")
        for schema, table in _sources():
            _bring_over(connection, duck, folder, schema, table)
        started = time.perf_counter()
        for statement in statements():
            duck.execute(statement.as_string(connection))
        return time.perf_counter() - started


def _sources() -> Iterator[tuple[str, str]]:
    for table in ("submissions", "files", *TABLES):
        yield "raw", table
    for table in ("ref_periods", "ref_unit_spans"):
        yield "reference", table


def _bring_over(
    connection: Connection,
    duck: duckdb.DuckDBPyConnection,
    folder: Path,
    schema: str,
    table: str,
) -> None:
    """Copy one table by way of a file of comma-separated values."""
    path = folder / f"{table}.csv"
    query = sql.SQL("copy (select * from {}) to stdout (format csv, header)")
    with (
        path.open("wb") as file,
        connection.cursor() as cursor,
        cursor.copy(query.format(sql.Identifier(schema, table))) as rows,
    ):
        for block in rows:
            file.write(block)
    types = {
        name: _DUCKDB_TYPES.get(kind, "varchar")
        for name, kind in connection.execute(
            "select column_name, data_type from information_schema.columns"
            " where table_schema = %s and table_name = %s order by ordinal_position",
            [schema, table],
        )
    }
    duck.execute(
        f"create table {schema}.{table} as"  # noqa: S608 - names of our own
        f" select * from read_csv(?, header = true, columns = {types})",
        [str(path)],
    )
    path.unlink()
