"""A code that does not exist is never answered with "none", in no command."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any, Literal, get_origin

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from bloc_warehouse import cli
from bloc_warehouse.cli.app import app
from bloc_warehouse.cli.console import ExitCode
from bloc_warehouse.database.connection import connect
from bloc_warehouse.reference.lists.shapes import SHAPES
from bloc_warehouse.settings import Settings

Command = Any  # typer keeps its classes to itself
BOGUS = "zzz-bogus"
# a value that each option of this name takes, in whatever command
SOUND = {
    "bloc": "LAN",
    "unit": "LAN-017",
    "period": "2024-H1",
    "form": "membership",
    "rule": "P5",
    "reason": "tried",
    "name": "reader_of_nothing",
    "state": "open",
    "what": "S-1",
    "violation": "V-1",
    "before": "S-1",
    "after": "S-2",
    "output": "form.xlsx",
    "received_at": "2024-07-10",
}
# what is asked for unless another option stands in its place
ASKED_TOO = {("template", "form"), ("template", "unit")}
TRIED_ELSEWHERE = (
    "trace",  # its names are those of a release: test_trace.py
    "learn",  # what it is told is of a file: test_learn.py
    "claims add",  # what it is told becomes a line, which is checked: reference/claims
    "init",  # what it is told becomes lists, which are checked: reference/office
    "backup",  # any folder will do: backup/test_save.py
    "restore",  # what it is told is of a backup: backup/test_restore.py
    "metrics",  # says what there is, at whatever address: test_metrics.py
    "doctor",  # looks at all there is, at whatever address: test_doctor.py
    "bi users remove",  # its names are those of Superset's users: tests/superset
)
# what a person may write as it comes
FREE = {
    ("diff", "after"),  # the older version is looked up first, in the same way
    ("readers add", "name"),
    ("bi users add", "name"),
    ("export", "licence"),  # whatever the data is handed on under
    ("check", "sender"),  # a folder that is nobody's is a fault of the file, F104
    *((command, "by") for command in (
        "explain", "withdraw", "redate", "replay", "period close", "period reopen",
        "reference apply", "publish", "rollback",
    )),
    *((command, "reason") for command in (
        "explain", "withdraw", "redate", "publish", "period close", "period reopen",
        "reference apply", "rollback",
    )),
}  # fmt: skip


def _commands(
    group: Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, Command]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


def _texts(command: Command) -> list[Any]:
    """The parameters that take a code, a name or free text."""
    return [
        parameter
        for parameter in command.params
        if get_origin(kind := parameter.type_descriptor.annotation) is Literal
        or kind is str
    ]


CASES = [
    (path, parameter.name)
    for path, command in _commands(get_command(app))
    for parameter in _texts(command)
    if (path, parameter.name) not in FREE and path not in TRIED_ELSEWHERE
]


@pytest.fixture
def known(intake: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A warehouse with lists, which all commands use."""
    for module in pkgutil.walk_packages(cli.__path__, "bloc_warehouse.cli."):
        found = importlib.import_module(module.name)
        if hasattr(found, "get_settings"):
            monkeypatch.setattr(found, "get_settings", lambda: intake)
    intake.reference_dir.mkdir(parents=True)
    for name, line in (
        ("ref_blocs", "LAN,Đảng bộ Khối tỉnh Long An,Long An,1990-01-01,,"),
        ("ref_units", "LAN-017,LAN,dbcs,,Đảng bộ Sở Y tế,1990-01-01"),
    ):
        columns = next(shape.columns for shape in SHAPES if shape.name == name)
        path = intake.reference_dir / f"{name}.csv"
        path.write_text(f"{','.join(columns)}\n{line}\n", encoding="utf-8")
    with connect("ingest", settings=intake) as connection:
        connection.execute("insert into reference.ref_blocs (bloc_code) values ('LAN')")
    with connect("transform", settings=intake) as connection:
        connection.execute(
            "create table reference.ref_periods as select '2024-H1' as period_code"
        )
    return intake


def _arguments(path: str, command: Command, wrong: str) -> list[str]:
    arguments = path.split()
    for parameter in command.params:
        value = BOGUS if parameter.name == wrong else SOUND.get(parameter.name)
        is_asked = (
            parameter.required
            or parameter.name == wrong
            or (path, parameter.name) in ASKED_TOO
        )
        if not is_asked or value is None:
            continue
        is_option = parameter.opts[0].startswith("-")
        arguments += [*parameter.opts[: int(is_option)], value]
    return arguments


@pytest.mark.usefixtures("known")
def test_an_unknown_value_is_wrong_use() -> None:
    commands = dict(_commands(get_command(app)))
    wrong = {}
    for path, parameter in CASES:
        arguments = _arguments(path, commands[path], parameter)
        result = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
        if result.exit_code != ExitCode.WRONG_USE or BOGUS not in result.output.lower():
            wrong[path, parameter] = (result.exit_code, result.output, result.exception)
    assert wrong == {}


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        ("violations list --severity critcal", "critical"),
        ("violations list --unit LAN-0017", "LAN-001"),
        ("violations list --rule P55", "P5"),
        ("submissions --period 2024-H3", "2024-H1"),
        ("replay --rule V33", "V3"),
        ("reference history --list ref_unit", "ref_units"),
        ("period list --bloc LA", "LAN"),
    ],
)
def test_what_is_near_is_named(arguments: str, near: str) -> None:
    result = CliRunner().invoke(app, arguments.split(), env={"COLUMNS": "200"})
    assert (result.exit_code, near in result.output) == (2, True), result.output


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    "arguments",
    [
        "ingest --received-at 0001-01-01",
        "replay --since 0001-01-01",
        "redate F-1 --received-at 0001-01-01 --reason x",
        "totals --bloc LAN --period 2024-H1 --as-of 9999-12-31",
        "releases --on 0001-01-01T00:00",
    ],
)
def test_a_day_outside_the_calendar_is_wrong_use(arguments: str) -> None:
    result = CliRunner().invoke(app, arguments.split())
    assert result.exit_code == ExitCode.WRONG_USE, (result.output, result.exception)


def test_the_commands_that_filter_are_all_tried() -> None:
    assert len(CASES) > 30
    assert {("violations list", "severity"), ("submissions", "unit")} <= set(CASES)
