"""The guide for BI tools: each statement in it is run, and its answer is right."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import LiteralString

import adbc_driver_postgresql.dbapi
import pytest
import sqlglot
from psycopg import Connection
from sqlglot import exp
from tests.acceptance.corrections import Return, Rows, correct
from tests.acceptance.office_answers import QUESTIONS, TRAPS, Answer, Office
from tests.acceptance.recompute import (
    compiled_models,
    recompute,
    take_in,
    undone,
)
from tests.bi_guide import blocks, questions, traps
from tests.paths import DOCS

from bloc_samples.dataset import draw_dataset
from bloc_samples.make import DEFAULT_SEED
from bloc_warehouse.database.connection import connect, dsn
from bloc_warehouse.settings import Settings


@pytest.fixture(scope="module")
def office() -> Office:
    """What the generated offices know."""
    return Office(draw_dataset(DEFAULT_SEED))


LATE, REFUSED, CORRECTED = "LAN-003", "LAN-004", "LAN-005"


@pytest.fixture(scope="module")
def spoilt(
    published: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connection]:
    """A reader's session in which a return is late, one refused and one corrected."""
    own = published.with_changes(landing_dir=tmp_path_factory.mktemp("landing"))
    sent = Return(CORRECTED, "membership", "2024-H1")
    correct(own, [(sent, one_member_more)])
    models = compiled_models(published, "fct_returns", "fct_membership_versions")
    with undone(published) as connection:
        assert take_in(connection, own) == ["accepted"]
        connection.execute(
            "update raw.submissions set received_at = received_at + interval '30 days'"
            " where unit_code = %s and form = 'admissions' and period_code = '2024-H1'",
            [LATE],
        )
        connection.execute(
            "update raw.submissions set state = 'rejected'"
            " where unit_code = %s and form = 'membership' and period_code = '2024-H1'",
            [REFUSED],
        )
        recompute(connection, published, models)
        connection.execute("set local role bi_reader")
        yield connection


@pytest.fixture(scope="module")
def reader(published: Settings) -> Iterator[Connection]:
    """A reader's session, which sees every bloc."""
    with connect("bi_reader", settings=published, autocommit=True) as connection:
        yield connection


def one_member_more(rows: Rows) -> None:
    """Count somebody who was transferred in."""
    [row] = rows["membership"]
    for name in (
        "inc_transfer_external",
        "inc_total",
        "closing_total",
        "closing_official",
    ):
        row[name] = (row[name] or 0) + 1
    if row["closing_age_31_40"] is not None:
        row["closing_age_31_40"] += 1


def ask(connection: Connection, statement: str) -> Answer:
    """Return the rows of a statement of the guide."""
    return connection.execute(statement.encode()).fetchall()


def alike(rows: Iterable[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Return rows in one order, and numbers of one kind."""
    plain = [tuple(_plain(value) for value in row) for row in rows]
    return sorted(plain, key=repr)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, (Decimal, float)):
        return int(value) if value == int(value) else round(float(value), 4)
    return value


@pytest.mark.parametrize("number", questions())
def test_a_question_has_its_right_answer(
    reader: Connection, office: Office, number: int
) -> None:
    found = ask(reader, questions()[number])
    if number == len(questions()):
        [(bloc, release, published_at, received, waiting)] = found
        assert (bloc, release, waiting) == ("LAN", 1, 0)
        assert isinstance(published_at, datetime)
        assert received == office.received()
        return
    wanted = QUESTIONS[number](office)
    assert alike(found) == alike(wanted)
    assert wanted or number in (9, 10), "an empty answer proves nothing"


def test_what_has_not_come_came_late_or_changed_is_found(
    spoilt: Connection, office: Office
) -> None:
    asked = questions()
    due = date(2024, 7, 8)
    assert alike(ask(spoilt, asked[9])) == [
        (REFUSED, office.name(REFUSED), "Biểu tăng, giảm đảng viên", "Bị trả lại", due)
    ]
    [(*late, received)] = ask(spoilt, asked[10])
    assert late == [LATE, office.name(LATE), "Biểu kết nạp đảng viên", due]
    assert isinstance(received, datetime)
    assert received.date() > due
    # the office's own return is due by now: the late one moves the day that counts
    assert {form: on_time for form, _, on_time, _ in alike(ask(spoilt, asked[11]))} == {
        "Biểu tổng hợp toàn Đảng bộ Khối": 1,
        **{form: owed - 1 for form, owed, *_ in office.on_time()},
    }
    [first, second] = ask(spoilt, asked[14])
    assert (first[0], second[0], second[3]) == (1, 2, 1)
    assert second[2] == first[2] + 1


def test_the_office_has_fifteen_questions() -> None:
    assert list(questions()) == list(range(1, 16))


@pytest.mark.parametrize("statement", questions().values(), ids=questions().keys())
def test_no_question_needs_more_than_one_join(statement: str) -> None:
    tree = sqlglot.parse_one(statement, dialect="postgres")
    assert len(list(tree.find_all(exp.Join))) <= 1
    assert not tree.find(exp.Subquery, exp.CTE)


@pytest.mark.parametrize("heading", traps())
def test_a_trap_is_one_and_has_a_way_round(
    reader: Connection, office: Office, heading: str
) -> None:
    wrong, right = traps()[heading]
    assert wrong.startswith("-- wrong")
    assert right.startswith("-- right")
    [(answer,)] = alike(ask(reader, right))
    [(mistaken,)] = alike(ask(reader, wrong))
    assert [(answer,)] == alike([(TRAPS[heading](office),)])
    assert mistaken != answer


EXAMPLES = {
    block.heading: block.text for block in blocks() if block.language == "python"
}


@pytest.mark.parametrize("heading", EXAMPLES)
def test_an_example_in_python_runs_as_it_stands(
    published: Settings, heading: str, capfd: pytest.CaptureFixture[str]
) -> None:
    place = dsn("bi_reader", published).removeprefix("postgresql://")
    text = EXAMPLES[heading].replace("lan_dashboard@db.example.vn/dw", place)
    assert place in text
    exec(compile(text, heading, "exec"), {})  # noqa: S102  our own page
    shown = re.findall(r"\d+", capfd.readouterr().out)
    with connect("bi_reader", settings=published) as connection:
        wanted = connection.execute(PRINTED[heading]).fetchall()
    assert {str(figure) for row in wanted for figure in row} <= set(shown)


PRINTED: Mapping[str, LiteralString] = {
    "pandas": """
        select count(*), sum(closing_total) from marts.v_members
        where bloc_code = 'LAN' group by unit_kind_vi
    """,
    "DuckDB, Polars, Arrow, by ADBC": """
        select sum(done) from marts.v_inspections
        where bloc_code = 'LAN' group by kind_vi
    """,
}


def test_columns_arrive_in_arrow_as_the_guide_says(published: Settings) -> None:
    """Numbers as numbers above all: an opaque type is a text to whoever reads it."""
    [said] = re.findall(r"Columns arrive as (.+?);", _page(), re.S)
    known = set(re.findall(r"`(\w+)`", said))
    with (
        adbc_driver_postgresql.dbapi.connect(dsn("bi_reader", published)) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "select table_name from information_schema.tables"
            " where table_schema = 'marts' and table_name like 'v\\_%'"
        )
        views = [name for (name,) in cursor.fetchall()]
        strange = {}
        for view in views:
            cursor.execute(f"select * from marts.{view} limit 1")
            for column in cursor.fetch_arrow_table().schema:
                kind = re.split(r"[\[<]", str(column.type))[0]
                if kind not in known:
                    strange[f"{view}.{column.name}"] = kind
    assert len(views) > 10
    assert strange == {}


def _page() -> str:
    return (DOCS / "bi.md").read_text(encoding="utf-8")


def test_every_statement_is_tried() -> None:
    statements = [block for block in blocks() if block.language == "sql"]
    assert len(statements) == len(questions()) + 2 * len(traps())
    assert traps().keys() == TRAPS.keys()
