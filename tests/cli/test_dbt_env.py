"""``bloc dbt-env``: what a shell, or a machine, takes over to run dbt by hand."""

import json
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bloc_warehouse.cli.app import app
from bloc_warehouse.cli.operations import dbt_env
from bloc_warehouse.settings import Settings


def test_a_shell_takes_over_what_is_printed(
    warehouse: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever a password holds; the service file is nobody else's to read."""
    secret = 'it\'s $HOME; "so"'
    own = warehouse.with_changes(bi_reader_password=secret)
    monkeypatch.setattr(dbt_env, "get_settings", lambda: own)
    printed = CliRunner().invoke(app, ["dbt-env"])
    assert printed.exit_code == 0, printed.output
    taken_over = subprocess.run(
        ["/bin/bash", "-c", f"{printed.output}\nenv -0"],
        env={},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    variables = dict(
        line.split("=", 1) for line in taken_over.split("\0") if "=" in line
    )
    asked = CliRunner().invoke(app, ["dbt-env", "--json"])
    assert json.loads(asked.stdout).items() <= variables.items()
    assert variables["DBT_ENV_SECRET_BLOC_READER_PASSWORD"] == secret
    assert variables["BLOC_DBT_USER"] == "transform"
    assert variables["BLOC_TIMEZONE"] == own.timezone
    assert "BLOC_DBT_STATE" not in variables  # nothing is published yet
    service = Path(variables["PGSERVICEFILE"])
    assert service.is_relative_to(tmp_path)
    assert service.stat().st_mode & 0o077 == 0
    assert "dbt by hand of" in service.read_text("utf-8")
