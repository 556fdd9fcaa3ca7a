"""``bloc dbt-env``: what somebody needs who runs dbt by hand."""

import shlex
from typing import Annotated

import typer

from bloc_warehouse.cli.console import print_json
from bloc_warehouse.cli.settings import get_settings


def dbt_env(
    as_json: Annotated[bool, typer.Option("--json", help="JSON for machines.")] = False,
) -> None:
    """Print what dbt by hand needs, passwords included: eval "$(bloc dbt-env)"."""
    from bloc_warehouse.build.dbt_environment import environment_by_hand

    variables = environment_by_hand(get_settings())
    if as_json:
        print_json(variables)
        return
    for name, value in variables.items():
        print(f"export {name}={shlex.quote(value)}")  # noqa: T201
