"""Every seeded fault is caught by the rule that must, and by no rule not named.

All faults are sent in one batch, each by a unit of its own; ``seeded_faults`` has them.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection
from tests.acceptance.recompute import compiled_models, undone
from tests.acceptance.seeded.seeded_faults import DAMAGES, FAULTS, IN_THE_FORM, table
from tests.acceptance.seeded.seeding import (
    AUDITED,
    Seeded,
    damage,
    own_folders,
    rules_over,
    seed,
    stray,
)

from bloc_warehouse.alerts import alerts
from bloc_warehouse.settings import Settings

IDENTITIES = {
    *(f"M{number}" for number in range(1, 7)),
    *(f"K{number}" for number in range(1, 4)),
    *("X1", "X2", "S1", "S2", "S3"),
    *(f"{letter}{number}" for letter in "TCHG" for number in range(1, 5)),
    *(f"P{number}" for number in range(1, 7)),
}
# about the bloc as a whole: found with no unit
OVER_BLOCS = ("H1", "H2", "H3", "C4", "G1", "G2", "G3")


class Found:
    """What came of the faults, kept when the transaction is rolled back."""

    def __init__(
        self, connection: Connection, settings: Settings, folder: Path
    ) -> None:
        models = compiled_models(settings, *AUDITED)
        connection.execute("set local role ingest")
        own = own_folders(settings, folder)
        self.seeded: list[Seeded] = seed(connection, own, models, FAULTS)
        self.over = rules_over(connection)
        self.stray = stray(connection, self.seeded)
        self.messages = connection.execute(
            "select rule, unit_code, period_code, left_value, right_value, message_vi,"
            " cure_vi from quality.violations where state = 'open'"
        ).fetchall()
        self.faults = connection.execute(
            "select sender, faults.rule, sheet, cell, found, faults.message_vi"
            " from raw.faults inner join raw.files using (file_id)"
        ).fetchall()
        alerts.refresh(settings)
        self.alerts = connection.execute(
            "select unit_code, text_vi from quality.alerts where closed_at is null"
        ).fetchall()
        self.damage = damage(connection, settings)


@pytest.fixture(scope="module")
def found(
    published: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Found]:
    with undone(published) as connection, pytest.MonkeyPatch.context() as patch:

        @contextmanager
        def same(*_: object, **__: object) -> Iterator[Connection]:
            connection.execute("set local role ingest")
            yield connection

        patch.setattr(alerts, "connect", same)
        yield Found(connection, published, tmp_path_factory.mktemp("faults"))


def test_there_is_a_fault_for_each_identity() -> None:
    seeded = {fault.identity for fault in FAULTS} | {case.identity for case in DAMAGES}
    assert len(IDENTITIES) == 36
    assert IDENTITIES - seeded == set()
    assert len(FAULTS) + len(DAMAGES) >= 40


def test_each_fault_is_caught_by_its_rule_and_by_no_other(found: Found) -> None:
    caught = {
        (seeded_fault.fault.kind, seeded_fault.unit_code): seeded_fault.rules
        for seeded_fault in found.seeded
    }
    assert caught == {
        (seeded_fault.fault.kind, seeded_fault.unit_code): (
            set()
            if seeded_fault.fault.rule in OVER_BLOCS
            else {seeded_fault.fault.rule, *seeded_fault.fault.others}
        )
        for seeded_fault in found.seeded
    }


def test_nothing_is_found_about_units_without_a_fault(found: Found) -> None:
    assert found.stray == set()


def test_over_the_blocs_no_rule_fires_that_is_not_named(found: Found) -> None:
    named: dict[str, set[str]] = defaultdict(set, {"DLK": {"G4"}})  # always reported
    lineage = {"DLKCQ": "DLK", "DLKDN": "DLK"}
    for fault in FAULTS:
        rules = {*fault.over_bloc}
        rules |= {fault.rule} if fault.rule in OVER_BLOCS else set()
        for rule in rules:
            # published figures are the successor's
            bloc = fault.bloc
            named[lineage.get(bloc, bloc) if rule[0] == "G" else bloc].add(rule)
    assert {bloc: rules for bloc, rules in found.over.items() if rules} == {
        bloc: rules for bloc, rules in named.items() if rules
    }


def test_each_damage_is_caught_by_its_rule_and_by_no_other(found: Found) -> None:
    named: dict[str, set[str]] = defaultdict(set)
    for case in DAMAGES:
        named[case.place] |= {case.rule, *case.others}
    assert found.damage == named


def test_a_finding_says_period_both_numbers_and_the_cure(found: Found) -> None:
    for seeded_fault in found.seeded:
        if seeded_fault.fault in IN_THE_FORM or seeded_fault.fault.rule.startswith(
            ("L-", "R")
        ):
            continue
        for rule, unit, period, left, right, message, cure in found.messages:
            if rule == seeded_fault.fault.rule and unit == seeded_fault.unit_code:
                assert period, rule
                assert _numbers(message) >= {_number(left), _number(right)}, message
                assert cure, rule


def test_the_alert_says_unit_period_both_numbers_and_the_cure(found: Found) -> None:
    texts: dict[str, str] = defaultdict(str)
    for unit, text in found.alerts:
        texts[unit] += text
    said = [
        (rule, unit, period, left, right, cure)
        for rule, unit, period, left, right, _, cure in found.messages
        if unit and rule in {fault.rule for fault in FAULTS}
    ]
    assert len(said) >= 10
    for rule, unit, period, left, right, cure in said:
        text = texts[unit]
        assert f"{rule}: " in text, (unit, text)
        assert unit in text
        assert period in text
        assert cure in text
        assert _numbers(text) >= {_number(left), _number(right)}


def test_the_receipt_names_the_cell_and_both_sides(found: Found) -> None:
    rules = {fault.rule for fault in IN_THE_FORM}
    said = [fault for fault in found.faults if fault[1] in rules]
    assert {fault[1] for fault in said} == rules
    for _, rule, sheet, cell, sides, message in said:
        assert sheet, rule
        assert cell, rule
        assert re.search(r"\d", sides), rule
        assert message


def test_the_table_lists_every_fault() -> None:
    assert len(table().splitlines()) == len(FAULTS) + len(DAMAGES) + 2


def _number(value: Any) -> str:  # noqa: ANN401
    return "" if value is None else f"{value:,.4f}".rstrip("0").rstrip(".")


def _numbers(text: str) -> set[str]:
    """The figures of a Vietnamese text, and "" for what is not there."""
    swap = str.maketrans(".,", ",.")
    found = {number.translate(swap) for number in re.findall(r"\d[\d.,]*\d|\d", text)}
    return found | {""}
