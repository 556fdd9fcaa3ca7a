"""What is only parsed needs no server of its own."""

import pytest

from bloc_warehouse.build import dbt_runner
from bloc_warehouse.settings import Settings


def test_the_semantic_layer_is_parsed_without_a_second_embedded_server(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folder is another one, whose server would be left running."""
    asked: list[Settings] = []

    def parsed(nowhere: Settings, *_: str) -> str:
        asked.append(nowhere)
        return "{}"

    monkeypatch.setattr(dbt_runner, "_parsed", parsed)
    monkeypatch.setattr(
        dbt_runner, "dsn", lambda *_, **__: "postgresql://r:p@127.0.0.1:54731/dw"
    )
    dbt_runner.read_semantic_manifest(settings)
    assert [nowhere.warehouse_url.get_secret_value() for nowhere in asked] == [
        "postgresql://nobody@127.0.0.1:1/dw"
    ]
