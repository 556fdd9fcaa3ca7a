"""The way from a figure of a fact back to the cells that it was read from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from psycopg import Connection, errors, sql
from psycopg.rows import dict_row

from bloc_warehouse.database.connection import connect
from bloc_warehouse.domain.name_lookup import UnknownNameError, known
from bloc_warehouse.domain.periods import CUMULATIVE
from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.history.cells import ArchivedFile, CellReader
from bloc_warehouse.history.facts import Fact, Measure, added, facts, measure
from bloc_warehouse.settings import Settings


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be traced: one figure of a fact.

    Attributes:
        keys: The breakdown, if the fact has one.
    """

    fact: str
    unit: str
    period: str
    measure: str
    keys: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TracedCell:
    """A cell, what it says in the file, and what was loaded of it.

    Attributes:
        address: None: this form's version, or this sheet, has no such column.
        obstacle: Why the text cannot be read again.
    """

    column: str
    label_vi: str
    label_en: str
    address: str | None
    row: int
    letter: str | None
    loaded: int | str | None
    is_not_applicable: bool
    text: str | None
    obstacle: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """An accepted version of the same return, and what it said."""

    submission: str
    submission_no: int | None
    reported_from: datetime
    reported_to: datetime | None
    value: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """A return that a figure rests on, with its sign.

    Attributes:
        cells: Empty if the return does not name the breakdown: nothing was done.
    """

    sign: int
    submission: str
    submission_no: int | None
    form: str
    period_code: str
    file: str
    file_name: str
    sha256: str
    received_at: datetime
    sheet: str
    value: int | None
    cells: tuple[TracedCell, ...]
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A figure and the parts that it is made of.

    Attributes:
        adds_up: Whether the parts' values give the figure.
        is_withheld: The returns state it, but readers do not get it.
    """

    fact: str
    unit_code: str
    period_code: str
    measure: str
    keys: Mapping[str, str]
    value: int | None
    parts: tuple[Part, ...]
    adds_up: bool
    is_withheld: bool


def trace(settings: Settings, request: Request) -> Trace:
    """Return where a published figure of a unit comes from.

    Raises:
        UnknownNameError: There is no such fact, unit, period, measure or row.
    """
    known_facts = facts(load_registry())
    fact = known_facts[known("fact that rests on cells", request.fact, known_facts)]
    with connect("ingest", settings=settings) as connection:
        fact, wanted = measure(fact, request.measure, _columns(connection, fact))
        row = _fact_row(connection, fact, request)
        reader = CellReader.of(connection, settings)
        keys = {**fact.same_in_all, **{name: row[name] for name in fact.keys}}
        parts = tuple(
            _part(connection, reader, fact, keys, number, sign, columns)
            for number, sign, columns in _rests_on(connection, fact, wanted, row)
        )
    value, added = row[wanted.name], _added(parts)
    is_withheld = value is None and added is not None
    return Trace(
        fact.name,
        row["reporting_unit_code"],
        row["period_code"],
        wanted.name,
        {name: str(text) for name, text in keys.items() if text is not None},
        value,
        parts,
        added == value or is_withheld,
        is_withheld,
    )


def _added(parts: Sequence[Part]) -> int | None:
    values = [(part.sign, part.value) for part in parts]
    if any(value is None for _, value in values):
        return None
    return sum(sign * (value or 0) for sign, value in values)


def _fact_row(connection: Connection, fact: Fact, request: Request) -> dict[str, Any]:
    try:
        units = _codes(connection, "select unit_code from marts.dim_units")
        periods = _codes(connection, "select period_code from marts.dim_periods")
    except errors.UndefinedTable as error:
        raise UnknownNameError("nothing is published: run `bloc run`") from error
    unit = known("unit", request.unit, units)
    period = known("period", request.period, periods)
    given = {
        known(f"key of {fact.name}", key, fact.keys): value
        for key, value in request.keys.items()
    }
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(
            sql.SQL(
                "select * from {} as rows where reporting_unit_code = %s"
                " and period_code = %s"
            ).format(fact.rows),
            [unit, period],
        ).fetchall()
    if not rows:
        why = _why(connection, fact, unit, period)
        raise UnknownNameError(f"{fact.name} has no row of {unit} for {period}: {why}")
    chosen = [
        row
        for row in rows
        if all(str(row[key]) == value for key, value in given.items())
    ]
    if len(chosen) == 1:
        return chosen[0]
    listed = "; ".join(_describe_keys(fact, row) for row in (chosen or rows)[:12])
    count = "none" if not chosen else f"{len(chosen)}"
    raise UnknownNameError(
        f"{count} of the rows of {unit}, {period} fit ({len(rows)}); say which by"
        f" --key: {listed}"
    )


def _columns(connection: Connection, fact: Fact) -> dict[str, set[str]]:
    return {
        name: _codes(
            connection,
            "select column_name from information_schema.columns"
            " where table_schema = 'marts' and table_name = %s",
            name,
        )
        for name in (fact.name, *fact.beside)
    }


def _describe_keys(fact: Fact, row: Mapping[str, Any]) -> str:
    return " ".join(f"{key}={row[key]}" for key in fact.keys)


def _codes(connection: Connection, query: LiteralString, *parameters: str) -> set[str]:
    return {code for (code,) in connection.execute(query, parameters)}


def _why(connection: Connection, fact: Fact, unit: str, period: str) -> str:
    """Say what became of the return that the row would rest on."""
    row = connection.execute(
        "select state from marts.fct_returns"
        " where unit_code = %s and period_code = %s and form = %s",
        [unit, period, fact.form],
    ).fetchone()
    if row is None:
        return f"no return {fact.form} is owed, and none came"
    if row[0] != "accepted":
        return f"the return {fact.form} is {row[0].replace('_', ' ')}"
    interval = connection.execute(
        "select is_open_at_end from intermediate.int_reporting_intervals"
        " where unit_code = %s and form = %s and period_code = %s",
        [unit, fact.form, period],
    ).fetchone()
    if interval is None:
        return (
            f"the return {fact.form} was taken, but a longer return covers its days or"
            " one before it is missing"
        )
    if fact.is_of_stocks and not interval[0]:
        return (
            f"the return {fact.form} was taken, but the unit was closed on the period's"
            " last day, and its members are counted where they went"
        )
    return f"the return {fact.form} was taken and names nothing of it"


def _rests_on(
    connection: Connection, fact: Fact, wanted: Measure, row: Mapping[str, Any]
) -> list[tuple[int, int, tuple[str, ...]]]:
    """Return the submissions that a figure rests on, with signs and columns."""
    own, before = row["_submission_id"], row.get("_previous_submission_id")
    is_cumulative = row.get("period_type") in CUMULATIVE
    if wanted.is_difference and before and is_cumulative:
        taken_off = _chain(connection, before)
        return [
            (own, 1, wanted.columns),
            *((number, -1, wanted.columns) for number in taken_off),
        ]
    if wanted.is_year_to_date and before and not is_cumulative:
        chain = _chain(connection, own)
        return [(number, 1, wanted.columns) for number in chain]
    return [(own, 1, wanted.columns)]


def _chain(connection: Connection, submission_id: int) -> list[int]:
    """Return a quarter or month alone and those before, to the last cumulative one."""
    rows = connection.execute(
        """
        with recursive chain as (
            select submission_id, previous_submission_id, is_cumulative, 1 as step
            from intermediate.int_reporting_intervals where submission_id = %s
            union all
            select
                before.submission_id, before.previous_submission_id,
                before.is_cumulative, chain.step + 1
            from chain
            inner join intermediate.int_reporting_intervals as before
                on chain.previous_submission_id = before.submission_id
            where not chain.is_cumulative
        )
        select submission_id from chain order by step
        """,
        [submission_id],
    )
    return [number for (number,) in rows]


def _part(
    connection: Connection,
    reader: CellReader,
    fact: Fact,
    keys: Mapping[str, Any],
    submission_id: int,
    sign: int,
    columns: tuple[str, ...],
) -> Part:
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(
            "select submission_id, submission_no, form, period_code, unit_code, sheet,"
            " columns, files.file_id, file_name, sha256, archive_path,"
            " files.received_at"
            " from raw.submissions inner join raw.files using (file_id)"
            " where submission_id = %s",
            [submission_id],
        ).fetchone()
    if found is None:
        raise UnknownNameError(f"S-{submission_id} is not in raw any more")
    file = ArchivedFile(
        found["file_id"], found["file_name"], found["sha256"], found["archive_path"]
    )
    letters = found["columns"].get(fact.table, {})
    lines = _lines(connection, fact, keys, submission_id)
    return Part(
        sign,
        f"S-{submission_id}",
        found["submission_no"],
        found["form"],
        found["period_code"],
        f"F-{file.file_id}",
        file.file_name,
        file.sha256,
        found["received_at"],
        found["sheet"],
        _value(lines, columns),
        tuple(
            _cell(reader, fact, file, letters, line, column)
            for line in lines
            for column in columns
        ),
        _versions(connection, fact, keys, columns, found),
    )


def _lines(
    connection: Connection, fact: Fact, keys: Mapping[str, Any], submission_id: int
) -> list[dict[str, Any]]:
    """Return the lines of a return that name a breakdown: a clerk may write two."""
    query = sql.SQL(
        "select * from {} where submission_id = %s {} order by sheet_row"
    ).format(
        sql.Identifier("raw", fact.table),
        sql.SQL("").join(
            sql.SQL(" and {} is not distinct from {}").format(
                sql.Identifier(name), sql.Literal(value)
            )
            for name, value in keys.items()
        ),
    )
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, [submission_id]).fetchall()


def _value(lines: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> int | None:
    """Add up as the models do: no line is nothing done, a blank is unknown."""
    if not lines:
        return 0
    return added(columns, [_sum_of(lines, column) for column in columns])


def _sum_of(lines: Sequence[Mapping[str, Any]], column: str) -> int | None:
    applicable = [
        line[column]
        for line in lines
        if line[column] is not None or column not in line["not_applicable"]
    ]
    return sum(applicable) if applicable and None not in applicable else None


def _cell(
    reader: CellReader,
    fact: Fact,
    file: ArchivedFile,
    letters: Mapping[str, str],
    line: Mapping[str, Any],
    column: str,
) -> TracedCell:
    letter = letters.get(column)
    row: int = line["sheet_row"]
    text, obstacle = None, None
    if letter:
        text, obstacle = reader.text(file, line["sheet"], row, letter)
    form_column = fact.columns[column]
    return TracedCell(
        column,
        form_column.label_vi,
        form_column.label_en,
        f"{letter}{row}" if letter else None,
        row,
        letter,
        line[column],
        column in line["not_applicable"],
        text,
        obstacle,
    )


def _versions(
    connection: Connection,
    fact: Fact,
    keys: Mapping[str, Any],
    columns: tuple[str, ...],
    found: Mapping[str, Any],
) -> tuple[Version, ...]:
    rows = connection.execute(
        "select submission_id, submission_no, reported_from, reported_to"
        " from intermediate.int_submissions_versioned"
        " where unit_code = %s and form = %s and period_code = %s"
        " order by reported_from, submission_id",
        [found["unit_code"], found["form"], found["period_code"]],
    ).fetchall()
    return tuple(
        Version(
            f"S-{number}",
            submission_no,
            since,
            until,
            _value(_lines(connection, fact, keys, number), columns),
        )
        for number, submission_no, since, until in rows
    )
