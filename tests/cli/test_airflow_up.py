"""What ``bloc airflow up`` says: also before an office has told of its units."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from bloc_warehouse import airflow_local
from bloc_warehouse.cli.operations import airflow
from bloc_warehouse.database import prepare
from bloc_warehouse.settings import Settings


def test_a_landing_that_is_not_there_is_told_with_what_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.from_environment({"BLOC_DATA_DIR": str(tmp_path)})
    runs = SimpleNamespace(address="http://localhost:8080", password="secret")
    monkeypatch.setattr(airflow, "get_settings", lambda: settings)
    monkeypatch.setattr(prepare, "prepare", lambda _: None)
    monkeypatch.setattr(airflow_local, "start", lambda *_, **__: runs)

    def said() -> str:
        result = CliRunner().invoke(airflow.airflow_app, ["up"], env={"COLUMNS": "200"})
        assert result.exit_code == 0, result.output
        return result.stdout

    assert "bloc init" in said()
    assert isinstance(settings.landing_dir, Path)
    settings.landing_dir.mkdir(parents=True)
    assert "bloc init" not in said()
