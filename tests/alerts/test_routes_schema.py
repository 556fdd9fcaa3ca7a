"""What an editor knows of ``alerts.yaml``."""

import json
import re
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from tests.paths import ROOT
from typer.testing import CliRunner

from bloc_warehouse.alerts.routes import SCHEMA, RoutesError, load_routes
from bloc_warehouse.cli.app import app
from bloc_warehouse.cli.operations import schemas
from bloc_warehouse.settings import Settings

EXAMPLE = re.search(
    r"```yaml\n(# yaml-language.*?)```",
    (ROOT / "docs" / "operating" / "daily_work.md").read_text(encoding="utf-8"),
    re.DOTALL,
)


@pytest.fixture
def schema(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Draft202012Validator:
    """The schema as the command writes it beside the file of routes."""
    monkeypatch.setattr(schemas, "get_settings", lambda: settings)
    result = CliRunner().invoke(app, ["schemas"])
    assert result.exit_code == 0, result.output
    again = CliRunner().invoke(app, ["schemas"])
    assert "Wrote" not in again.output
    path = settings.alert_routes.parent / SCHEMA
    return Draft202012Validator(json.loads(path.read_text("utf-8")))


def read(settings: Settings, text: str) -> None:
    settings.alert_routes.parent.mkdir(parents=True, exist_ok=True)
    settings.alert_routes.write_text(text, encoding="utf-8")
    load_routes(settings, lambda name: f"https://example.vn/{name}")


def test_the_example_names_the_schema_and_fits_it(
    settings: Settings, schema: Draft202012Validator
) -> None:
    assert EXAMPLE
    assert EXAMPLE[1].startswith(f"# yaml-language-server: $schema={SCHEMA}\n")
    schema.validate(yaml.safe_load(EXAMPLE[1]))
    read(settings, EXAMPLE[1])


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("kinds: [pipeline_failed", "kinds: [pipeline_fails", "is it pipeline_failed?"),
        ("severity: warning", "severity: warn", "is it warning?"),
        ("type: slack", "type: slacks", "must be one of log, slack, smtp, webhook"),
        ("token: $BOARD", "tokens: $BOARD", "board: knows no tokens, is it token?"),
        ("type: smtp, to: [", "type: smtp, tos: [", "knows no tos, is it to?"),
        ("blocs: [LAN]", "blocs: LAN", "2: blocs: must be a list of names (line 9)"),
        ("{to: [board], ", "{", "route 4: to: must be a list of names"),
    ],
)  # fmt: skip
def test_an_editor_and_the_reader_refuse_the_same(
    settings: Settings,
    schema: Draft202012Validator,
    right: str,
    wrong: str,
    message: str,
) -> None:
    assert EXAMPLE
    text = EXAMPLE[1].replace(right, wrong, 1)
    assert text != EXAMPLE[1]
    content: Any = yaml.safe_load(text)
    assert not schema.is_valid(content)
    with pytest.raises(RoutesError) as caught:
        read(settings, text)
    assert message in str(caught.value)


def test_a_channel_that_is_not_there_is_told_with_the_nearest(
    settings: Settings,
) -> None:
    assert EXAMPLE
    with pytest.raises(RoutesError) as caught:
        read(settings, EXAMPLE[1].replace("to: [board]", "to: [bord]"))
    assert "route 4: there is no channel bord, is it board?" in str(caught.value)
