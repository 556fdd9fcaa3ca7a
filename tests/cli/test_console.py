"""What is printed for machines is JSON all through."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bloc_warehouse.cli.console import print_json


@dataclass(frozen=True, slots=True)
class Inner:
    """Something inside something."""

    amount: Decimal
    when: datetime


@dataclass(frozen=True, slots=True)
class Outer:
    """Something that holds others, as the commands' results do."""

    inner: Inner
    pairs: tuple[tuple[str, Inner], ...]
    names: frozenset[str]


def test_dataclasses_are_objects_at_any_depth(
    capsys: pytest.CaptureFixture[str],
) -> None:
    inner = Inner(Decimal("1.50"), datetime(2024, 7, 1, tzinfo=UTC))
    print_json(
        [(Path("a"), Outer(inner, (("x", inner),), frozenset("ba"))), date(2024, 7, 1)]
    )
    plain = {"amount": "1.50", "when": "2024-07-01 00:00:00+00:00"}
    assert json.loads(capsys.readouterr().out) == [
        ["a", {"inner": plain, "pairs": [["x", plain]], "names": ["a", "b"]}],
        "2024-07-01",
    ]


def test_what_json_does_not_know_is_refused_and_not_printed_as_python() -> None:
    with pytest.raises(TypeError, match="has no form"):
        print_json({"it": object()})
