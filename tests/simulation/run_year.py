"""Lives through a year, and says after each day what happened and what differs."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from tests.simulation import files
from tests.simulation.actions import (
    Action,
    ApproveClosing,
    ApproveOverride,
    AskToClose,
    AskToOverride,
    Declare,
    Found,
    Kill,
    MailDown,
    MailUp,
    Merge,
    Reopen,
    Send,
    Withdraw,
)
from tests.simulation.checks import Checks
from tests.simulation.oracle import Table
from tests.simulation.scenario import Year
from tests.simulation.world import World

from bloc_warehouse.alerts.delivery import deliver
from bloc_warehouse.intake.revise.withdraw import withdraw
from bloc_warehouse.publish.period_closing import reopen_period
from bloc_warehouse.publish.publish import overridable_release
from bloc_warehouse.reference.apply import apply

_WORK_BEGINS = timedelta(hours=2)  # after the day's files were put down
_OFFICE, _SECOND = "lan.anh", "thu.ha"


@dataclass(slots=True)
class Result:
    """What became of a year."""

    days: int = 0
    tasks: int = 0
    kills: int = 0
    differences: int = 0
    releases: int = 0
    mails: int = 0


def live_through(
    year: Year, world: World, last: date, show: Callable[[str], None]
) -> Result:
    """Live through the days to the last one, and show each on which something is."""
    result, table, checks = Result(), Table(year), Checks(world)
    files.write_first_lists(world.settings.reference_dir, year)
    apply(world.settings, by=_OFFICE, reason="the year begins")
    for day, actions in year.days(last):
        began = time.monotonic()
        missed = _live_a_day(day, actions, table, world, result)
        expected = table.after(day)
        differences = [*missed, *checks.differences(expected)]
        result.days += 1
        result.releases += expected.is_published
        result.differences += len(differences)
        if actions or differences:
            found = "as expected" if not differences else f"{len(differences)} differ"
            found += f", {time.monotonic() - began:.0f} s"
            show(f"{day}  {'; '.join(map(str, actions)) or 'nothing'}  ({found})")
        for line in differences:
            show(f"    {line}")
    result.mails = len(world.inbox.keys)
    return result


def _live_a_day(
    day: date, actions: tuple[Action, ...], table: Table, world: World, result: Result
) -> list[str]:
    """People put down files, Airflow works, people answer it, Airflow works on.

    Returns:
        What could not be done, each as a line.
    """
    missed = []
    world.go_to(files.moment_of(day))
    for action in actions:
        _prepare(world, table, day, action)
        table.take(day, action)
    world.go_to(files.moment_of(day) + _WORK_BEGINS)
    for action in actions:
        if isinstance(action, Kill):
            was_killed = world.work_until_killed(
                action.dag_id, action.task_id, power_cut=action.with_database
            )
            result.kills += was_killed
            if not was_killed:
                missed.append(f"kill: {action.task_id} was not seen running")
    result.tasks += len(world.work())
    for action in actions:
        if _finish(world, action):
            result.tasks += len(world.work())
    return missed


def _prepare(world: World, table: Table, day: date, action: Action) -> None:
    """Do what people do before Airflow's first run of the day."""
    settings, year = world.settings, table.year
    match action:
        case Send():
            files.land_return(settings.landing_dir, year, day, action)
        case Declare():
            kinds = [
                unit.kind for unit in table.units_at(action.bloc, action.period.end)
            ]
            files.land_summary(
                settings.landing_dir, day, action, kinds, table.declared(action)
            )
        case Withdraw(unit, period):
            withdraw(settings, _counted(world, unit, period.code), "a mistake", _OFFICE)
        case Merge() | Found():
            files.add_to_lists(settings.reference_dir, year, action)
            apply(settings, by=_OFFICE, reason=str(action))
        case Reopen(bloc, period):
            reopen_period(
                settings, bloc, period.code, by=_OFFICE, reason="a correction"
            )
        case MailDown():
            world.inbox.stop()
        case MailUp():
            world.inbox.start()


def _finish(world: World, action: Action) -> bool:
    """Do what people do in Airflow's page; whether there is work for it then."""
    match action:
        case AskToClose(bloc, period):
            world.ask(
                "trigger", "close_period", _OFFICE,
                bloc=bloc, period=period.code, reason="the quarter is done", despite="",
            )  # fmt: skip
        case ApproveClosing():
            assert world.ask("answer", "approve_closing", "Approve", _SECOND) == 1
        case AskToOverride(bloc):
            release = overridable_release(world.settings)
            world.ask(
                "trigger", "override_publish", _OFFICE,
                release=release, bloc=bloc, reason="counted by hand",
            )  # fmt: skip
        case ApproveOverride():
            assert world.ask("answer", "approve_override", "Approve", _SECOND) == 1
        case MailUp():
            deliver(world.settings, again=True)
        case _:
            return False
    return True


def _counted(world: World, unit: str, period: str) -> str:
    [(submission,)] = world.rows(
        "select submission_id from raw.submissions where state = 'accepted'"
        f" and unit_code = '{unit}' and period_code = '{period}'"
    )
    return f"S-{submission}"
