"""Ctrl-C ends a command with one line, wherever it comes."""

import sys
from typing import Any

import pytest
from dbt.cli.main import dbtRunner, dbtRunnerResult

from bloc_warehouse.build import dbt_runner
from bloc_warehouse.build.dbt_runner import run_dbt
from bloc_warehouse.cli.app import INTERRUPTED, main
from bloc_warehouse.settings import Settings


def test_a_command_says_that_it_was_interrupted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bloc_warehouse.forms.registry.load_registry", stop)
    monkeypatch.setattr(sys, "argv", ["bloc", "forms", "list"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == INTERRUPTED
    assert capsys.readouterr().err == "bloc: interrupted; run it again\n"


def test_dbt_hands_it_on(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: Any) -> dbtRunnerResult:  # noqa: ANN401
        return dbtRunnerResult(success=False, exception=KeyboardInterrupt())

    monkeypatch.setattr(dbtRunner, "invoke", interrupted)
    monkeypatch.setattr(dbt_runner, "pipeline_environment", lambda *_: {})
    with pytest.raises(KeyboardInterrupt):
        run_dbt(settings, "parse")
