"""``bloc airflow``: Airflow and the warehouse on this machine."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bloc_warehouse.cli.console import console, errors_console
from bloc_warehouse.cli.settings import get_settings

if TYPE_CHECKING:
    from bloc_warehouse.setting_values import Location

airflow_app = typer.Typer(
    help="Airflow and the embedded PostgreSQL on this machine.", no_args_is_help=True
)


@airflow_app.command()
def up() -> None:
    """Start the warehouse and Airflow with its web page, in the background."""
    from bloc_warehouse import airflow_local
    from bloc_warehouse.airflow_local.environment import ADMIN, APPROVER, secret
    from bloc_warehouse.database.prepare import prepare

    settings = get_settings()
    with errors_console.status("preparing the warehouse") as status:
        prepare(settings)
        airflow = airflow_local.start(settings, report=status.update)
    console.print("Airflow runs. `make down` stops it.", highlight=False)
    console.print(f"  page      {airflow.address}", highlight=False)
    console.print(f"  login     {ADMIN} / {airflow.password}", highlight=False)
    second = f"{APPROVER} / {secret(settings, APPROVER)}"
    console.print(f"            {second}, to approve what {ADMIN} starts")
    console.print(f"  landing   {_place(settings.landing_dir)}", highlight=False)
    console.print("  tables    `bloc dsn --role bi_reader` says how to connect")


def _place(landing: "Location") -> str:
    if isinstance(landing, Path) and not landing.is_dir():
        return f"{landing} (not there yet: `bloc init` makes it for your units)"
    return str(landing)


@airflow_app.command()
def down() -> None:
    """Stop Airflow and the embedded PostgreSQL."""
    from bloc_warehouse import airflow_local
    from bloc_warehouse.database import embedded

    settings = get_settings()
    with errors_console.status("stopping"):
        airflow = airflow_local.stop(settings)
        server = embedded.stop(settings.data_dir)
    stopped = [
        name
        for name, was_running in (("Airflow", airflow), ("PostgreSQL", server))
        if was_running
    ]
    console.print(f"Stopped: {', '.join(stopped) or 'nothing was running'}.")
