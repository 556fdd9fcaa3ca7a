"""Every text that a sender reads exists in both languages, with the same places."""

import re
from pathlib import Path
from string import Formatter

import pytest

from bloc_warehouse.domain.file_states import FILE_STATES
from bloc_warehouse.intake.faults import catalogue
from bloc_warehouse.intake.faults.catalogue import text, texts
from bloc_warehouse.intake.faults.faults import FaultList, fault_codes

SOURCE = Path(catalogue.__file__).parent


def places(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


def names_in(language: str) -> list[str]:
    path = SOURCE / "locale" / language / "LC_MESSAGES" / "intake.po"
    return re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.M)


def test_both_catalogues_name_the_same_texts_once() -> None:
    vietnamese, english = names_in("vi"), names_in("en")
    assert vietnamese == english
    assert len(set(vietnamese)) == len(vietnamese)
    assert set(texts()) == set(vietnamese)


@pytest.mark.parametrize("name", sorted(texts()))
def test_both_languages_have_words_and_the_same_places(name: str) -> None:
    both = texts()[name]
    assert both.vi.strip()
    assert both.en.strip()
    assert places(both.vi) == places(both.en)


@pytest.mark.parametrize("code", sorted(fault_codes()))
def test_a_fault_has_no_place_but_found_and_expected(code: str) -> None:
    both = fault_codes()[code]
    assert places(both.vi) <= {"found", "expected"}


def test_every_state_has_a_name_and_advice() -> None:
    for state in FILE_STATES:
        assert text(f"state.{state}").vi
        assert text(f"advice.{state}", reason="…").vi


def test_braces_of_a_sender_are_no_places() -> None:
    faults = FaultList()
    faults.add("V301", found="{expected} {0} {")
    assert "{expected} {0} {" in faults.faults[0].message_vi
