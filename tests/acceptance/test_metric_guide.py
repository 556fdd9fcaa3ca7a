"""The guide's questions to the semantic layer have the answers of its statements.

They are asked by ``mf query`` itself, all in one process: to start one takes longer
than to ask fifty questions.
"""

import csv
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from dbt_metricflow.cli.cli_configuration import CLIConfiguration
from dbt_metricflow.cli.main import query
from psycopg import Connection
from tests.bi_guide import metric_preparation, metric_queries, questions
from tests.paths import DBT_PROJECT

from bloc_warehouse.build.dbt_environment import environment_by_hand
from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import Settings

# the statement's columns, as MetricFlow calls them
COLUMNS = {
    1: "unit__unit_code unit__unit_name unit__unit_kind__label_vi members_today"
    " metric_time__day",
    2: "metric_time__day units_with_members members",
    3: "unit__unit_kind__label_vi women_today members_today women_today_share",
    4: "unit__unit_code unit__unit_name members_admitted admissions_planned"
    " admissions_attained",
    6: "rated_total rated_excellent_share rated_good_share rated_completed_share"
    " rated_not_completed_share",
    7: "conducting_body__label_vi inspection_subject__label_vi inspections_done",
    8: "award_level__label_vi award_kind__label_vi award_subject__label_vi"
    " awards_given",
    9: "unit__unit_code unit__unit_name form__label_vi return_state__label_vi"
    " return__due_on__day",
    10: "unit__unit_code unit__unit_name form__label_vi return__due_on__day"
    " return__received_at__day",
    11: "form__label_vi returns_due returns_in_time timeliness",
    12: "bloc verdict__label_vi claims",
}
NOTHING_MISSING = {9, 10}  # all generated returns came in time
BLOCS = ("LAN", "DLK", "DLKCQ", "DLKDN", "DTP")
YEARS = ("2019", "2023", "2024")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SHARE = re.compile(r"_share$|^timeliness$|_attained$")

Rows = list[tuple[object, ...]]
Ask = Callable[[Sequence[str]], list[dict[str, str]]]


@pytest.fixture(scope="module")
def ask(published: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """``mf query`` in a copy of the project, prepared as the guide says."""
    project = tmp_path_factory.mktemp("metrics") / "dbt_project"
    shutil.copytree(DBT_PROJECT, project, ignore=shutil.ignore_patterns("target"))
    answer = project / "answer.csv"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment_by_hand(published).items():
            patch.setenv(name, value)
        for name in ("DBT_PROJECT_DIR", "DBT_PROFILES_DIR"):
            patch.setenv(name, str(project))
        for words in metric_preparation():
            if words[0] == "export":
                patch.setenv(*words[1].split("=", 1))
            elif words[0] == "dbt":
                program = Path(sys.executable).with_name("dbt")
                subprocess.run([program, *words[1:]], cwd=project, check=True)
        patch.chdir(project)
        asked = CLIConfiguration()
        asked.setup(configure_file_logging=False)

        def answers(words: Sequence[str]) -> list[dict[str, str]]:
            assert list(words[:2]) == ["mf", "query"]
            answer.unlink(missing_ok=True)
            done = CliRunner().invoke(
                query, [*words[2:], "--quiet", "--csv", str(answer)], obj=asked
            )
            assert done.exit_code == 0, done.output
            if not answer.exists():  # as it is where there are no rows
                assert "ERROR" not in done.output, done.output
                return []
            with answer.open(encoding="utf-8", newline="") as file:
                return list(csv.DictReader(file))

        yield answers
        asked.sql_client.close()


@pytest.fixture(scope="module")
def reader(published: Settings) -> Iterator[Connection]:
    """A reader's session, which sees every bloc."""
    with connect("bi_reader", settings=published, autocommit=True) as connection:
        yield connection


def by_statement(reader: Connection, statement: str) -> Rows:
    """Return the statement's rows, in one order."""
    rows = reader.execute(statement.encode()).fetchall()
    return sorted((tuple(map(_plain, row)) for row in rows), key=repr)


def by_layer(ask: Ask, number: int, words: Sequence[str]) -> Rows:
    """Return the rows in the order of the statement's columns, shares in per cent."""
    columns = COLUMNS[number].split()
    rows = [
        tuple(
            _value(row[column], is_share=bool(_SHARE.search(column)))
            for column in columns
        )
        for row in ask(words)
    ]
    if number == 8:  # the statement leaves out what was not given
        rows = [row for row in rows if row[-1]]
    return sorted(rows, key=repr)


def _plain(value: Any) -> object:  # noqa: ANN401 - what psycopg returns
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date | str | None):
        return value
    return round(float(value), 2)


def _value(text: str, *, is_share: bool) -> object:
    if not text:
        return None
    if _DAY.match(text):
        return date.fromisoformat(text[:10])
    try:
        return round(float(text) * (100 if is_share else 1), 2)
    except ValueError:
        return text


def elsewhere(text: str, bloc: str, year: str) -> str:
    """Return a question, asked of another bloc and year."""
    of_bloc = re.sub(rf"'({'|'.join(BLOCS)})'", f"'{bloc}'", text)
    return re.sub(r"\b20\d\d\b", year, of_bloc)


def test_eleven_questions_can_be_asked() -> None:
    assert metric_queries().keys() == COLUMNS.keys()


@pytest.mark.parametrize("number", COLUMNS)
def test_the_layer_has_the_statements_answer(
    ask: Ask, reader: Connection, number: int
) -> None:
    wanted = by_statement(reader, questions()[number])
    assert by_layer(ask, number, metric_queries()[number]) == wanted
    assert wanted or number in NOTHING_MISSING


@pytest.mark.parametrize("number", [1, 3, 4, 6, 8, 11])
def test_it_has_it_of_each_bloc_and_period(
    ask: Ask, reader: Connection, number: int
) -> None:
    answered = 0
    statement, words = questions()[number], shlex.join(metric_queries()[number])
    for bloc in BLOCS:
        for year in YEARS if "20" in statement else YEARS[-1:]:
            wanted = by_statement(reader, elsewhere(statement, bloc, year))
            asked = shlex.split(elsewhere(words, bloc, year))
            assert by_layer(ask, number, asked) == wanted, (bloc, year)
            answered += bool(wanted)
    assert answered > 1, "it was asked of nothing but what the guide asks"
