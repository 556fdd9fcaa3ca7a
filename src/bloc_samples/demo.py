"""``bloc demo``: generated files through the real pipeline, and what came of them."""

import time
from typing import TYPE_CHECKING, Annotated

import typer
from rich.rule import Rule

from bloc_warehouse.cli.console import console, errors_console
from bloc_warehouse.cli.settings import get_settings

if TYPE_CHECKING:
    from bloc_warehouse.airflow_local.follow import TaskEnd
    from bloc_warehouse.local_services import Report
    from bloc_warehouse.settings import Settings

_DAGS = ("ingest_submissions", "build_warehouse")
_PUBLISHED = ("publish_marts", "success")
_LEAP_DAY = "0 0 29 2 *"  # no scheduled run comes between
_MARKS = {"success": "[green]✓[/]", "skipped": "[dim]–[/]"}

_NEXT = """
  bloc reconcile            each published figure beside ours, and why
  bloc status               files, release, alerts
  bloc dsn                  connect a BI tool or psql to the published tables
  make up, make down        Airflow with its web page, running on; stop all
  [dim]{landing}[/]
      what the units sent: change a figure in one file and run `make {target}` again
  [dim]{outbox}[/]
      what each sender was answered
"""


def demo(
    *,
    history: Annotated[
        bool,
        typer.Option(
            "--history",
            help="Every quarter from 2015 to 2024, with some warnings answered.",
        ),
    ] = False,
) -> None:
    """Make files, run them through Airflow, and show what came of them."""
    began = time.monotonic()
    settings = get_settings()
    _bloc("samples", "make", *(["--history"] if history else []))
    with errors_console.status("starting") as status:
        has_published = _run_dags(settings, report=status.update)
    if not has_published:
        console.print("Nothing new: every file was loaded and published before.")
    if history:
        _answer_warnings(settings)
    _bloc("status")
    _bloc("reconcile")
    console.print(Rule("what to look at next"))
    console.print(
        _NEXT.format(
            landing=settings.landing_dir,
            outbox=settings.outbox_dir,
            target="demo-full" if history else "demo",
        ),
        highlight=False,
    )
    took = time.monotonic() - began
    console.print(f"[dim]The demo took {took:.0f} s.[/]", highlight=False)


def _run_dags(settings: "Settings", *, report: "Report") -> bool:
    """Run both DAGs in Airflow; tell whether a build was published thereby.

    What a demo before was stopped in is followed to its end first.
    """
    from bloc_warehouse import airflow_local
    from bloc_warehouse.airflow_local.follow import (
        Patience,
        RunFailedError,
        follow_run,
        follow_until_quiet,
        wait_until_read,
    )

    was_running = airflow_local.find_running(settings)
    only_ours = settings.with_changes(ingest_schedule=_LEAP_DAY, watch_seconds=0)
    airflow = airflow_local.start(only_ours, report=report)
    console.print(f"Airflow runs at {airflow.address}", highlight=False)
    api = airflow.api()
    patience = Patience()
    ends: list[TaskEnd] = []

    def show(end: "TaskEnd") -> None:
        ends.append(end)
        _show(end)

    try:
        report("waiting for Airflow to read the DAGs")
        wait_until_read(api, _DAGS, patience)
        report("finishing earlier runs")
        try:
            follow_until_quiet(api, _DAGS, show=show, patience=patience)
        except RunFailedError as error:  # the run below continues it
            console.print(f"  [yellow]{error}[/]", highlight=False)
        report("ingest_submissions")
        run_id = api.trigger(_DAGS[0])
        follow_run(api, _DAGS[0], run_id, show=show, patience=patience)
        report("build_warehouse")
        follow_until_quiet(api, _DAGS, show=show, patience=patience)
        return any((end.task_id, end.state) == _PUBLISHED for end in ends)
    finally:
        if not was_running:
            report("stopping Airflow")
            airflow_local.stop(settings)


def _answer_warnings(settings: "Settings") -> None:
    """Explain some of the warnings, as an office would; the others stay open."""
    from bloc_samples.answers import OFFICE, answers

    for name, reason in answers(settings):
        _bloc("explain", name, "--reason", reason, "--by", OFFICE)


def _show(end: "TaskEnd") -> None:
    mark = _MARKS.get(end.state, "[red]✗[/]")
    parts = f" × {end.parts}" if end.parts > 1 else ""
    console.print(
        f"  {mark} {end.dag_id}.{end.task_id}{parts}  [dim]{end.seconds:.1f} s[/]",
        highlight=False,
    )


def _bloc(*arguments: str) -> None:
    """Run a command as a person would; findings are shown, not failed for."""
    from bloc_warehouse.cli.app import app

    console.print(Rule(f"bloc {' '.join(arguments)}"))
    app(list(arguments), standalone_mode=False)
