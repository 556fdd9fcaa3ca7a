"""The office answers half of each kind of warning, once."""

from types import SimpleNamespace

import pytest

from bloc_samples import answers as module
from bloc_samples.answers import answers
from bloc_warehouse.checks.violation_list import ViolationFilter
from bloc_warehouse.settings import Settings


@pytest.mark.parametrize(
    ("states", "answered"),
    [
        ("", ""),
        ("o", ""),
        ("oo", "0"),
        ("ooooo", "01"),
        ("eoo", ""),
        ("eeoo", ""),
        ("oeoooo", "02"),
    ],
)
def test_half_are_answered(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, states: str, answered: str
) -> None:
    lines = [
        SimpleNamespace(
            state="open" if state == "o" else "explained", violation=str(number)
        )
        for number, state in enumerate(states)
    ]

    def of_rule(_: Settings, wanted: ViolationFilter) -> list[SimpleNamespace]:
        return lines if wanted.rule == "P5" else []

    monkeypatch.setattr(module, "list_violations", of_rule)
    found = list(answers(settings))
    assert [name for name, _ in found] == list(answered)
    assert all(reason for _, reason in found)
