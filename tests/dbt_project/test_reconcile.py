"""What ``bloc reconcile`` prints and how it ends."""

import json

import pytest
from tests.dbt_project.world import World
from typer.testing import CliRunner, Result

from bloc_warehouse.cli.app import app
from bloc_warehouse.cli.totals import reconcile
from bloc_warehouse.history.claims import NothingBuiltError, read_claims
from bloc_warehouse.settings import Settings

KEYS = [
    "claim_id", "bloc", "period", "indicator", "printed", "recomputed", "by_year",
    "verdict", "reason", "units_reported", "units_expected",
    "release",
]  # fmt: skip


@pytest.fixture
def shown(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world, as the one that the command finds."""
    monkeypatch.setattr(reconcile, "get_settings", lambda: world.settings)
    monkeypatch.setenv("COLUMNS", "200")
    return world


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["reconcile", "--candidate", *arguments])


def test_json_has_the_promised_keys_in_order(shown: World) -> None:
    claims = json.loads(run("--json").stdout)
    assert [list(claim) for claim in claims] == [KEYS] * 31
    assert [claim["claim_id"] for claim in claims[4:14:3]] == [
        "001-1", "001-4", "001-7", "001-10",
    ]  # fmt: skip
    assert claims[3] == {
        "claim_id": "000-4",
        "bloc": "LAN",
        "period": "2024-H1",
        "indicator": "member_count",
        "printed": "4.851",
        "recomputed": 4851,
        "by_year": None,
        "verdict": "met",
        "reason": None,
        "units_reported": 2,
        "units_expected": 2,
        "release": claims[0]["release"],
    }


def test_a_claim_that_is_not_met_is_a_finding(shown: World) -> None:
    result = run()
    assert result.exit_code == 1
    assert "4.851" in result.stdout
    assert "not_recomputable: context" in result.stdout


def test_what_cannot_be_recomputed_is_none(
    shown: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = read_claims(shown.settings, candidate=True)
    open_ones = [claim for claim in claims if claim["verdict"] != "not_met"]
    monkeypatch.setattr(
        "bloc_warehouse.history.claims.read_claims", lambda *_, candidate: open_ones
    )
    assert run().exit_code == 0


def test_nothing_built_is_one_clear_line(warehouse: Settings) -> None:
    with pytest.raises(NothingBuiltError, match="nothing is published: run `bloc run"):
        read_claims(warehouse)
