"""Every fault has a code, two texts, a remedy and its place in the docs."""

import re

import pytest
from tests.paths import ROOT

from bloc_warehouse.forms.registry import load_registry
from bloc_warehouse.intake.faults import docs_page
from bloc_warehouse.intake.faults.docs_page import faults_page
from bloc_warehouse.intake.faults.faults import FaultList, fault_codes

SOURCES = [
    path.read_text(encoding="utf-8")
    for path in (ROOT / "src" / "bloc_warehouse").rglob("*.py")
]


def test_the_page_is_what_the_catalogue_says() -> None:
    page = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    assert page == faults_page(load_registry()), (
        "run python -m bloc_warehouse.intake.faults.docs_page"
    )


def test_every_code_in_the_program_has_its_text_and_every_text_its_use() -> None:
    pattern = r'"([FRVPL]\d{3})["\ ]'
    used = {code for text in SOURCES for code in re.findall(pattern, text)}
    assert used == set(fault_codes())


@pytest.mark.parametrize("code", fault_codes())
def test_a_text_ends_with_a_sentence_in_both_languages(code: str) -> None:
    for text in (fault_codes()[code].vi, fault_codes()[code].en):
        assert re.search(r"[.}]$", text)


def test_warnings_are_those_that_the_program_gives_as_such() -> None:
    given = {
        code
        for text in SOURCES
        for code in re.findall(
            r'"([FRVP]\d{3})",(?:(?!\.add\().)*?severity="warning"', text, re.DOTALL
        )
    }
    assert given == docs_page._WARNINGS


def test_what_a_sender_typed_is_shown_short_and_without_control_characters() -> None:
    faults = FaultList()
    faults.add("V301", sheet="a\0b", found="x\x1b[31m\0\ud800\u2028" + "y" * 5_000)
    (fault,) = faults.faults
    assert fault.sheet == "a\ufffdb"
    assert fault.found is not None
    assert len(fault.found) == 200
    assert len(fault.message_vi) < 400
    fault.message_vi.encode()
    assert not re.search(r"[\x00-\x1f\u2028]", fault.message_vi + fault.found)
