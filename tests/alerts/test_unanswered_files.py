"""Which rejected and held files nobody has answered by a later one."""

import random
from dataclasses import dataclass

from psycopg import Connection

from bloc_warehouse.database.connection import connect
from bloc_warehouse.settings import Settings

_STATES = ("accepted", "superseded", "rejected", "held", "withdrawn", "duplicate")
_REPEATED = 0.2
_COUNTING = {"accepted", "superseded"}
_VIEW = "select file_id, unit_code, period_code from quality.alert_unanswered_files"


@dataclass(frozen=True)
class File:
    """A file, with the returns that it was read as: form, unit, period.

    Attributes:
        repeated: Those of its returns that say what already counted.
    """

    number: int
    sender: str
    state: str
    day: int
    returns: tuple[tuple[str, str, str], ...]
    repeated: frozenset[tuple[str, str, str]]


def _draw(seed: int) -> list[File]:
    draws = random.Random(seed)  # noqa: S311
    return [_draw_file(draws, number) for number in range(1, 26)]


def _draw_file(draws: random.Random, number: int) -> File:
    sender, state = draws.choice(["A-1", "A-2"]), draws.choice(_STATES)
    day = draws.randrange(1, 9)
    returns = {
        (
            draws.choice(["membership", "admissions"]),
            draws.choice(["A-1", "A-2"]),
            draws.choice(["2024-Q1", "2024-H1"]),
        ): draws.random() < _REPEATED
        for _ in range(draws.choice([0, 1, 1, 2]))
    }
    repeated = frozenset(one for one, is_repeated in returns.items() if is_repeated)
    return File(number, sender, state, day, tuple(returns), repeated)


def _unanswered(files: list[File]) -> set[tuple[int, str | None, str | None]]:
    """Say it file by file: what the view says in sets."""
    found: set[tuple[int, str | None, str | None]] = set()
    for file in files:
        if file.state not in {"rejected", "held"}:
            continue
        later = [
            other
            for other in files
            if (other.day, other.number) > (file.day, file.number)
            and other.state in _COUNTING
        ]
        for form, unit, period in file.returns:
            if not any((form, unit, period) in other.returns for other in later):
                found.add((file.number, unit, period))
        if not file.returns and not any(file.sender == other.sender for other in later):
            found.add((file.number, None, None))
    return found


def _write(connection: Connection, files: list[File]) -> None:
    for file in files:
        connection.execute(
            "insert into raw.files (sender, path, file_name, sha256, byte_size,"
            " received_at, written_at, received_at_source, state, archive_path)"
            " values (%s, %s, 'x', 'x', 1, make_date(2024, 7, %s), '2024-07-01',"
            " 'folder', %s, 'x')",
            [file.sender, file.number, file.day, file.state],
        )
        for form, unit, period in file.returns:
            is_repeated = (form, unit, period) in file.repeated
            state = "duplicate" if is_repeated else file.state
            connection.execute(
                "insert into raw.submissions (file_id, form, form_version, sheet,"
                " unit_code, period_code, state, received_at)"
                " select file_id, %s, 1, 'S', %s, %s, %s, received_at"
                " from raw.files where path = %s",
                [form, unit, period, state, str(file.number)],
            )


def test_a_file_is_answered_by_a_later_one_of_the_same_returns(
    warehouse: Settings,
) -> None:
    tried = 0
    for seed in range(20):
        files = _draw(seed)
        with connect("ingest", settings=warehouse) as connection:
            _write(connection, files)
            told = connection.execute(
                "select path::integer, unit_code, period_code from ("
                f"{_VIEW}) as found inner join raw.files using (file_id)"
            ).fetchall()
            connection.rollback()
        assert set(told) == _unanswered(files), seed
        tried += len(told)
    assert tried > 50


def test_files_are_compared_by_what_is_equal_and_not_each_with_each(
    warehouse: Settings,
) -> None:
    with connect("ingest", settings=warehouse) as connection:
        plan = "\n".join(
            line for (line,) in connection.execute(f"explain {_VIEW}").fetchall()
        )
    assert plan.count("Anti Join") == 2
    assert "SubPlan" not in plan
