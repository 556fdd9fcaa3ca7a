"""``bloc bi``: Superset with the project's dashboards on this machine."""

from pathlib import Path
from typing import Annotated

import typer

from bloc_warehouse.cli.console import console, errors_console
from bloc_warehouse.cli.operations.bi_users import bi_users_app
from bloc_warehouse.cli.settings import get_settings
from bloc_warehouse.domain.counting import counted

bi_app = typer.Typer(
    help="Superset with the project's dashboards.", no_args_is_help=True
)
bi_app.add_typer(bi_users_app, name="users")


@bi_app.command()
def up() -> None:
    """Start Superset on the warehouse, with the dashboards of bi/assets."""
    from bloc_warehouse.bi import server
    from bloc_warehouse.bi.environment import ADMIN
    from bloc_warehouse.database.prepare import prepare as prepare_warehouse

    settings = get_settings()
    with errors_console.status("preparing the warehouse") as status:
        prepare_warehouse(settings)
        superset = server.start(settings, report=status.update)
    console.print("Superset runs. `make bi-down` stops it.", highlight=False)
    console.print(f"  page      {superset.address}", highlight=False)
    console.print(f"  login     {ADMIN} / {superset.password}", highlight=False)


@bi_app.command()
def down() -> None:
    """Stop Superset; the warehouse runs on."""
    from bloc_warehouse.bi import server

    with errors_console.status("stopping"):
        was_running = server.stop(get_settings())
    console.print("Stopped: Superset." if was_running else "Superset was not running.")


@bi_app.command()
def prepare() -> None:
    """Make what a Superset elsewhere needs: a guest's login, passwords, the bundle."""
    from bloc_warehouse.bi import server
    from bloc_warehouse.bi.bundle import project_assets
    from bloc_warehouse.bi.environment import superset_home

    settings = get_settings()
    server.prepare_reading(settings, project_assets(settings))
    console.print(f"Superset finds it in {superset_home(settings)}", highlight=False)


@bi_app.command()
def roles() -> None:
    """Give Superset's roles what bi/roles.yaml says, and nothing else."""
    from bloc_warehouse.bi import server
    from bloc_warehouse.bi.bundle import project_assets
    from bloc_warehouse.bi.roles import apply_roles, read_roles

    settings = get_settings()
    wanted, assets = read_roles(settings.project_dir), project_assets(settings)
    changes = apply_roles(server.administrator(settings), wanted, assets)
    for change in changes:
        made = "made, " if change.is_new else ""
        console.print(
            f"{change.role}: {made}{change.allowed} permissions given, "
            f"{change.taken} taken",
            highlight=False,
        )
    roles = counted(len(wanted.by_name()), "role is", "roles are")
    console.print(f"{roles} as bi/roles.yaml says.")


@bi_app.command()
def check() -> None:
    """Check the dashboards' files and every name in them; needs no Superset."""
    from bloc_warehouse.bi.bundle import project_assets

    assets = project_assets(get_settings())
    console.print(
        f"{counted(len(assets.dashboards), 'dashboard')}, "
        f"{counted(len(assets.charts), 'chart')}, "
        f"{counted(len(assets.datasets), 'dataset')}: every name is known."
    )


@bi_app.command()
def bundle(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Zip file to write.")
    ] = Path("dashboards.zip"),
) -> None:
    """Write the bundle that any Superset imports (assets/import of its API)."""
    from bloc_warehouse.bi.bundle import project_assets, write_bundle

    write_bundle(project_assets(get_settings()), output)
    console.print(f"Wrote {output}", highlight=False)
